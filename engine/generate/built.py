"""Moves that depend on how a sound is built: how a hit decays, how a swell starts, what noise is in it."""

from engine.compiler.slots import AMP, OSCILLATORS, REVERB, SAMPLE, VOICING
from engine.generate.axis_steps import AxisMove, drift, routes
from engine.generate.draft import Draft
from engine.sounds import NOISES

_BREATHES = 0.3
"""From this much noise asked for, the noise has to last."""
_RINGING = ("metal_hiss", "machine_hum")
"""Noises made of partials."""
_STILL, _UNEVEN, _THE_SOUND_ITSELF = 0.4, ("rain", "waves", "fire", "wind", "vinyl", "velvet"), 0.7
"""From this little movement asked for, noise has to be even; noises that aren't; the stored level of a noise that
is the sound itself."""
_A_FIFTH, _OVERTONES = 7, 0.6
"""From this many semitones up a layer is an overtone; its stored level where a sound is nothing but overtones."""
_BEATING_VOICES = 4
"""From this many unison voices, beating never stops."""
_A_SWELL = 0.3
"""Amount of a route onto the voice's amplitude from which it is a swell."""
_DIES_AWAY, _A_TAP_S, _A_ZAP_S = 5.0, 0.5, 1.5
"""Sustain in percent and decay of a sound that is struck and gone, with a steady or a falling pitch."""
_A_HALL, _A_CATHEDRAL_S = 0.5, 2.2
"""From this much space asked for, the reverb rings on; its decay where all of it is asked for."""
_A_BEND = 0.04
"""From this amount on a route onto a transposition counts as a course of the pitch: four semitones."""


def bends(draft: Draft, *, up: bool) -> bool:
    """Whether a route makes the pitch travel by itself; an envelope that raises a pitch lets it fall."""
    amounts = {
        route["source"]: route["amount"]
        for route in draft.document["modulation"]["routes"]
        if route["target"].endswith("/transpose_semitones") and abs(route["amount"]) >= _A_BEND
    }
    return any(
        source.startswith("lfo_") or (source.startswith("env_") and (amount < 0) == up)
        for source, amount in amounts.items()
    )


def lasting_noise(draft: Draft, strength: float) -> None:
    """Replaces a one-shot in the sample player by a noise that goes on: a knock is no breath, however loud.

    So does what rings: loud metal is a tone.
    """
    held = draft.get(f"{SAMPLE}/sample")
    if strength < _BREATHES or not draft.is_on(f"{SAMPLE}/on") or held is None:
        return
    if NOISES[held["id"]].loops and held["id"] not in _RINGING:
        return
    draft.set(f"{SAMPLE}/sample", {"kind": "own", "id": "white"})
    settings = {"loop": True, "keytrack": False, "random_phase": True, "transpose_semitones": 0}
    for field, value in settings.items():
        draft.set(f"{SAMPLE}/{field}", value)


def cleaner_hit(draft: Draft, strength: float) -> None:
    """Lets a struck sound keep its tone for longer, with less of a pitch drop: a quick drop sounds like a knock."""
    routes(-0.9, "env_", onto="/transpose_semitones")(draft, strength)
    if _is_hit(draft):
        _rounder(draft, 3.0 * min(strength, 1.0))


def _is_hit(draft: Draft) -> bool:
    longest = _A_ZAP_S if bends(draft, up=False) else _A_TAP_S
    return bool(draft.get(f"{AMP}/sustain_percent") <= _DIES_AWAY and draft.get(f"{AMP}/decay_s") <= longest)


def _rounder(draft: Draft, by: float) -> None:
    """The amplitude falls less steeply at first."""
    for phase in ("decay", "release"):
        bend = draft.get(f"{AMP}/{phase}_power")
        draft.set(f"{AMP}/{phase}_power", min(bend + by, max(bend, 1.0)))


def noisier_hit(draft: Draft, strength: float) -> None:
    """Lets a struck sound decay more slowly, with quieter tones: it takes time to tell a noise from a knock."""
    if not _is_hit(draft) or strength < _BREATHES:
        return
    part = min(strength, 1.0)
    for phase in ("decay", "release"):
        draft.set(f"{AMP}/{phase}_s", draft.get(f"{AMP}/{phase}_s") * (1.0 + 1.6 * part))
    _rounder(draft, 4.0 * part)
    for one in OSCILLATORS:
        AxisMove(f"{one}/level_percent", -0.6, f"{one}/on")(draft, part)
    if draft.is_on(f"{SAMPLE}/on"):
        level = f"{SAMPLE}/level_percent"
        draft.set_stored(level, max(draft.stored(level), 0.6 + 0.35 * part))
        if bends(draft, up=False):  # a hat keeps to its band; a drum's noise reaches down to its tone
            draft.set(f"{SAMPLE}/destination", "effects")


def far_walls(draft: Draft, strength: float) -> None:
    """Lengthens the reverb: a big room is heard by how long it rings, not by how loud it is."""
    if draft.is_on(f"{REVERB}/on") and strength > _A_HALL:
        longer = max(draft.get(f"{REVERB}/decay_s"), _A_CATHEDRAL_S * min(strength, 1.0))
        draft.set(f"{REVERB}/decay_s", longer)


def at_once(draft: Draft, strength: float) -> None:
    """Starts a swell that an LFO plays once at a higher level: behind it no envelope's attack would be heard."""
    level = f"{VOICING}/voice_amplitude_percent"
    for route in draft.document["modulation"]["routes"]:
        source, amount = route["source"], route["amount"]
        swells = source.startswith("lfo_") and route["target"] == level and amount > _A_SWELL
        if swells and draft.get(f"/modules/lfo/{int(source[4:]) - 1}/mode") == "envelope":
            route["amount"] = amount * max(1.0 - 0.6 * strength, 0.15)
            draft.set(level, min(draft.get(level) + 100.0 * (amount - route["amount"]), 100.0))


def even_noise(draft: Draft, strength: float) -> None:
    """Replaces a noise of drops, crackle or gusts by an even one, unless it is the sound itself."""
    held = draft.get(f"{SAMPLE}/sample")
    if strength < _STILL or not draft.is_on(f"{SAMPLE}/on") or held is None or held["id"] not in _UNEVEN:
        return
    if draft.stored(f"{SAMPLE}/level_percent") < _THE_SOUND_ITSELF:
        draft.set(f"{SAMPLE}/sample", {"kind": "own", "id": "pink"})


def steadier_unison(draft: Draft, strength: float) -> None:
    """Brings detuned voices closer together: their beating is movement that no LFO makes."""
    if strength < _STILL:
        return
    for one in OSCILLATORS:
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/unison/voices") > 1:
            detune = draft.get(f"{one}/unison/detune_percent")
            draft.set(f"{one}/unison/detune_percent", detune * max(1.0 - 1.1 * strength, 0.1))


def restless(draft: Draft, strength: float) -> None:
    """Adds a wobble to detuned voices: beating alone soon reaches the most that the figure can show."""
    beats = any(
        draft.is_on(f"{one}/on") and draft.get(f"{one}/unison/voices") >= _BEATING_VOICES for one in OSCILLATORS
    )
    if beats and strength > _STILL:
        drift(draft, 2.0 * strength)


def upper_layers(draft: Draft, strength: float) -> None:
    """Makes layers above the tone louder: without its low end a plain sine would leave nothing else."""
    for one in OSCILLATORS:
        if draft.is_on(f"{one}/on") and draft.get(f"{one}/transpose_semitones") >= _A_FIFTH:
            level = f"{one}/level_percent"
            draft.set_stored(level, max(draft.stored(level), _OVERTONES * min(strength, 1.0)))
