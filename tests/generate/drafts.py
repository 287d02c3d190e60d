"""Drafts to move: what is in them is chosen so that no move ends at a bound, and that each finds what it moves."""

import math

from engine.generate.draft import Draft
from schemas.patch_spec import PatchSpec

FULL = {
    "osc/0/level_percent": 50.0,
    "osc/0/unison/voices": 7,
    "osc/0/unison/detune_percent": 30.0,
    "osc/0/unison/stereo_spread_percent": 50.0,
    "osc/1/on": True,
    "osc/1/level_percent": 30.0,
    "osc/1/transpose_semitones": 7,
    "osc/1/unison/detune_percent": 30.0,
    "osc/1/unison/stereo_spread_percent": 50.0,
    "osc/2/on": True,
    "osc/2/level_percent": 20.0,
    "osc/2/transpose_semitones": -12,
    "osc/2/destination": "filter_1",
    "filter/0/on": True,
    "filter/0/cutoff_hz": 1000.0,
    "filter/0/drive_db": 8.0,
    "filter/1/on": True,
    "filter/1/cutoff_hz": 2000.0,
    "filter/1/drive_db": 10.0,
    "env/0/delay_s": 0.05,
    "env/0/attack_s": 0.5,
    "env/0/decay_s": 0.8,
    "env/0/sustain_percent": 60.0,
    "env/0/release_s": 0.5,
    "env/1/attack_s": 0.5,
    "sample/on": True,
    "sample/sample": {"kind": "own", "id": "metal_hiss"},
    "sample/level_percent": 49.0,
    "sample/destination": "filter_1",
    "lfo/0/sync": "free",
    "lfo/0/rate_hz": 1.0,
    "lfo/1/tempo": "1/4",
    "lfo/2/mode": "envelope",
    "fx/0/on": True,
    "fx/0/mix_percent": 40.0,
    "fx/2/on": True,
    "fx/2/mix_percent": 70.0,
    "fx/3/on": True,
    "fx/3/mix_percent": 50.0,
    "fx/3/drive_db": 8.0,
    "fx/4/on": True,
    "fx/4/low_gain_db": 1.0,
    "fx/6/on": True,
    "fx/6/mix_percent": 60.0,
    "fx/7/on": True,
    "fx/7/mix_percent": 70.0,
    "fx/8/on": True,
    "fx/8/mix_percent": 60.0,
    "fx/8/decay_s": 1.5,
    "voicing/stereo_percent": 60.0,
    "voicing/voice_amplitude_percent": 40.0,
}
ROUTES = (
    ("lfo_1", "/modules/filter/0/cutoff_hz", 0.2),
    ("lfo_2", "/modules/osc/0/level_percent", 0.4),
    ("lfo_3", "/modules/voicing/voice_amplitude_percent", 0.5),
    ("random_1", "/modules/osc/1/pan_percent", 0.3),
    ("env_2", "/modules/filter/0/cutoff_hz", 0.4),
    ("env_3", "/modules/osc/0/transpose_semitones", 0.1),
)

HIT = {
    "env/0/decay_s": 0.3,
    "env/0/sustain_percent": 0.0,
    "env/0/release_s": 0.2,
    "osc/0/level_percent": 60.0,
    "sample/on": True,
    "sample/sample": {"kind": "own", "id": "thump"},
    "sample/level_percent": 9.0,
    "sample/keytrack": True,
    "sample/loop": False,
    "sample/transpose_semitones": 5,
    "sample/destination": "filter_1",
}


def draft(changes=None, routes=(), *, note=60):
    """The initial patch with these changes, whose pointers begin in `/modules/`."""
    made = Draft(PatchSpec(engine_version="test").model_dump(mode="json"), note=note)
    for pointer, value in (changes or {}).items():
        made.set(f"/modules/{pointer}", value)
    made.document["modulation"]["routes"] = [
        {"source": source, "target": target, "amount": amount} for source, target, amount in routes
    ]
    return made


def bare():
    """One oscillator, and all else off."""
    return draft()


def full():
    """All there is is on, but the filter among the effects."""
    return draft(FULL, ROUTES)


def hit():
    """A drum: struck and gone, with a knock, and a pitch that falls."""
    return draft(HIT, [("env_3", "/modules/osc/0/transpose_semitones", 0.2)], note=40)


DRAFTS = {"bare": bare, "full": full, "hit": hit}


def changes(before, after):
    """What differs in a draft: new values by pointer, without `/modules/`, and routes by source and target."""
    found = {}

    def compare(old, new, path):
        if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
            for key in old:
                compare(old[key], new[key], f"{path}/{key}")
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for index, (one, other) in enumerate(zip(old, new, strict=True)):
                compare(one, other, f"{path}/{index}")
        elif old != new and not _equal(old, new):
            found[path.removeprefix("/")] = new

    compare(before.document["modules"], after.document["modules"], "")
    routes = [one.document["modulation"]["routes"] for one in (before, after)]
    for index, route in enumerate(routes[1]):
        old = routes[0][index] if index < len(routes[0]) else None
        if route != old:
            end = route["target"].removeprefix("/modules/")
            found[f"{route['source']} > {end}"] = route["amount"]
    return found


def _equal(old, new):
    return isinstance(old, float) and isinstance(new, float) and math.isclose(old, new, rel_tol=1e-9)


def shown(value):
    """A number as a table shows it, to five digits."""
    return float(f"{value:.5g}") if isinstance(value, float) else value
