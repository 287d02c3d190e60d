"""What `build` prints and which code it ends with, of reports that are made up: no run is made."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from cli import session
from pipelines.build import BuildReport, PackReport, PartitionReport
from pipelines.holdings import NotKept, Refusal
from schemas.diversity import Redrawn
from tests.cli.conftest import Call

PLAIN = BuildReport(
    library="some-1",
    home=Path("/some/home"),
    requests=3,
    repeated=0,
    accepted=5,
    repaired=2,
    refused=(),
    regenerated=(),
    near_duplicates=0,
    coverage=None,
    partitions=(PartitionReport("some-1-1", {}, ("plans",), (), "run", None, 1.0),),
    pack=PackReport(Path("/out/Some"), Path("/out/Some.zip"), "0" * 64, 7),
    wall_s=12.4,
)


def refusal(preset: str, title: str = "Thud") -> Refusal:
    return Refusal(prompt="a kick", title=title, preset=preset, reason="Silent: -90.0 LUFS")


@pytest.fixture
def build(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`build` as if it had come to a report; with the arguments that the builder was given in `build.given`."""

    def run(report: BuildReport, *arguments: str) -> Result:
        given: dict[str, Any] = {}

        def made(library: Any, **options: Any) -> BuildReport:
            given.update(options, library=library)
            return report

        monkeypatch.setattr("pipelines.build.build_library", made)
        path = tmp_path / "library.yaml"
        path.write_text("name: Some\nprompts: [a kick]")
        result = call("build", path, "--out", tmp_path / "out", *arguments)
        run.given = given  # type: ignore[attr-defined]
        return result

    return run


def test_a_value_that_is_not_as_asked_is_told(build: Callable[..., Result]) -> None:
    width = NotKept("Wide Thud", "width 92 %", "instead of 100 %: too wide")
    told = build(replace(PLAIN, not_kept=(width,))).output
    assert "Not as asked" in told
    assert all(word in " ".join(told.split()) for word in ("Wide Thud", "width 92 %", "instead of 100 %: too wide"))
    assert "Not as asked" not in build(PLAIN).output
    as_json = json.loads(build(replace(PLAIN, not_kept=(width,)), "--json").output)
    assert as_json["not_kept"] == [
        {"title": "Wide Thud", "value": "width 92 %", "why": "instead of 100 %: too wide"}
    ]


def test_the_codes_are_these() -> None:
    assert (session.FAILED, session.BAD_INPUT, session.INTERRUPTED) == (1, 2, 130)


@pytest.mark.parametrize(
    ("presets", "code"),
    [((), 0), (("darker",), 0), (("base",), 1), (("",), 1), (("darker", "base"), 1)],
)
def test_a_prompt_without_its_base_fails_and_a_lost_variation_does_not(
    build: Callable[..., Result], presets: tuple[str, ...], code: int
) -> None:
    result = build(replace(PLAIN, refused=tuple(refusal(preset) for preset in presets)))
    assert result.exit_code == code
    assert ("Silent: -90.0 LUFS" in " ".join(result.stdout.split())) is bool(presets)


def test_the_summary_counts_and_says_where_to_look(build: Callable[..., Result]) -> None:
    told = build(PLAIN).stdout
    assert told.splitlines()[0] == "3 prompts, 5 presets (2 repaired), 0 refused; 12 s"
    assert "Pack: /out/Some\nZip:  /out/Some.zip\nPage: /out/Some/index.html\n" in told
    assert "DAGSTER_HOME=/some/home dagster dev" in told
    for word in ("Refused", "Drawn anew", "sound like", "listed twice", "Variety"):
        assert word not in told


def test_what_is_special_is_told_if_there_is_any(build: Callable[..., Result]) -> None:
    redrawn = Redrawn(
        bundle_key="1" * 64, title="Thud", prompt="a kick", asked_seed=3, seed=99, sounded_like="Boom"
    )
    report = replace(PLAIN, regenerated=(redrawn,), near_duplicates=1, repeated=2, refused=(refusal("", title=""),))
    told = " ".join(build(report).stdout.split())
    for words in (
        "Thud",
        "99",
        "3",
        "Boom",
        "1 of the refused sound like another preset",
        "2 prompts were listed twice",
    ):
        assert words in told
    assert "all of it" in told, "a request that was refused as a whole"
    assert "a kick" in told, "by its prompt, where it has no title"


def test_the_seed_that_was_drawn_stands_before_the_one_that_was_asked_for(build: Callable[..., Result]) -> None:
    redrawn = Redrawn(
        bundle_key="1" * 64, title="Thud", prompt="a kick", asked_seed=3, seed=99, sounded_like="Boom"
    )
    rows = [
        [cell.strip() for cell in line.strip("│┃ ").replace("┃", "│").split("│")]
        for line in build(replace(PLAIN, regenerated=(redrawn,))).stdout.splitlines()
        if "│" in line or "┃" in line
    ]
    assert rows == [["Drawn anew", "Seed", "Instead of", "Which sounded like"], ["Thud", "99", "3", "Boom"]]


def test_nothing_made_is_nothing_changed(build: Callable[..., Result]) -> None:
    still = PartitionReport("some-1-1", {}, (), ("plans",), None, None, 0.1)
    assert build(replace(PLAIN, partitions=(still,))).stdout.splitlines()[0].endswith("; nothing had changed")


def test_options_reach_the_builder(build: Callable[..., Result], tmp_path: Path) -> None:
    build(PLAIN, "--home", str(tmp_path / "home"), "--workers", "3")
    assert build.given["home"] == tmp_path / "home"  # type: ignore[attr-defined]
    assert build.given["workers"] == 3  # type: ignore[attr-defined]
    assert build.given["out_dir"] == tmp_path / "out"  # type: ignore[attr-defined]
    build(PLAIN)
    assert build.given["workers"] == 0, "one a core"  # type: ignore[attr-defined]
    assert build(PLAIN, "--workers", "65").exit_code == 2
    assert build(PLAIN, "--workers", "64").exit_code == 0


def test_machines_get_the_whole_report(build: Callable[..., Result]) -> None:
    result = build(replace(PLAIN, refused=(refusal("base"),)), "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["requests"], told["accepted"], told["pack"]["zip_bytes"]) == (3, 5, 7)
    assert told["refused"] == [
        {"prompt": "a kick", "title": "Thud", "preset": "base", "reason": "Silent: -90.0 LUFS"}
    ]
