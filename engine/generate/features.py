"""Features that a prompt wants or bans: switches, and modulations of their own."""

import math
from collections.abc import Mapping
from typing import Any

from engine.compiler.slots import (
    CHORUS,
    COMPRESSOR,
    DELAY,
    DISTORTION,
    EQ,
    FILTERS,
    FLANGER,
    OSCILLATORS,
    PHASER,
    REVERB,
    SAMPLE,
    VOICING,
)
from engine.generate.built import bends
from engine.generate.draft import Draft
from schemas.intent import Feature, Intent

SWITCHES: Mapping[Feature, tuple[str, Mapping[str, Any]]] = {
    "reverb": (f"{REVERB}/on", {f"{REVERB}/mix_percent": 25.0}),
    "delay": (f"{DELAY}/on", {f"{DELAY}/mix_percent": 25.0, f"{DELAY}/feedback_percent": 35.0}),
    "chorus": (f"{CHORUS}/on", {f"{CHORUS}/mix_percent": 35.0}),
    "phaser": (f"{PHASER}/on", {f"{PHASER}/mix_percent": 60.0}),
    "flanger": (f"{FLANGER}/on", {f"{FLANGER}/mix_percent": 50.0}),
    "distortion": (f"{DISTORTION}/on", {f"{DISTORTION}/drive_db": 8.0, f"{DISTORTION}/mix_percent": 60.0}),
    "bitcrush": (f"{DISTORTION}/on", {f"{DISTORTION}/curve": "bit_crush", f"{DISTORTION}/mix_percent": 60.0}),
    "compressor": (f"{COMPRESSOR}/on", {f"{COMPRESSOR}/mix_percent": 40.0}),
    "eq": (f"{EQ}/on", {}),
    "filter": (f"{FILTERS[0]}/on", {}),
    "noise": (f"{SAMPLE}/on", {f"{SAMPLE}/level_percent": 6.0}),
}
"""The switch of each feature, and the least that its settings are where it is wanted."""

_SUB: Mapping[str, Any] = {
    "on": True,
    "wavetable/table": {"kind": "own", "id": "sine"},
    "transpose_semitones": -12,
    "level_percent": 35.0,
    "unison/voices": 1,
    "random_phase_percent": 0.0,
    "destination": "direct_out",
}
_AUDIBLE_SUB_PERCENT = 5.0
_TEMPO_WHERE_NOTHING_IS_SAID = "1/4"


def apply_features(draft: Draft, intent: Intent) -> None:
    """Turns on what is wanted; what is ruled out is off already (`engine.generate.bans`)."""
    for feature, (switch, settings) in SWITCHES.items():
        if intent.features.get(feature) == "wanted":
            draft.set(switch, True)
            for pointer, value in settings.items():
                _at_least(draft, pointer, value)
    _apply_sources(draft, intent.features)


def apply_motions(draft: Draft, intent: Intent) -> None:
    """Adds the modulations that are wanted, at the rates that words give; after the axes, which set rates too."""
    for feature, wish in intent.features.items():
        if wish == "wanted" and feature in _MODULATIONS:
            _MODULATIONS[feature](draft, intent)


def _at_least(draft: Draft, pointer: str, value: Any) -> None:
    if isinstance(value, str) or draft.get(pointer) < value:
        draft.set(pointer, value)


def _apply_sources(draft: Draft, features: Mapping[Feature, str]) -> None:
    if features.get("unison") == "wanted":
        for osc in OSCILLATORS[:2]:
            draft.set(f"{osc}/unison/voices", max(draft.get(f"{osc}/unison/voices"), 5))
    if features.get("sub") == "wanted":
        _add_sub(draft)


def _add_sub(draft: Draft) -> None:
    """Adds a sine an octave down if there is none, on a free oscillator or else on the last one."""
    on = [one for one in OSCILLATORS if draft.is_on(f"{one}/on")]
    low = [one for one in on if draft.get(f"{one}/transpose_semitones") <= _SUB["transpose_semitones"]]
    if any(draft.get(f"{one}/level_percent") >= _AUDIBLE_SUB_PERCENT for one in low):
        return
    free = next((one for one in reversed(OSCILLATORS) if one not in on or one in low), OSCILLATORS[-1])
    for field, value in _SUB.items():
        draft.set(f"{free}/{field}", value)


def _sweep(draft: Draft, intent: Intent) -> None:
    """The cutoff travels up and down: slowly, unless the prompt says how fast."""
    cutoff, on = f"{FILTERS[0]}/cutoff_hz", f"{FILTERS[0]}/on"
    draft.set(on, True)
    low = draft.parameter(cutoff).to_stored(250.0)
    draft.set_stored(cutoff, min(max(draft.stored(cutoff), low), draft.parameter(cutoff).to_stored(1500.0)))
    _lfo(draft, cutoff, 0.3, shape="sine", bipolar=True, rate_hz=0.5 * 8.0 ** intent.axes.get("rate", -0.5))


def _vibrato(draft: Draft, intent: Intent) -> None:
    _lfo(draft, f"{VOICING}/tune_cents", 0.12, shape="sine", bipolar=True, rate_hz=5.5)


def _tremolo(draft: Draft, intent: Intent) -> None:
    _lfo(draft, f"{VOICING}/voice_amplitude_percent", -0.6, shape="sine", rate_hz=6.0)


def _gate(draft: Draft, intent: Intent) -> None:
    """A rhythm on the level; y = 0 is the top of an LFO shape, so the level falls where the shape does."""
    draft.set(f"{VOICING}/voice_amplitude_percent", 5.0)
    _lfo(draft, f"{VOICING}/voice_amplitude_percent", 0.95, shape="gate_trance", tempo="1/1")


def _pump(draft: Draft, intent: Intent) -> None:
    draft.set(f"{VOICING}/voice_amplitude_percent", 15.0)
    shape, tempo = "sidechain", _TEMPO_WHERE_NOTHING_IS_SAID
    _lfo(draft, f"{VOICING}/voice_amplitude_percent", 0.85, shape=shape, tempo=tempo)


def _arpeggio(draft: Draft, intent: Intent) -> None:
    """Octaves in steps: Vital has no arpeggiator, and an LFO on the transposition plays one."""
    _lfo(draft, f"{VOICING}/transpose_semitones", 0.25, shape="steps_octaves", tempo="1/2")


def _pitch_rise(draft: Draft, intent: Intent) -> None:
    if bends(draft, up=True):
        return  # it has its own course, and two would add up
    _lfo(draft, f"{VOICING}/transpose_semitones", 0.25, shape="rise", rate_hz=0.5, mode="envelope")


def _pitch_drop(draft: Draft, intent: Intent) -> None:
    if bends(draft, up=False):
        return
    _lfo(draft, f"{VOICING}/transpose_semitones", 0.25, shape="decay", rate_hz=1.5, mode="envelope")


def _warp(kind: str, amount_percent: float) -> Any:
    def apply(draft: Draft, intent: Intent) -> None:
        osc = OSCILLATORS[0]
        if draft.get(f"{osc}/warp/type") == "none":
            draft.set(f"{osc}/warp/type", kind)
            draft.set(f"{osc}/warp/amount_percent", amount_percent)

    return apply


def _formant(draft: Draft, intent: Intent) -> None:
    on = [one for one in FILTERS if draft.is_on(f"{one}/on")]
    if len(on) == len(FILTERS) or any(draft.get(f"{one}/model") == "formant" for one in on):
        return  # a filter that is on belongs to the template's roles
    free = next(one for one in FILTERS if one not in on)
    draft.set(f"{free}/on", True)
    draft.set(f"{free}/model", "formant")
    draft.set(f"{free}/style", 0)
    if free == FILTERS[1]:
        draft.set(f"{free}/from_other_filter", True)


_MODULATIONS: Mapping[str, Any] = {
    "filter_sweep": _sweep,
    "vibrato": _vibrato,
    "tremolo": _tremolo,
    "gate": _gate,
    "pump": _pump,
    "arpeggio": _arpeggio,
    "pitch_rise": _pitch_rise,
    "pitch_drop": _pitch_drop,
    "sync": _warp("sync", 35.0),
    "formant": _formant,
}


def _lfo(
    draft: Draft,
    target: str,
    amount: float,
    *,
    shape: str,
    bipolar: bool = False,
    rate_hz: float | None = None,
    tempo: str | None = None,
    mode: str = "trigger",
) -> None:
    """Routes the first unused LFO to `target`, free-running at `rate_hz` or synced to `tempo`.

    Where the template has an LFO there, that one moves it as far as is wanted and keeps its shape; at the rate that
    is wanted if it runs free, since one that follows the tempo has its place in a rhythm.
    """
    if "lfo" in draft.without:
        return
    routes = draft.document["modulation"]["routes"]
    there = next((r for r in routes if r["source"].startswith("lfo_") and r["target"] == target), None)
    if there is not None:
        there["amount"] = math.copysign(max(abs(there["amount"]), abs(amount)), there["amount"] or amount)
        if rate_hz is not None and draft.get(f"{_lfo_at(there['source'])}/sync") == "free":
            _set_rate(draft, there["source"], rate_hz)
        return
    used = {route["source"] for route in routes}
    free = next((f"lfo_{n}" for n in range(1, 9) if f"lfo_{n}" not in used), None)
    if free is None:
        return
    lfo = _lfo_at(free)
    draft.set(f"{lfo}/shape", {"kind": "own", "id": shape})
    draft.set(f"{lfo}/mode", mode)
    if tempo is not None:
        draft.set(f"{lfo}/sync", "tempo")
        draft.set(f"{lfo}/tempo", tempo)
    if rate_hz is not None:
        _set_rate(draft, free, rate_hz)
    polarity = "bipolar" if bipolar else "unipolar"
    routes.append({"source": free, "target": target, "amount": amount, "polarity": polarity})


def _lfo_at(source: str) -> str:
    return f"/modules/lfo/{int(source[-1]) - 1}"


def _set_rate(draft: Draft, source: str, rate_hz: float) -> None:
    draft.set(f"{_lfo_at(source)}/sync", "free")
    draft.set(f"{_lfo_at(source)}/rate_hz", rate_hz)
