"""The example library, built as the README says: what the pack is like, and its page."""

import io
import json
import re
import zipfile
from html.parser import HTMLParser
from itertools import combinations
from urllib.parse import unquote

import numpy as np
import soundfile
import yaml

from cli.library import read_library
from schemas.request import Library
from tests.claims.readme import README
from tests.example_library import EXAMPLE, STYLES, BuiltExample, first_of_each_style


def test_the_part_that_is_built_is_the_first_of_each_style_and_all_else_as_it_stands() -> None:
    whole, part = yaml.safe_load(EXAMPLE.read_text("utf-8")), yaml.safe_load(first_of_each_style(EXAMPLE))
    assert len(whole["prompts"]) == 28
    assert part["prompts"] == [whole["prompts"][n] for n in (0, 4, 8, 12, 16, 20, 24)]
    assert {**part, "prompts": None} == {**whole, "prompts": None}


def test_the_library_became_a_pack_with_nothing_left_out(example: BuiltExample) -> None:
    library = read_library(example.library)
    report, counts = example.report, example.manifest["counts"]
    assert (report["requests"], counts["requests"]) == (len(library.prompts),) * 2
    assert [one for one in report["refused"] if one["preset"] in ("", "base")] == []
    asked = len(library.prompts) + sum(request.variations for request in library.requests())
    assert report["accepted"] == counts["presets"] == len(list(example.pack.rglob("*.vital")))
    assert 0.9 * asked <= report["accepted"] <= asked, "a variation that is not heard as its type is left out"
    assert {one["request"]["prompt"] for one in example.bundles} == {one.prompt for one in library.requests()}
    with zipfile.ZipFile(f"{example.pack}.zip") as archive:
        assert archive.testzip() is None
        assert {one.filename for one in archive.infolist()} == {
            str(path.relative_to(example.pack)) for path in example.pack.rglob("*") if path.is_file()
        }


def test_built_a_second_time_there_was_nothing_to_do(example: BuiltExample) -> None:
    assert all(one["made"] == [] for one in example.report["partitions"])
    assert "nothing had changed" not in example.said


def test_every_style_of_the_example_is_in_the_pack(example: BuiltExample) -> None:
    assert {path.parent.name for path in example.pack.rglob("*.vital")} == set(STYLES)
    assert {one["style"] for one in example.bundles} == set(STYLES)


def test_no_sound_stands_in_the_example_twice(example: BuiltExample) -> None:
    """By spectra of the previews alone, level apart: what sounds the same has the same partials."""
    bases = [one for one in example.manifest["presets"] if one["kind"] == "base"]
    pictures = {one["title"]: _thirds_db((example.pack / one["files"]["flac"]).read_bytes()) for one in bases}
    assert len(pictures) == len(example.bundles)
    for (one, first), (other, second) in combinations(pictures.items(), 2):
        assert np.sqrt(np.mean((first - second) ** 2)) > 2.0, f"{one} sounds like {other}"


def _thirds_db(flac: bytes) -> np.ndarray:
    """Levels of third octaves from 50 Hz against the loudest, not below -60 dB."""
    audio, rate = soundfile.read(io.BytesIO(flac), always_2d=True)
    power = (np.abs(np.fft.rfft(audio, axis=0)) ** 2).sum(axis=1)
    band = np.floor(3 * np.log2(np.maximum(np.fft.rfftfreq(len(audio), 1 / rate), 1.0) / 50.0)).astype(int)
    levels = np.array([power[band == number].sum() for number in range(25)])
    return np.maximum(10 * np.log10(levels / levels.max() + 1e-12), -60.0)


def test_each_manifest_has_hashes_versions_measurements_and_where_each_role_went(example: BuiltExample) -> None:
    for one in example.bundles:
        assert set(one["versions"]) >= {"engine", "planner", "schema", "vita"}
        assert all(re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) for entry in one["files"])
        assert len(one["macros"]) == 8
        assert all(macro["control"] and macro["reason"] for macro in one["macros"])
        for preset in one["presets"]:
            assert preset["measurements"]["overall"]["loudness_lufs"] < 0
            assert preset["gates"]["passed"]


class PackPage(HTMLParser):
    """The files that a page plays and shows, and whatever it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links |= {unquote(value) for name, value in attrs if name in ("src", "href", "data-src") and value}


def test_the_page_of_the_pack_plays_offline_what_lies_beside_it(example: BuiltExample) -> None:
    html = (example.pack / "index.html").read_text("utf-8")
    links = {link for link in PackPage(html).links if not link.startswith("#")}
    assert not any(":" in link for link in links), "no address of elsewhere"
    assert all((example.pack / link).is_file() for link in links)
    for one in example.manifest["presets"]:
        assert {one["files"]["preset"], one["files"]["flac"]} <= links
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_the_page_of_the_pack_shows_the_spread_beside_that_of_people(example: BuiltExample) -> None:
    html = (example.pack / "index.html").read_text("utf-8")
    coverage = example.manifest["coverage"]
    assert {one["style"] for one in coverage["styles"]} == set(STYLES)
    assert coverage["human_presets"] == 336
    assert "336 presets made by people" in html
    for one in coverage["styles"]:
        assert one["cells_reached"] <= one["cells"]
        assert f"{one['cells_reached']} of {one['cells']} ({one['cells_reached_by_people']})" in html
    reached = [one["cells_reached"] for one in coverage["styles"]]
    one_prompt_each = len(example.manifest["bundles"]) == len(STYLES)
    assert sum(reached) >= len(STYLES)
    assert reached.count(0) <= one_prompt_each, "a single prompt may be nearest to what people file elsewhere"


def test_the_library_of_the_readme_is_one_and_says_what_it_seems_to(tmp_path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", README.read_text("utf-8"), flags=re.DOTALL)
    path = tmp_path / "library.yaml"
    path.write_text(block, "utf-8")
    library = read_library(path)
    assert isinstance(library, Library)
    assert (library.name, library.author, library.seed, library.variations) == ("First Light", "You", 1, 2)
    bass, pad = library.requests()
    assert (bass.prompt, bass.seed, bass.variations, bass.author) == (
        "warm round sub bass, clean and mono", 1, 2, "You",
    )  # fmt: skip
    assert (pad.prompt, pad.name, pad.seed, pad.variations) == (
        "glassy evolving pad, wide, no delay", "Daylight", 7, 4,
    )  # fmt: skip
    assert json.loads(library.model_dump_json())["prompts"][1]["name"] == "Daylight"
