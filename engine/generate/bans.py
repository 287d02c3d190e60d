"""What a prompt rules out is off in the file, whatever its other words, roles and variations would do.

Switches are turned off and pinned; modulations that make what is denied are taken out. What a value asks for
outright is pinned already and stays.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.compiler.slots import (
    CHORUS,
    COMPRESSOR,
    DELAY,
    DISTORTION,
    EQ,
    FILTER_FX,
    FILTERS,
    FLANGER,
    OSCILLATORS,
    PHASER,
    REVERB,
    SAMPLE,
    VOICING,
)
from engine.generate.draft import Draft
from engine.generate.placement import PlacedRole
from schemas.intent import Feature, Intent

_EFFECTS: Mapping[Feature, str] = {
    "reverb": REVERB,
    "delay": DELAY,
    "chorus": CHORUS,
    "phaser": PHASER,
    "flanger": FLANGER,
    "distortion": DISTORTION,
    "bitcrush": DISTORTION,
    "compressor": COMPRESSOR,
    "eq": EQ,
}
_SHARED: Mapping[Feature, Feature] = {"distortion": "bitcrush", "bitcrush": "distortion"}
"""Two features that share an effect: if one of them is wanted, the effect stays on."""
_CRUSHES = ("bit_crush", "down_sample")
_WARPS: Mapping[Feature, tuple[str, ...]] = {
    "fm": ("fm_from_next", "fm_from_previous", "fm_from_sample"),
    "ring_mod": ("rm_from_next", "rm_from_previous", "rm_from_sample"),
    "sync": ("sync",),
    "formant": ("formant",),
}
_OCTAVE_DOWN = -12
_AMPLITUDE = f"{VOICING}/voice_amplitude_percent"
_HELD = 0.5
"""Share of a removed cutoff route that the base value takes over: a filter that used to open stays half open."""

_RouteFields = Mapping[str, Any]


def apply_bans(draft: Draft, intent: Intent) -> None:
    """Turns off what the prompt rules out, and keeps it off."""
    banned = [feature for feature, wish in intent.features.items() if wish == "banned"]
    draft.without.update(banned)
    for feature in banned:
        _switch_off(draft, feature, intent)
    if draft.without >= _EFFECTS.keys():
        _off(draft, f"{FILTER_FX}/on")
    for index, route in enumerate(draft.document["modulation"]["routes"]):
        if any(feature in _MAKES and _MAKES[feature](draft, route) for feature in banned):
            _still(draft, index, route)


def _switch_off(draft: Draft, feature: Feature, intent: Intent) -> None:
    if feature in _EFFECTS:
        _effect_off(draft, feature, intent)
    elif feature == "filter":
        for one in (*FILTERS, FILTER_FX):
            _off(draft, f"{one}/on")
    elif feature == "noise" and _oscillators(draft):
        _off(draft, f"{SAMPLE}/on")
    elif feature == "sub":
        _subs_off(draft)
    elif feature == "unison":
        for one in OSCILLATORS:
            _off(draft, f"{one}/unison/voices", 1)
    elif feature == "stereo":
        _off(draft, f"{VOICING}/stereo_percent", 0.0)
    elif feature == "velocity":
        _off(draft, f"{VOICING}/velocity_track_percent", 0.0)
    _warps_off(draft, feature)


def _off(draft: Draft, pointer: str, value: object = False) -> None:
    if pointer not in draft.pinned:
        draft.pin(pointer, value)


def _effect_off(draft: Draft, feature: Feature, intent: Intent) -> None:
    other = _SHARED.get(feature)
    if other is None or intent.features.get(other) != "wanted":
        _off(draft, f"{_EFFECTS[feature]}/on")
    elif feature == "bitcrush" and draft.get(f"{DISTORTION}/curve") in _CRUSHES:
        _off(draft, f"{DISTORTION}/curve", "soft_clip")


def _oscillators(draft: Draft) -> list[str]:
    return [one for one in OSCILLATORS if draft.is_on(f"{one}/on")]


def _subs_off(draft: Draft) -> None:
    """Oscillators an octave or more below the key fall silent; where there are no others, the highest stays."""
    sounding = _oscillators(draft)
    subs = [one for one in sounding if draft.get(f"{one}/transpose_semitones") <= _OCTAVE_DOWN]
    if len(subs) == len(sounding) and subs:
        subs.remove(max(subs, key=lambda oscillator: draft.get(f"{oscillator}/transpose_semitones")))
    for one in subs:
        _off(draft, f"{one}/on")


def _warps_off(draft: Draft, feature: Feature) -> None:
    for one in OSCILLATORS:
        if draft.get(f"{one}/warp/type") in _WARPS.get(feature, ()):
            _off(draft, f"{one}/warp/type", "none")
    if feature == "formant":
        for one in FILTERS:
            if draft.get(f"{one}/model") == "formant":
                _off(draft, f"{one}/on")


def _is_lfo(route: _RouteFields) -> bool:
    return str(route["source"]).startswith("lfo_")


def _runs(draft: Draft, route: _RouteFields, field: str) -> Any:
    return draft.get(f"/modules/lfo/{int(route['source'][4:]) - 1}/{field}")


def _repeats(draft: Draft, route: _RouteFields) -> bool:
    return _is_lfo(route) and _runs(draft, route, "mode") != "envelope"


def _onto(route: _RouteFields, *ends: str) -> bool:
    return str(route["target"]).endswith(ends)


def _trembles(draft: Draft, route: _RouteFields) -> bool:
    loud = _onto(route, "/voice_amplitude_percent", "/level_percent", "/volume_db")
    return loud and _repeats(draft, route) and _runs(draft, route, "sync") == "free"


def _chops(draft: Draft, route: _RouteFields) -> bool:
    loud = _onto(route, "/voice_amplitude_percent", "/level_percent", "/volume_db")
    return loud and _repeats(draft, route) and _runs(draft, route, "sync") != "free"


def _vibrates(draft: Draft, route: _RouteFields) -> bool:
    pitch = _onto(route, "/tune_cents", "/transpose_semitones")
    return pitch and _repeats(draft, route) and _runs(draft, route, "sync") == "free"


def _steps(draft: Draft, route: _RouteFields) -> bool:
    pitch = _onto(route, "/transpose_semitones", "/tune_cents")
    return pitch and _repeats(draft, route) and _runs(draft, route, "sync") != "free"


def _sweeps(draft: Draft, route: _RouteFields) -> bool:
    moving = str(route["source"]).startswith(("lfo_", "random_", "env_"))
    return moving and _onto(route, "/cutoff_hz")


def _bends(draft: Draft, route: _RouteFields, *, up: bool) -> bool:
    """Whether the pitch rises or falls by itself; an envelope that raises a pitch lets it fall."""
    if not _onto(route, "/transpose_semitones"):
        return False
    if _is_lfo(route):
        return not _repeats(draft, route)
    return str(route["source"]).startswith("env_") and (route["amount"] < 0) == up


_MAKES: Mapping[Feature, Callable[[Draft, _RouteFields], bool]] = {
    "lfo": lambda _, route: _is_lfo(route),
    "filter_sweep": _sweeps,
    "vibrato": _vibrates,
    "tremolo": _trembles,
    "gate": _chops,
    "pump": _chops,
    "arpeggio": _steps,
    "pitch_rise": lambda draft, route: _bends(draft, route, up=True),
    "pitch_drop": lambda draft, route: _bends(draft, route, up=False),
    "velocity": lambda _, route: route["source"] == "velocity",
}
"""Whether a route makes a feature."""


def _still(draft: Draft, index: int, route: dict[str, Any]) -> None:
    """Silences a route; what it held open stays open."""
    pointer, target, amount = f"/modulation/routes/{index}/amount", route["target"], route["amount"]
    if pointer in draft.pinned:
        return
    draft.pin(pointer, 0.0)
    if amount > 0 and route["polarity"] != "bipolar":
        held = 1.0 if _onto(route, "/voice_amplitude_percent", "/level_percent") and _is_lfo(route) else 0.0
        held = _HELD if _onto(route, "/cutoff_hz") and route["source"] != "velocity" else held
        if held:
            parameter = draft.parameter(target)
            draft.set_stored(target, draft.stored(target) + held * amount * parameter.travel)
    if target == _AMPLITUDE:
        draft.pinned.add(target)  # a role that deepens a gate lowers the amplitude as well


def drop_banned(draft: Draft, placed: Iterable[PlacedRole]) -> tuple[PlacedRole, ...]:
    """Removes banned routes from the draft, and renumbers the routes that roles on controls move."""
    routes = draft.document["modulation"]["routes"]
    gone = {n for n in range(len(routes)) if _is_banned(draft, n, routes[n])}
    if not gone:
        return tuple(placed)
    gone |= {n for n in range(len(routes)) if _amount_of(routes[n]) in gone}
    kept = [n for n in range(len(routes)) if n not in gone]
    numbers = {f"/modulation/routes/{old}/": f"/modulation/routes/{new}/" for new, old in enumerate(kept)}
    draft.document["modulation"]["routes"] = [
        {**routes[n], "target": _renumbered(routes[n]["target"], numbers)} for n in kept
    ]
    return tuple(
        replace(one, moves=tuple(replace(move, path=_renumbered(move.path, numbers)) for move in one.moves))
        for one in placed
    )


def _is_banned(draft: Draft, index: int, route: _RouteFields) -> bool:
    return route["amount"] == 0.0 and any(
        feature in _MAKES and _MAKES[feature](draft, route) for feature in draft.without
    )


def _amount_of(route: _RouteFields) -> int | None:
    """The route whose amount this one moves, as a mod wheel does that brings in a vibrato."""
    target = str(route["target"])
    return int(target.split("/")[3]) if target.startswith("/modulation/routes/") else None


def _renumbered(path: str, numbers: Mapping[str, str]) -> str:
    if not path.startswith("/modulation/routes/"):
        return path
    head, _, leaf = path.rpartition("/")
    return numbers[f"{head}/"] + leaf
