"""What the mod wheel and the velocity move, where a prompt says so."""

from collections.abc import Mapping

from engine.compiler.slots import AMP, DISTORTION, REVERB, VOICING
from engine.generate.draft import Draft
from engine.generate.values.main_modules import (
    filter_in_use,
    lfo_at,
    main_filter,
    main_lfo,
    main_oscillators,
    routes,
    silence,
)
from engine.generate.values.motions import new_lfo, set_tremolo, set_vibrato, tremolo_route, vibrato_route

_LEVEL = f"{VOICING}/voice_amplitude_percent"
_TRACK = f"{VOICING}/velocity_track_percent"
_AMOUNTS: Mapping[str, float] = {
    "cutoff": 0.3,
    "resonance": 0.5,
    "reverb": 0.4,
    "distortion": 0.35,
    "attack": -0.25,
    "level": 0.4,
}
_BY_LFO: Mapping[str, float] = {
    "cutoff": 0.2,
    "resonance": 0.3,
    "wavetable": 0.3,
    "distortion": 0.2,
    "reverb": 0.25,
}
_AND = " and "
_WHEEL_CENTS, _WHEEL_TREMOLO = 35.0, 60.0
_BY_VELOCITY_PERCENT = 70.0


def set_targets(draft: Draft, source: str, targets: str) -> None:
    """Gives a control what it is to move, such as `vibrato and cutoff`, and takes it from all else.

    It rests at 0, so the sound at rest stays.
    """
    first, *others = targets.split(_AND)
    _set_first(draft, source, first)
    for target in others:
        _add(draft, source, target)


def _set_first(draft: Draft, source: str, target: str) -> None:
    if source == "velocity":
        draft.pin(_TRACK, _BY_VELOCITY_PERCENT if target == "level" else min(draft.get(_TRACK), 40.0))
        if target == "none":
            draft.pin(_TRACK, 0.0)
    silence(draft, [route for route in routes(draft) if route["source"] == source])
    draft.taken.add(source)
    if target != "none":
        _add(draft, source, target)


def _add(draft: Draft, source: str, target: str) -> None:
    if target == "level" and source == "velocity":
        draft.pin(_TRACK, max(draft.get(_TRACK), _BY_VELOCITY_PERCENT))
        return
    if target in ("vibrato", "tremolo"):
        _depth_by(draft, source, target)
        return
    amount, pointer = _AMOUNTS[target], _pointer(draft, target)
    if target == "level":
        draft.set(_LEVEL, min(draft.get(_LEVEL), 100.0 * (1.0 - amount)))
    routes(draft).append({"source": source, "target": pointer, "amount": amount, "polarity": "unipolar"})


def _pointer(draft: Draft, target: str) -> str:
    match target:
        case "cutoff" | "resonance":
            return f"{main_filter(draft)}/{'cutoff_hz' if target == 'cutoff' else 'resonance_percent'}"
        case "reverb":
            draft.set(f"{REVERB}/on", True)
            return f"{REVERB}/mix_percent"
        case "distortion":
            draft.set(f"{DISTORTION}/on", True)
            return f"{DISTORTION}/drive_db"
        case "attack":
            return f"{AMP}/attack_s"
    return _LEVEL


def _depth_by(draft: Draft, source: str, target: str) -> None:
    """A vibrato or tremolo that rests at none and comes with the control."""
    find = vibrato_route if target == "vibrato" else tremolo_route
    there = find(draft)
    if there is None or f"{lfo_at(there['source'])}/sync" not in draft.pinned:  # else the prompt has set it
        if target == "vibrato":
            set_vibrato(draft, None, _WHEEL_CENTS)
        else:
            set_tremolo(draft, None, _WHEEL_TREMOLO)
    route = find(draft)
    if route is None:
        return
    full, place = route["amount"], next(n for n, one in enumerate(routes(draft)) if one is route)
    route["amount"] = 0.0
    pointer = f"/modulation/routes/{place}/amount"
    routes(draft).append({"source": source, "target": pointer, "amount": full / 2.0, "polarity": "unipolar"})


def get_targets(draft: Draft, source: str, asked: str) -> str | None:
    """What a control moves of what was `asked`, by name; else the first that it moves, or `none`."""
    mine = [route for route in routes(draft) if route["source"] == source and route["amount"] != 0.0]
    moved = [name for route in mine if (name := _named(draft, route["target"])) is not None]
    if source == "velocity" and draft.get(_TRACK) >= _BY_VELOCITY_PERCENT:
        moved.append("level")
    kept = [one for one in asked.split(_AND) if one in moved]
    if _AND in asked and kept:
        return _AND.join(kept)
    for found in moved:
        return found
    if source == "velocity":
        return "level" if draft.get(_TRACK) > 0.0 else "none"
    return None if mine else "none"


_OSCILLATOR = "/wavetable/position"


def set_lfo_target(draft: Draft, target: str) -> None:
    """Lets the LFO that moves the sound most, or a new one, move what was asked for; it is heard to."""
    pointers = _lfo_pointers(draft, target)
    source = main_lfo(draft) or new_lfo(draft, pointers[0], _BY_LFO[target])
    if source is None:
        return
    for pointer in pointers:
        there = next((r for r in routes(draft) if r["source"] == source and r["target"] == pointer), None)
        if there is None:
            made = {"source": source, "target": pointer, "amount": _BY_LFO[target], "polarity": "bipolar"}
            routes(draft).append(made)
        elif abs(there["amount"]) < _BY_LFO[target]:
            there["amount"] = _BY_LFO[target]
        place = next(n for n, r in enumerate(routes(draft)) if r["source"] == source and r["target"] == pointer)
        draft.pinned.add(f"/modulation/routes/{place}/amount")


def get_lfo_target(draft: Draft, asked: str) -> str | None:
    """What the LFO that moves the sound most moves: what was `asked`, if it does, else the first by name."""
    source = main_lfo(draft)
    moved = [
        "wavetable" if route["target"].endswith(_OSCILLATOR) else _named(draft, route["target"])
        for route in routes(draft)
        if route["source"] == source and route["amount"] != 0.0
    ]
    return asked if asked in moved else next((one for one in moved if one), None)


def _lfo_pointers(draft: Draft, target: str) -> list[str]:
    if target == "wavetable":
        return [f"{one}{_OSCILLATOR}" for one in main_oscillators(draft)]
    return [_pointer(draft, target)]


def _named(draft: Draft, pointer: str) -> str | None:
    if pointer.startswith("/modulation/routes/"):
        moved = str(routes(draft)[int(pointer.split("/")[3])]["target"])
        return "vibrato" if moved.endswith("/tune_cents") else "tremolo"
    there = filter_in_use(draft)
    names = {
        f"{there}/cutoff_hz": "cutoff",
        f"{there}/resonance_percent": "resonance",
        f"{REVERB}/mix_percent": "reverb",
        f"{DISTORTION}/drive_db": "distortion",
        f"{AMP}/attack_s": "attack",
        _LEVEL: "level",
    }
    return names.get(pointer)
