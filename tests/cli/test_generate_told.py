"""What `generate` tells of a bundle, for people and for machines, of one that is made up: nothing is rendered."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_renderer import FakeRenderer, FakeSound

from cli.generate import _made, _repairs, _report, _show, _suspects
from engine.errors import GateError
from engine.stages import plan_stage
from schemas.request import Request
from schemas.result import ValueSet

PLAN = plan_stage(Request(prompt="warm pad zzyzx", name="Glacial Keel"))


def repair(kind: str, amount: float = 0.0, unit: str = "", subject: str = "") -> Any:
    told = {"kind": kind}
    return SimpleNamespace(kind=kind, amount=amount, unit=unit, subject=subject, model_dump=lambda mode: told)


def word(text: str, *, satisfied: bool) -> Any:
    return SimpleNamespace(
        words=(text,), satisfied=satisfied, given=True, reason="0.9 of the step", model_dump=lambda mode: text
    )


def macro(label: str, control: str) -> Any:
    return SimpleNamespace(label=label, control=control, model_dump=lambda mode: label)


def preset(title: str, kind: str = "base", **given: Any) -> Any:
    heard = SimpleNamespace(loudness_lufs=-23.96, peak_dbfs=-6.02, model_dump=lambda mode: {"peak_dbfs": -6.02})
    usual = {"id": kind, "kind": kind, "title": title, "files": SimpleNamespace(preset=f"presets/{title}.vital"),
             "takes": 9, "renders": 2, "tuning_renders": 5, "words": (), "values": (), "repairs": (),
             "measurements": SimpleNamespace(overall=heard), "gates": None}  # fmt: skip
    return SimpleNamespace(**usual | given)


def bundle(*presets: Any, refused: tuple[Any, ...] = (), macros: tuple[Any, ...] = ()) -> Any:
    manifest = SimpleNamespace(style="Pad", key="k" * 64, presets=presets, refused=refused, macros=macros)
    return SimpleNamespace(manifest=manifest, sha256="5" * 64)


WORDS = (word("warm", satisfied=True), word("wide", satisfied=False))
MACROS = (macro("Cutoff", "macro_control_1"), macro("Drive", "baked"))
VALUES = (
    ValueSet(noun="attack", asked=0.01, unit="s", found=0.01, kept=True, words="attack 10ms"),
    ValueSet(noun="width", asked=100.0, unit="%", found=92.0, kept=False, words="width 100", reason="Loses 3.0 dB"),
    ValueSet(noun="lfo_rate", asked=5.0, unit="Hz", found=None, kept=False, words="LFO at 5 Hz", reason="no LFO"),
)
REFUSED = SimpleNamespace(
    id="v2", kind="wider", title="Glacial Keel - Wider", reasons=("Not heard", "Clips"), values=VALUES[:1]
)
WHOLE = bundle(
    preset("Glacial Keel", words=WORDS, values=VALUES),
    preset("Keel 2", "darker"),
    refused=(REFUSED,),
    macros=MACROS,
)


@pytest.mark.parametrize(
    ("repairs", "said"),
    [
        ((), "–"),
        ((repair("level", -1.5, "dB"), repair("width", 0.25, "of 1")), "level -1.5 dB, width +0.25 of 1"),
        ((repair("macro"),), "1 macro reduced"),
        (
            (repair("peaks", 12.0, "dB below its peaks", "a compressor"), repair("level", 2, "dB")),
            "a compressor, 12 dB below its peaks, level +2 dB",
        ),
        ((repair("macro"), repair("role"), repair("macro")), "2 macros reduced, 1 macro replaced"),
        ((repair("macro_level"), repair("level", 2, "dB")), "level +2 dB, 1 macro trimmed"),
    ],
)
def test_repairs_are_told_and_those_of_macros_counted(repairs: tuple[Any, ...], said: str) -> None:
    assert _repairs(repairs) == said


def test_people_read_levels_words_macros_and_what_was_refused(capsys: pytest.CaptureFixture[str]) -> None:
    _show(PLAN, WHOLE, Path("/out/Glacial Keel"))
    said = capsys.readouterr().out
    for line in (
        "Refused: Glacial Keel - Wider: Not heard; Clips",
        "Set: attack 10 ms",
        "Not kept: width 92 % instead of 100 %: loses 3.0 dB",
        "Not set: LFO rate 5 Hz (no LFO)",
        "Heard: warm (0.9 of the step)",
        "Not fully heard: wide (0.9 of the step)",
        "  Set: attack 10 ms",
        "Macros: Cutoff on macro control 1; 3 of 4 stay empty; built in: Drive",
        "Folder: /out/Glacial Keel",
        "Zip:    /out/Glacial Keel.zip",
    ):
        assert f"{line}\n" in said
    assert "-24.0" in said
    assert "-6.0" in said
    _show(PLAN, bundle(preset("Keel", measurements=None), macros=MACROS[:1]), Path("/out/Keel"))
    assert "Macros: Cutoff on macro control 1; 3 of 4 stay empty; built in: none\n" in capsys.readouterr().out


def test_a_refused_base_is_told_with_the_values_that_may_be_why() -> None:
    assert _suspects(VALUES) == [
        "The prompt sets these values, which may be why:",
        "  Set: attack 10 ms",
        "  Not kept: width 92 % instead of 100 %: loses 3.0 dB",
        "  Not set: LFO rate 5 Hz (no LFO)",
    ]
    assert _suspects(()) == []


def test_a_request_whose_base_is_refused_ends_with_what_was_set() -> None:
    request = Request(prompt="lead, attack 60 s, cutoff 500 Hz", variations=0)
    silent: Any = FakeRenderer(lambda played: FakeSound(-120.0))
    with pytest.raises(GateError) as refused:
        _made(request, silent)
    said = str(refused.value).splitlines()
    assert "was refused: Silent" in said[0]
    assert said[1] == "The prompt sets these values, which may be why:"
    assert said[2].startswith("  Not kept: attack 32 s instead of 60 s: Vital goes")
    assert said[3] == "  Set: cutoff 500 Hz"


def test_machines_read_all_renders_of_a_preset_and_where_it_lies() -> None:
    told = _report(PLAN, WHOLE, Path("/out/Glacial Keel"))
    assert (told["folder"], told["zip"]) == ("/out/Glacial Keel", "/out/Glacial Keel.zip")
    assert (told["title"], told["style"], told["template"]) == ("Glacial Keel", "Pad", PLAN.template_id)
    assert (told["usable"], told["unused"], told["sha256"], told["key"]) == (True, ["zzyzx"], "5" * 64, "k" * 64)
    assert [(one["id"], one["file"], one["takes"], one["renders"]) for one in told["presets"]] == [
        ("base", "presets/Glacial Keel.vital", 9, 7),
        ("darker", "presets/Keel 2.vital", 9, 7),
    ]
    assert told["refused"] == [
        {
            "id": "v2",
            "kind": "wider",
            "title": "Glacial Keel - Wider",
            "reasons": ["Not heard", "Clips"],
            "values": [VALUES[0].model_dump(mode="json")],
        }
    ]
    assert told["presets"][0]["words"] == ["warm", "wide"]
    assert told["presets"][0]["values"] == [value.model_dump(mode="json") for value in VALUES]
    assert told["presets"][1]["values"] == []
    assert told["macros"] == ["Cutoff", "Drive"]
