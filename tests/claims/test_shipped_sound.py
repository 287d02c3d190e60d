"""What ships, listened to by other means than the engine's own: the presets of a pack that was built.

Nothing here is measured by `engine/measure/` or judged by `engine/gates/`; limits are written out, and README and
docs/decisions/gate-limits.md are held against them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyloudnorm
import pytest
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from engine.compiler import compile_spec, playable
from engine.refine.drawings import drawn
from engine.refine.refinement import Refinement
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool
from engine.stages import plan_stage
from engine.word_contracts import asked_axes
from schemas.request import Request
from tests.example_library import ROOT, STYLES, BuiltExample

Audio = NDArray[np.float64]
README = (ROOT / "README.md").read_text("utf-8")
LIMITS = (ROOT / "docs" / "decisions" / "gate-limits.md").read_text("utf-8")
TARGET_LUFS = {
    "Bass": -18.0, "Lead": -19.0, "Sequence": -24.0, "Percussion": -24.0, "Keys": -28.0, "Pad": -24.0, "SFX": -21.0,
}  # fmt: skip
MOST_LOST_DB = {
    "Bass": 2.0, "Lead": 3.0, "Keys": 3.0, "Percussion": 3.0, "Sequence": 3.0, "Pad": 3.5, "SFX": 3.5,
}  # fmt: skip
MOST_LOST_BELOW_150_HZ_DB = {
    "Bass": 1.0, "Percussion": 1.0, "Lead": 2.0, "Keys": 2.0, "Sequence": 2.0, "Pad": 3.0, "SFX": 3.0,
}  # fmt: skip
CHORDS = ("Keys", "Pad", "Lead", "Sequence")
BETWEEN_METERS = 0.1
"""LU by which two meters of one standard may differ, and dB by which 16 bits and rounding may."""


@dataclass(frozen=True)
class Shipped:
    """A preset of the pack: the file, its preview, and what its bundle's manifest says of it."""

    style: str
    title: str
    vital: bytes
    preview: Path
    told: dict[str, Any]
    request: dict[str, Any]
    draws: int

    @property
    def is_base(self) -> bool:
        return bool(self.told["kind"] == "base")

    @cached_property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.vital)
        return found

    @cached_property
    def audio(self) -> Audio:
        """Of the preview, shape (2, n)."""
        found, rate = soundfile.read(self.preview, dtype="float64", always_2d=True)
        assert rate == 44_100
        return np.asarray(found.T)

    @property
    def centre(self) -> NotePlan:
        note = self.told["measurements"]["notes"][0]
        rendered_s = note["render_s"] + 0.5 / 44_100  # whole samples, and Vital cuts off what is less than one
        return NotePlan(note["note"], note["velocity"], note["hold_s"], rendered_s)


@pytest.fixture(scope="module")
def shipped(example: BuiltExample) -> list[Shipped]:
    bundles = {one["key"]: one for one in example.bundles}
    found = []
    for one in example.manifest["presets"]:
        bundle = bundles[one["bundle_key"]]
        (told,) = [preset for preset in bundle["presets"] if preset["id"] == one["id"]]
        vital = (example.pack / one["files"]["preset"]).read_bytes()
        preview = example.pack / one["files"]["flac"]
        found.append(Shipped(one["style"], one["title"], vital, preview, told, bundle["request"], bundle["draws"]))
    return found


@pytest.fixture(scope="module")
def bases(shipped: list[Shipped]) -> list[Shipped]:
    return [one for one in shipped if one.is_base]


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    with RenderPool(time_limit_s=120) as running:
        yield running


def named_macros(preset: Shipped) -> list[str]:
    """Vital calls an idle macro MACRO 4."""
    names = [preset.document[f"macro{n}"] for n in (1, 2, 3, 4)]
    return [name for name in names if not re.fullmatch(r"MACRO \d", name)]


def play(pool: RenderPool, preset: bytes, *notes: NotePlan) -> list[Audio]:
    """What the synth makes of each note."""
    heard = pool.render(RenderJob("one", preset, notes, keep=True))
    assert isinstance(heard, Rendered), heard
    assert heard.kept is not None
    return [np.asarray(one, dtype=np.float64) for one in heard.kept.notes]


def lufs(audio: Audio) -> float:
    """Integrated loudness by pyloudnorm; it needs 0.4 s."""
    short = max(0, 22_050 - audio.shape[1])
    return float(pyloudnorm.Meter(44_100).integrated_loudness(np.pad(audio, ((0, 0), (0, short))).T))


def lost_in_mono_db(audio: Audio) -> float:
    """How far (L + R) / 2 lies below the mean of both channels."""
    both = np.mean(audio**2)
    return float(-10 * np.log10(np.mean(audio.mean(axis=0) ** 2) / both))


def below_150_hz(audio: Audio) -> Audio:
    spectrum = np.fft.rfft(audio)
    spectrum[:, np.fft.rfftfreq(audio.shape[1], 1 / 44_100) >= 150.0] = 0.0
    return np.asarray(np.fft.irfft(spectrum, audio.shape[1]))


def centroid_octaves(audio: Audio) -> float:
    """Where the middle of the spectrum lies, in octaves, whatever the level."""
    magnitude = np.abs(np.fft.rfft(audio)).sum(axis=0)
    return float(np.log2(np.sum(np.fft.rfftfreq(audio.shape[1], 1 / 44_100) * magnitude) / magnitude.sum()))


def test_every_style_ships_and_is_listened_to(shipped: list[Shipped]) -> None:
    assert {one.style for one in shipped} == set(STYLES)
    assert len(shipped) >= 18


def test_each_was_heard_over_its_register_and_passed_every_gate(shipped: list[Shipped]) -> None:
    for one in shipped:
        notes = {note["note"] for note in one.told["measurements"]["notes"]}
        assert len(notes) >= (2 if one.style == "Percussion" else 3), f"{one.title}: the centre and both ends"
        gates = {result["gate"]: result["passed"] for result in one.told["gates"]["results"]}
        needed = {"finite", "non_silent", "peak", "dc", "mono_safe", "mono_safe_low", "stuck_note", "loudness"}
        assert needed | {"macro_level"} <= set(gates)
        assert ("click" in gates) is (one.style not in ("Percussion", "SFX"))
        assert [gate for gate, passed in gates.items() if not passed] in ([], ["pitch"]), one.title


def test_each_was_heard_in_every_worst_case(shipped: list[Shipped]) -> None:
    """Soft, hard, other phase seeds, let go at once, all corners of the macros; chords have a test of their own."""
    for one in shipped:
        conditions = [take["condition"] for take in one.told["measurements"]["takes"]]
        assert {"velocity 0.3", "velocity 1", "a note of 30 ms"} <= set(conditions), one.title
        macros = len(named_macros(one))
        assert sum(words.startswith("macro corner") for words in conditions) == 2**macros, one.title
        seeds = [note["condition"] for note in one.told["measurements"]["notes"] if note["condition"]]
        assert seeds == [f"phase seed {number}" for number in range(2, 2 + len(seeds))], one.title
        assert len(seeds) >= 2 if one.is_base else len(seeds) == 1, one.title


def test_each_lies_within_1_lu_of_its_styles_level(shipped: list[Shipped]) -> None:
    for one in shipped:
        away = lufs(one.audio) - TARGET_LUFS[one.style]
        assert abs(away) <= 1.0 + BETWEEN_METERS, f"{one.title}: {away:+.2f} LU"


def test_the_levels_are_those_of_the_readme_and_of_the_decision() -> None:
    for style, level in re.findall(r"(\w+) −(\d+) LUFS", README):
        assert TARGET_LUFS[style] == -float(level)
    head = next(line for line in LIMITS.splitlines() if line.startswith("| | Bass |"))
    row = next(line for line in LIMITS.splitlines() if line.startswith("| target |"))
    printed = dict(zip(cells(head), map(float, cells(row)), strict=True))
    assert printed == TARGET_LUFS
    assert "| loudness | target +-1 LU |" in LIMITS


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")][1:]


def test_none_clips_is_silent_or_off_centre(shipped: list[Shipped]) -> None:
    for one in shipped:
        assert np.abs(resample_poly(one.audio, 4, 1, axis=1)).max() < 1.0, f"{one.title} clips between samples"
        assert np.abs(one.audio).max() <= 0.94, one.title
        assert lufs(one.audio) > -60.0, one.title
        assert np.abs(one.audio.mean(axis=1)).max() <= 0.02, one.title
        assert one.told["measurements"]["overall"]["peak"] <= 0.94, f"{one.title}, in its worst case"


def test_each_is_safe_in_mono_and_below_150_hz(shipped: list[Shipped]) -> None:
    low = 0
    for one in shipped:
        assert lost_in_mono_db(one.audio) <= MOST_LOST_DB[one.style] + BETWEEN_METERS, one.title
        band = below_150_hz(one.audio)
        if np.sum(band**2) >= 0.01 * np.sum(one.audio**2):
            low += 1
            assert lost_in_mono_db(band) <= MOST_LOST_BELOW_150_HZ_DB[one.style] + BETWEEN_METERS, one.title
    assert low >= 4, "basses, kicks and pads have a low band"


def test_the_limits_in_mono_are_those_of_the_decision() -> None:
    assert "| mono_safe | Bass 2.0 dB; Lead, Keys, Percussion, Sequence 3.0; Pad, SFX 3.5 |" in LIMITS
    assert "| mono_safe_low (< 150 Hz) | Bass, Percussion 1.0 dB; others 2.0; Pad, SFX 3.0 |" in LIMITS


def test_a_preset_that_is_loaded_anew_sounds_as_its_preview(bases: list[Shipped], pool: RenderPool) -> None:
    for one in bases:
        (again,) = play(pool, one.vital, one.centre)
        assert np.abs(again - one.audio).max() <= 1.01 / 32_768, one.title


def test_a_chord_that_is_played_hard_is_heard_and_does_not_clip(bases: list[Shipped], pool: RenderPool) -> None:
    heard = 0
    for one in bases:
        takes = [take for take in one.told["measurements"]["takes"] if len(take["notes"]) > 1]
        if one.style not in CHORDS or one.document["settings"]["polyphony"] < 2:
            assert takes == [], one.title
            continue
        (chord,) = takes
        first = one.centre.note
        assert (chord["notes"], chord["velocity"]) == ([first, first + 4, first + 7], 1.0)
        notes = [NotePlan(note, 1.0, chord["hold_s"], chord["render_s"]) for note in chord["notes"]]
        summed = np.sum(play(pool, one.vital, *notes), axis=0)
        assert np.abs(summed).max() < 1.0, one.title
        assert np.abs(summed).max() == pytest.approx(chord["peak"], rel=0.25), one.title
        heard += 1
    assert heard >= 2


def test_what_is_asked_to_be_dark_is_darker_than_its_twin_by_what_the_manifest_says(
    bases: list[Shipped], pool: RenderPool
) -> None:
    """And what is to be bright brighter, wherever the manifest says that the word is heard."""
    ways = []
    for one in bases:
        for told in one.told["words"]:
            if told["axis"] != "brightness" or not told["satisfied"]:
                continue
            assert told["unit"] == "octaves"
            made = plan_stage(Request.model_validate_json(json.dumps(one.request)))
            (asked,) = [word for word in asked_axes(made.intent) if word.axis == "brightness"]
            twin = Refinement.drawn(drawn(made, one.draws), pool).twin(asked)
            (without,) = play(pool, playable(compile_spec(twin)).preset, one.centre)
            way = 1 if told["asked"] > 0 else -1
            further = way * (centroid_octaves(one.audio) - centroid_octaves(without))
            assert further > 0.3, one.title
            assert further == pytest.approx(told["change"], rel=0.5), one.title
            ways.append(way)
    assert {1, -1} <= set(ways)


def test_every_word_that_was_asked_for_is_told_with_its_figures(bases: list[Shipped]) -> None:
    told = 0
    for one in bases:
        for word in one.told["words"]:
            up = 1 if word["asked"] > 0 else -1
            assert word["change"] == pytest.approx(up * (word["heard"] - word["neutral"]), abs=0.011)
            assert word["satisfied"] or word["change"] < word["wanted"]
            figure = f"{word['change']:.1f} {word['unit']}"
            assert any(text in word["reason"] for text in (figure, "as far towards", "not given"))
            assert word["given"] or word["change"] == 0.0
            assert all(text in one.request["prompt"] or text in one.request["tags"] for text in word["words"])
            told += 1
    assert told >= 10


def test_no_word_is_heard_the_other_way(bases: list[Shipped]) -> None:
    words = [word for one in bases for word in one.told["words"]]
    assert [word for word in words if word["change"] < 0.0 and not word["satisfied"]] == []
    assert sum(word["satisfied"] for word in words) >= 0.6 * len(words)


def test_each_has_named_macros_that_are_heard_and_the_details_that_vital_shows(shipped: list[Shipped]) -> None:
    for one in shipped:
        used = named_macros(one)
        assert len(used) in (3, 4), one.title
        assert len(set(used)) == len(used)
        macros = [number for number in one.told["macros"] if number["ends"]]
        if one.is_base:
            assert [number["label"] for number in macros] == used
            for number in macros:
                assert max(end["change_db"] for end in number["ends"]) >= 1.0
                assert not any(end["broken"] for end in number["ends"])
        assert one.document["preset_style"] == one.style
        assert one.document["author"] == "SynthCopilot"
        assert one.document["comments"]
        assert one.vital.startswith(b'{"author":"')
