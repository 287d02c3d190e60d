"""How `check` measures a preset, and what it says of an outcome; files as others may read them."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli import check, library
from cli.check import Checked, Judge
from cli.files import write_file
from engine.audition.notes import notes_said, notes_told
from engine.errors import SpecError
from engine.inspection import inspection_job, inspection_notes
from engine.measure.overall import summarise
from engine.render.job import NotePlan, Rendered, RenderFailure
from schemas.measurements import RenderCost


@pytest.mark.parametrize(
    ("style", "notes"),
    [("Bass", [48, 36, 60]), ("Percussion", [60, 48, 72]), ("Pad", [60, 48, 72]), ("", [60, 48, 72])],
)
def test_a_preset_is_heard_over_the_register_of_its_style_the_middle_first(style: str, notes: list[int]) -> None:
    assert [one.note for one in inspection_notes(style)] == notes


MADE_FOR = "Bass: dark. Played at D2 (C1 to F#3), velocity 80 %, held 0.5 of 1.2 s."


def test_by_its_style_a_preset_is_heard_at_the_notes_that_its_comment_names() -> None:
    guarded: Any = SimpleNamespace(
        vital={"settings": settings(), "preset_style": "Bass", "comments": MADE_FOR}, preset=b"{}"
    )
    by_its_style = inspection_job("0", guarded, by_its_style=True).notes
    assert [one.note for one in by_its_style] == [38, 24, 54]
    assert by_its_style[0] == NotePlan(38, 0.8, 0.5, 1.2)
    assert notes_told(by_its_style) in MADE_FOR
    assert [one.note for one in inspection_job("0", guarded).notes] == [48, 36, 60], (
        "by people, as people were measured"
    )


@pytest.mark.parametrize(
    "comment",
    ["", "Played at D2."]
    + [
        MADE_FOR.replace(said, wrong)
        for said, wrong in [
            ("D2", "H2"), ("D2", "A9"), ("80", "101"), ("80", "0"), ("1.2", "0.4"), ("1.2", "11"), ("0.5", "0.5.5"),
            ("0.5", "0"),
        ]
    ],
)  # fmt: skip
def test_a_comment_that_names_no_notes_that_can_be_played_names_none(comment: str) -> None:
    assert notes_said(comment) is None


def settings(*sources: str, **more: float) -> dict[str, Any]:
    return {"modulations": [{"source": one, "destination": "filter_1_cutoff"} for one in sources]} | more


def job_of(style: str, **given: Any) -> Any:
    guarded: Any = SimpleNamespace(vital={"settings": given["settings"], "preset_style": style}, preset=b"{}")
    return inspection_job("0", guarded)


def test_each_of_the_four_macros_that_moves_something_is_turned() -> None:
    def turned(*sources: str) -> set[int]:
        takes = job_of("Pad", settings=settings(*sources)).takes
        return {number for take in takes for number, at in enumerate(take.macros, 1) if at is not None}

    assert turned() == set()
    assert turned("macro_control_1", "macro_control_4", "lfo_1") == {1, 4}
    assert turned(*(f"macro_control_{n}" for n in range(1, 5))) == {1, 2, 3, 4}
    loose = {"modulations": [{"source": "macro_control_2", "destination": ""}]}
    assert {
        number
        for take in job_of("Pad", settings=loose).takes
        for number, at in enumerate(take.macros, 1)
        if at is not None
    } == set()


NOTE = {
    "note": 48, "velocity": 0.8, "hold_s": 0.5, "render_s": 1.0, "nonfinite_samples": 0, "peak": 0.5,
    "peak_dbfs": -6.02, "loudness_lufs": -24.0, "mono_loss_db": -0.5, "low_band_mono_loss_db": None, "dc": 0.001,
    "stuck_db": None, "click_db": -3.0, "attack_s": 0.01, "pitch_hz": None, "pitch_cents_off": None,
    "centroid_hz": 900.0, "width": 0.1,
}  # fmt: skip


def judged(judge: Judge, *, realtime: float = 30.0, style: str = "Pad", **changes: object) -> Checked:
    cost = RenderCost(audio_s=3, all_audio_s=3, load_s=0, render_s=1, measure_s=0, times_realtime=realtime)
    one = Checked(Path("a.vital"), style=style)
    check._judge(one, Rendered("0", summarise([NOTE | changes]), None, cost), judge)
    return one


def test_a_preset_that_is_heavy_is_told_and_passes() -> None:
    assert judged(Judge.HUMAN).warnings == judged(Judge.HUMAN, realtime=6.0).warnings
    heavy = judged(Judge.HUMAN, realtime=5.4)
    assert heavy.status == "passed"
    assert "Heavy on the CPU: renders only 5.4 times faster than real time" in heavy.warnings


def test_by_its_style_a_preset_must_be_at_its_level_and_by_people_it_need_not() -> None:
    assert judged(Judge.STYLE, loudness_lufs=-24.0).status == "passed"
    assert judged(Judge.STYLE, loudness_lufs=-12.0).status == "failed"
    assert judged(Judge.HUMAN, loudness_lufs=-12.0).status == "passed"
    assert judged(Judge.HUMAN, nonfinite_samples=1).status == "failed"


def test_what_could_not_be_rendered_failed_and_has_no_figures() -> None:
    one = Checked(Path("a.vital"))
    check._judge(one, RenderFailure("0", "crash", "the synth ended by signal 11"), Judge.HUMAN)
    assert (one.status, one.reasons, one.measurements) == ("failed", ["crash: the synth ended by signal 11"], None)


def test_a_table_has_levels_and_what_mono_loses_and_below_it_each_complaint_under_its_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    passed = judged(Judge.HUMAN, realtime=5.4, mono_loss_db=-0.5, low_band_mono_loss_db=-0.2)
    passed.out_of_range = ["osc_1_level is 1.5"]
    passed.nowhere = ["modulation 3: lfo_9 to filter_1_cutoff"]
    broken = Checked(Path("b.vital"), reasons=["not JSON"])
    check._show([passed, broken], {"passed": 1, "failed": 0, "unreadable": 1})
    said = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in said.splitlines() if line[:1] == "│"]
    assert rows == [["a.vital", "passed", "-24.0", "-6.0", "-0.5"], ["b.vital", "unreadable", "–", "–", "–"]]
    for line in (
        "a.vital: warning: Heavy on the CPU: renders only 5.4 times faster than real time",
        "a.vital: out of range: osc_1_level is 1.5",
        "a.vital: skipped by Vital: modulation 3: lfo_9 to filter_1_cutoff",
        "b.vital: not JSON",
        "2 presets: 1 passed, 1 unreadable",
    ):
        assert f"{line}\n" in said


def test_a_file_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "a.vital", b"{}", force=False)
    finally:
        os.umask(before)
    assert (tmp_path / "a.vital").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["a.vital"]


def test_a_library_has_sixteen_megabytes_at_most(tmp_path: Path) -> None:
    path = tmp_path / "library.yaml"
    start = b"name: L\nprompts: [a kick]\n#"
    path.write_bytes(start + b" " * (16 * 1024 * 1024 - len(start)))
    assert library.read_library(path).name == "L"
    path.write_bytes(start + b" " * (16 * 1024 * 1024 - len(start) + 1))
    with pytest.raises(SpecError, match=r"has 16,777,217 bytes; at most 16,777,216 are read"):
        library.read_library(path)
