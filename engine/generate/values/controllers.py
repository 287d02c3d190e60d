"""What the mod wheel and the velocity move, where a prompt says so."""

from collections.abc import Mapping

from engine.compiler.slots import AMP, DISTORTION, REVERB, VOICING
from engine.generate.draft import Draft
from engine.generate.values.main_modules import filter_in_use, lfo_at, main_filter, routes, silence
from engine.generate.values.motions import set_tremolo, set_vibrato, tremolo_route, vibrato_route

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
_WHEEL_CENTS, _WHEEL_TREMOLO = 35.0, 60.0
_BY_VELOCITY_PERCENT = 70.0


def set_target(draft: Draft, source: str, target: str) -> None:
    """Gives a control one target and takes it from all others; it rests at 0, so the sound at rest stays."""
    if source == "velocity":
        draft.pin(_TRACK, _BY_VELOCITY_PERCENT if target == "level" else min(draft.get(_TRACK), 40.0))
        if target == "none":
            draft.pin(_TRACK, 0.0)
    silence(draft, [route for route in routes(draft) if route["source"] == source])
    draft.taken.add(source)
    if target == "none" or (target == "level" and source == "velocity"):
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


def get_target(draft: Draft, source: str) -> str | None:
    """What a control moves: its route's target by name; for the velocity also `level`, or `none`."""
    mine = [route for route in routes(draft) if route["source"] == source and route["amount"] != 0.0]
    for route in mine:
        found = _named(draft, route["target"])
        if found is not None:
            return found
    if source == "velocity":
        return "level" if draft.get(_TRACK) > 0.0 else "none"
    return None if mine else "none"


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
