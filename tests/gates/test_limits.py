"""The limits by style: as they are written down, as the docs print them, and at their edges."""

import re
from pathlib import Path

import pytest
from gate_figures import note, preset, take
from limits_in_force import RULES, STEPS, TARGET_LUFS, TIMES_REALTIME, GateLimit

from engine.gates import HUMAN, PROFILES, STYLES, judge, profile_for
from engine.gates.rules import SHORTEST_HELD_S
from engine.repair.limits import MONO_MARGIN_DB, ROOM_FOR_MACROS_DB
from schemas.measurements import GateResult, Measurements

ROOT = Path(__file__).resolve().parents[2]
LIMITS_DOC = (ROOT / "docs/decisions/gate-limits.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
STYLED = [name for name in RULES if name != "human"]


@pytest.mark.parametrize("name", RULES)
def test_a_profile_has_these_rules_and_no_others(name):
    profile = HUMAN if name == "human" else PROFILES[name]
    assert profile.name == name
    assert [
        GateLimit(
            rule.gate,
            rule.figure,
            rule.unit,
            rule.minimum,
            rule.maximum,
            rule.severity,
            rule.scope,
        )
        for rule in profile.rules
    ] == list(RULES[name])


@pytest.mark.parametrize("name", RULES)
def test_a_profile_aims_at_its_target_below_its_ceiling_within_its_budget(name):
    profile = profile_for(name)
    assert profile.target_lufs == TARGET_LUFS[name]
    assert profile.peak_ceiling == pytest.approx(0.99 if name == "human" else 0.93, abs=1e-9)
    assert profile.min_times_realtime == TIMES_REALTIME[name]


def test_each_style_has_its_profile_and_any_other_is_judged_as_any_preset():
    assert sorted(STYLES) == sorted(PROFILES) == sorted(STYLED)
    assert all(profile_for(style) is PROFILES[style] for style in STYLED)
    assert profile_for("Experiment") is HUMAN


def test_the_smaller_figures_are_in_force():
    assert (ROOM_FOR_MACROS_DB, MONO_MARGIN_DB, SHORTEST_HELD_S) == (0.3, 0.5, 0.05)


EDGES = [
    pytest.param(name, row, limit, limit + sign * STEPS[row.figure], id=f"{name}-{row.gate}-{limit:g}")
    for name, rows in RULES.items()
    for row in rows
    for limit, sign in ((row.minimum, -1), (row.maximum, 1))
    if limit is not None
]


@pytest.mark.parametrize(("style", "row", "within", "beyond"), EDGES)
def test_what_lies_at_a_limit_passes_and_what_lies_a_step_beyond_is_told(style, row, within, beyond):
    good, bad = (_with(style, row, value) for value in (within, beyond))
    assert _result(good, style, row.gate).passed
    assert judge(good, profile_for(style)).passed
    found = _result(bad, style, row.gate)
    assert not found.passed
    assert (found.value, found.limit, found.unit) == (pytest.approx(beyond), within, row.unit)
    report = judge(bad, profile_for(style))
    assert report.passed == (row.severity == "warn")
    told = report.failures if row.severity == "fail" else report.warnings
    assert [one.gate for one in told] == [row.gate]


SEEN = {
    # an extra note, a turned take, a take at rest, a take of 49 ms, the centre note
    "each": (True, True, True, True, True),
    "held": (True, True, True, False, True),
    "notes": (True, False, False, False, True),
    "takes": (False, True, True, False, False),
    "centre": (False, False, False, False, True),
    "macros": (False, True, False, False, False),
}
SCOPES = [
    pytest.param(name, row, id=f"{name}-{row.gate}")
    for name in ("Bass", "human")
    for row in RULES[name]
    if row.gate != "pitch"
]


@pytest.mark.parametrize(("style", "row"), SCOPES)
def test_a_rule_looks_at_its_scope_and_nowhere_else(style, row):
    sign, limit = (-1, row.minimum) if row.minimum is not None else (1, row.maximum)
    spoilt = {row.figure: limit + sign * STEPS[row.figure]}
    in_takes = row.figure in (
        "nonfinite_samples", "peak", "loudness_lufs", "level_lufs", "mono_loss_db", "low_band_mono_loss_db",
    )  # fmt: skip
    note_, turned, resting, instant, centre = SEEN[row.scope]
    if row.figure != "level_lufs":
        assert _result(preset(style, note(note=72, **spoilt)), style, row.gate).passed != note_
        assert _result(preset(style, **spoilt), style, row.gate).passed != centre
    if in_takes:
        takes = (
            (turned, take(**spoilt)),
            (resting, take("velocity 1", macros=(), **spoilt)),
            (instant, take("a note of 49 ms", macros=(), hold_s=0.049, **spoilt)),
        )
        for seen, one in takes:
            assert _result(preset(style, takes=[one]), style, row.gate).passed != seen, one.condition


def test_a_note_of_50_ms_is_held():
    silent = take("a note of 50 ms", macros=(), hold_s=0.05, loudness_lufs=-61.0)
    assert not judge(preset("Pad", takes=[silent]), PROFILES["Pad"]).passed
    assert judge(preset("Pad", takes=[silent.model_copy(update={"hold_s": 0.049})]), PROFILES["Pad"]).passed


@pytest.mark.parametrize("peak", [0.5, 0.88, 0.94])
@pytest.mark.parametrize("style", STYLED)
def test_what_is_too_quiet_fails_however_high_its_peak(style, peak):
    quiet = preset(style, loudness_lufs=TARGET_LUFS[style] - 1.1, peak=peak)
    assert [one.gate for one in judge(quiet, PROFILES[style]).failures] == ["loudness"]


def test_what_is_too_loud_fails_however_high_its_peak():
    loud = preset("Pad", loudness_lufs=-22.9, peak=0.9)
    assert [one.gate for one in judge(loud, PROFILES["Pad"]).failures] == ["loudness"]


WORDS = [
    ("Bass", "finite", {"nonfinite_samples": 5}, "5 samples are not numbers"),
    ("Bass", "non_silent", {"loudness_lufs": -72.34}, "Silent: -72.3 LUFS (at least -60 LUFS)"),
    ("Bass", "peak", {"peak": 1.2}, "Peaks at 1.20 of full scale (limit 0.94)"),
    ("Bass", "dc", {"dc": 0.0314}, "Offset from zero (DC) of 0.031 (limit 0.020)"),
    ("Bass", "mono_safe", {"mono_loss_db": -4.06}, "Loses 4.1 dB when summed to mono (limit 2.0 dB)"),
    (
        "Pad",
        "mono_safe_low",
        {"low_band_mono_loss_db": -3.4},
        "Loses 3.4 dB below 150 Hz when summed to mono (limit 3.0 dB)",
    ),
    (
        "Pad",
        "stuck_note",
        {"stuck_db": -3.2},
        "Hangs: 10 s after note off still at -3 dB of its loudest (limit -24 dB)",
    ),
    ("Keys", "click", {"click_db": 25.4}, "Clicks at its start: a step 25 dB above its own (limit 18 dB)"),
    ("Pad", "loudness", {"loudness_lufs": -25.26}, "Too quiet: -25.3 LUFS (at least -25.0 LUFS)"),
    ("Pad", "loudness", {"loudness_lufs": -21.0}, "Too loud: -21.0 LUFS (at most -23.0 LUFS)"),
    ("Lead", "pitch", {"pitch_cents_off": 40.2}, "Out of tune by +40 cents (limit 35)"),
    ("Lead", "pitch", {"pitch_cents_off": -51.0}, "Out of tune by -51 cents (limit 35)"),
    ("human", "peak", {"peak": 1.5}, "Peaks at 1.50 of full scale (limit 1.00)"),
]


@pytest.mark.parametrize(("style", "gate", "spoilt", "words"), WORDS)
def test_a_broken_limit_is_told_in_a_preset_makers_words(style, gate, spoilt, words):
    assert _result(preset(style, **spoilt), style, gate).reason == f"{words} on note 60"


def test_a_take_that_breaks_a_limit_is_told_with_its_condition():
    loud = preset("Pad", takes=[take(level_lufs=-17.46)])
    words = "Too loud with its macros turned: -17.5 LUFS (at most -20.0 LUFS) on note 60, macro 2 at 1"
    assert _result(loud, "Pad", "macro_level").reason == words
    silent = preset("human", takes=[take(loudness_lufs=-80.0)])
    words = "Falls silent: -80.0 LUFS (at least -60 LUFS) on note 60, macro 2 at 1"
    assert _result(silent, "human", "non_silent_takes").reason == words


def test_what_passes_is_told_with_the_limit_that_is_nearest():
    good = preset("Pad", loudness_lufs=-23.5, pitch_cents_off=-10.0, low_band_mono_loss_db=None)
    told = {one.gate: one.reason for one in judge(good, PROFILES["Pad"]).results}
    assert told["loudness"] == "-23.5 LUFS (limit -23)"
    assert told["pitch"] == "-10 cents (limit -35)"
    assert told["peak"] == "0.5 full scale (limit 0.94)"
    assert told["mono_safe_low"] == told["macro_level"] == "Does not apply to this sound"


def test_the_docs_print_the_limits_that_are_in_force():
    """The table of gates, its column by style and its column of any preset."""
    shipped, human = _doc_columns()
    assert human["finite"] == "0, fail"
    assert human["non_silent"] == "-60 by itself, fail; in a take, warn"
    assert human["loudness"] == human["macro_level"] == human["pitch"] == "none"
    assert {gate: human[gate] for gate in ("peak", "dc", "mono_safe", "mono_safe_low", "stuck_note", "click")} == {
        "peak": "1.0, warn",
        "dc": "0.05, warn",
        "mono_safe": "6.0, warn",
        "mono_safe_low": "6.0, warn",
        "stuck_note": "-24, fail",
        "click": "20, warn",
    }
    assert shipped == {
        "finite": "0 samples",
        "non_silent": "-60 LUFS",
        "peak": "0.94",
        "dc": "0.02",
        "mono_safe": "Bass 2.0 dB; Lead, Keys, Percussion, Sequence 3.0; Pad, SFX 3.5",
        "mono_safe_low": "Bass, Percussion 1.0 dB; others 2.0; Pad, SFX 3.0",
        "stuck_note": "-24 dB, 10 s after note off",
        "click": "18 dB; not for Percussion, SFX",
        "loudness": "target +-1 LU",
        "macro_level": "target + 4 LU",
        "pitch": "35 cents, warn; tonal styles",
    }


def test_the_docs_print_the_targets_that_are_in_force():
    (styles,) = re.findall(r"^\| \|(.*)\|$", LIMITS_DOC, re.MULTILINE)
    (targets,) = re.findall(r"^\| target \|(.*)\|$", LIMITS_DOC, re.MULTILINE)
    printed = dict(zip(_cells(styles), map(float, _cells(targets)), strict=True))
    assert printed == {style: TARGET_LUFS[style] for style in STYLED}


def test_the_docs_print_the_cpu_budget_that_is_in_force():
    words = "Bass 10, Lead, Keys, Sequence, SFX 8, Pad and\nPercussion 6"
    assert words in LIMITS_DOC
    printed = {"Bass": 10, "Lead": 8, "Keys": 8, "Sequence": 8, "SFX": 8, "Pad": 6, "Percussion": 6}
    assert printed == {style: TIMES_REALTIME[style] for style in STYLED}


def test_the_readme_claims_what_is_in_force():
    assert "mono-safe, broad band and below 150 Hz" in README
    (levels, within) = re.findall(r"at its style's level \((.*), …\), within (\d) LU", README)[0]
    claimed = dict(re.findall(r"(\w+) −(\d+) LUFS", levels))
    assert claimed == {"Bass": "18", "Pad": "24"}
    assert within == "1"
    for style, level in claimed.items():
        target = -float(level)
        assert judge(preset(style, loudness_lufs=target - 1.0), PROFILES[style]).passed
        assert judge(preset(style, loudness_lufs=target + 1.0), PROFILES[style]).passed
        assert not judge(preset(style, loudness_lufs=target - 1.1), PROFILES[style]).passed
        assert not judge(preset(style, loudness_lufs=target + 1.1), PROFILES[style]).passed


def _with(style: str, row: GateLimit, value: float) -> Measurements:
    changes = {row.figure: value}
    if row.scope in ("takes", "macros"):
        return preset(style, takes=[take(**changes)])
    return preset(style, note(note=72, **changes)) if row.gate == "non_silent" else preset(style, **changes)


def _result(measurements: Measurements, style: str, gate: str) -> GateResult:
    return next(one for one in judge(measurements, profile_for(style)).results if one.gate == gate)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _doc_columns() -> tuple[dict[str, str], dict[str, str]]:
    """By gate, what the table of the record says of shipped presets and of any preset."""
    table = LIMITS_DOC.partition("| gate |")[2].partition("\n\n")[0].splitlines()
    shipped, human = {}, {}
    for line in table[2:]:
        gate, by_style, *_, any_preset, _ = _cells(line.strip("|"))
        name = gate.partition(" ")[0]
        shipped[name], human[name] = by_style, any_preset
    return shipped, human
