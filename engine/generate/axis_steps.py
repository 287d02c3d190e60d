"""The moves of `engine.generate.axis_moves` that take more than one parameter, and what these are made of.

A step changes a draft by a strength: 0 leaves the patch as it is, 1 is a clear change, 2 the most that is ever
asked for. What needs a module that is off is skipped, so that a template need not know of it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.compiler.slots import DISTORTION, EQ, FILTER_FX, FILTERS, OSCILLATORS, SAMPLE
from engine.generate.draft import Draft
from engine.sounds import NOISES

MoveStep = Callable[[Draft, float], None]
"""Changes a draft by a strength of 0..2."""

_OCTAVE_DOWN, _HIGH_NOTE = -12, 64
_LAYER_GOES_DOWN, _NO_TREBLE_LEFT = 0.5, 0.4
_LOWEST_CUT = 40.0
_BODY_HZ, _HIGHEST_BODY_HZ = 280.0, 500.0
_ABOVE_BASSES = 48
"""Below this note a low shelf lifts the sub, and warmth lies above that."""
_OCTAVES_OF_A_RATE, _SLOWEST_HZ = 2.0, 0.5
_FAINT, _AUDIBLE = 0.1, 0.4
"""Levels of the sample player as stored, whose squares are amplitudes: -40 and -16 dB."""
_PAST_THE_FILTER = 0.6
"""Noise that must be clearly heard goes past a filter that may leave nothing of it."""


@dataclass(frozen=True, slots=True)
class AxisMove:
    """Moves `path` by `amount` of its travel at strength 1, if the switch `needs` is on.

    With `starts`, the switch is turned on first and the parameter starts from that stored value. `lowest` and
    `highest` are in the parameter's own unit.
    """

    path: str
    amount: float
    needs: str | None = None
    starts: float | None = None
    lowest: float | None = None
    highest: float | None = None

    def __call__(self, draft: Draft, strength: float) -> None:
        """Apply the move."""
        if self.needs is not None and not draft.is_on(self.needs):
            if self.starts is None:
                return
            draft.set(self.needs, True)
            if not draft.is_on(self.needs):
                return
            draft.set_stored(self.path, self.starts)
        parameter, here = draft.parameter(self.path), draft.stored(self.path)
        wanted = here + self.amount * strength * parameter.travel
        if self.highest is not None:
            wanted = min(wanted, max(parameter.to_stored(self.highest), here))
        if self.lowest is not None:
            wanted = max(wanted, min(parameter.to_stored(self.lowest), here))
        draft.set_stored(self.path, wanted)


def filters(field: str, amount: float) -> tuple[MoveStep, ...]:
    """A move of both filters of the voice, where they are on."""
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in FILTERS)


def oscillators(field: str, amount: float) -> tuple[MoveStep, ...]:
    """A move of all oscillators that are on."""
    return tuple(AxisMove(f"{one}/{field}", amount, f"{one}/on") for one in OSCILLATORS)


def _effect_filter(draft: Draft, *, blend: float, cutoff_note: float) -> None:
    """The filter among the effects as a low pass (blend 0) or high pass (2), where nothing uses it yet."""
    if draft.is_on(f"{FILTER_FX}/on"):
        return
    draft.set(f"{FILTER_FX}/on", True)
    if not draft.is_on(f"{FILTER_FX}/on"):
        return
    settings = {"model": "analog", "style": 1, "blend": blend, "resonance_percent": 5.0, "mix_percent": 100.0}
    for field, value in settings.items():
        draft.set(f"{FILTER_FX}/{field}", value)
    draft.set_stored(f"{FILTER_FX}/cutoff_hz", cutoff_note)


def muffle(draft: Draft, strength: float) -> None:
    """A low pass over all, closed from where nobody hears it to an octave above the key."""
    _effect_filter(draft, blend=0.0, cutoff_note=max(128.0 - 34.0 * strength, draft.note + 12.0))


def body(amount: float) -> MoveStep:
    """The equalizer's band, moved to where the body of a sound lies: above it, a cut would leave *more* of that."""

    def apply(draft: Draft, strength: float) -> None:
        if not draft.is_on(f"{EQ}/on"):
            draft.set(f"{EQ}/on", True)
        if not draft.is_on(f"{EQ}/on"):
            return
        if draft.get(f"{EQ}/band_hz") > _HIGHEST_BODY_HZ:
            draft.set(f"{EQ}/band_hz", _BODY_HZ)
        AxisMove(f"{EQ}/band_gain_db", amount)(draft, strength)

    return apply


def above_basses(step: MoveStep) -> MoveStep:
    """A step that low notes go without."""

    def apply(draft: Draft, strength: float) -> None:
        if draft.note >= _ABOVE_BASSES:
            step(draft, strength)

    return apply


def hollow(draft: Draft, strength: float) -> None:
    """A high pass over all, subs included, from an octave below the key to well above its fundamental."""
    for one in _subs(draft):
        if draft.get(f"{one}/destination") == "direct_out":
            draft.set(f"{one}/destination", "effects")
    _effect_filter(draft, blend=2.0, cutoff_note=max(draft.note - 12.0, _LOWEST_CUT) + 26.0 * strength)


def routes(share: float, *sources: str, onto: str = "") -> MoveStep:
    """Scales the routes from sources that begin with one of `sources`; `share` is added at strength 1.

    With `onto`, only those onto parameters that end so.
    """

    def apply(draft: Draft, strength: float) -> None:
        for route in draft.document["modulation"]["routes"]:
            if route["source"].startswith(sources) and route["target"].endswith(onto):
                factor = max(1.0 + share * strength, 0.0)
                route["amount"] = max(-1.0, min(1.0, route["amount"] * factor))

    return apply


def drift(draft: Draft, strength: float) -> None:
    """An LFO that nothing uses on the cutoff and the wave: more movement where the template has little."""
    wobble(draft, strength, rate_hz=2.0)


def wobble(draft: Draft, strength: float, *, rate_hz: float) -> None:
    """The same at a rate of one's own; nothing where no LFO is left, or the prompt denies them."""
    routes = draft.document["modulation"]["routes"]
    used = {route["source"] for route in routes}
    free = next((n for n in range(1, 9) if f"lfo_{n}" not in used), None)
    if free is None or len(routes) > 60 or "lfo" in draft.without:
        return
    lfo = f"/modules/lfo/{free - 1}"
    settings = {"shape": {"kind": "own", "id": "sine"}, "mode": "trigger", "sync": "free", "rate_hz": rate_hz}
    for field, value in settings.items():
        draft.set(f"{lfo}/{field}", value)
    cutoffs = () if "filter_sweep" in draft.without else FILTERS
    levels = () if "tremolo" in draft.without else OSCILLATORS[:2]
    targets = [(f"{one}/cutoff_hz", 0.13, one) for one in cutoffs]
    targets += [(f"{one}/level_percent", 0.2, one) for one in levels]
    for n, (target, amount, module) in enumerate(targets):
        if draft.is_on(f"{module}/on"):
            signed = math.copysign(min(amount * strength, 0.4), -1 if n % 2 else 1)
            routes.append({"source": f"lfo_{free}", "target": target, "amount": signed, "polarity": "bipolar"})


def tempo_steps(steps: float) -> MoveStep:
    """LFOs that follow the tempo go to the neighbouring note values."""

    def apply(draft: Draft, strength: float) -> None:
        used = {route["source"] for route in draft.document["modulation"]["routes"]}
        for n in range(8):
            if f"lfo_{n + 1}" in used and draft.get(f"/modules/lfo/{n}/sync") != "free":
                path = f"/modules/lfo/{n}/tempo"
                draft.set_stored(path, min(max(draft.stored(path) + round(steps * strength), 3.0), 11.0))

    return apply


def lfo_rates(sign: float) -> tuple[MoveStep, ...]:
    """All LFOs that run free, two octaves faster (or slower) at strength 1, but so fast that a note hears them."""
    per_travel = _OCTAVES_OF_A_RATE / 16.0
    return tuple(AxisMove(f"/modules/lfo/{n}/rate_hz", sign * per_travel, lowest=_SLOWEST_HZ) for n in range(8))


def hiss(draft: Draft, strength: float) -> None:
    """The sample player's noise, louder; where it holds a one-shot, a noise that goes on takes its place.

    That one was heard, so what takes its place starts where it is heard: a hit is over before a faint hiss is.
    """
    if "noise" in draft.without:
        return
    held = draft.get(f"{SAMPLE}/sample")
    sounding = draft.is_on(f"{SAMPLE}/on") and held is not None
    lasting = sounding and NOISES[held["id"]].loops
    if not lasting:
        starts = min(max(draft.stored(f"{SAMPLE}/level_percent"), _FAINT), _AUDIBLE) if sounding else _FAINT
        draft.set(f"{SAMPLE}/sample", {"kind": "own", "id": "white"})
        settings = {"on": True, "loop": True, "keytrack": False, "random_phase": True, "transpose_semitones": 0}
        for field, value in settings.items():
            draft.set(f"{SAMPLE}/{field}", value)
        draft.set_stored(f"{SAMPLE}/level_percent", starts)
    if not lasting or strength > _PAST_THE_FILTER:
        draft.set(f"{SAMPLE}/destination", "effects")
    AxisMove(f"{SAMPLE}/level_percent", 0.4)(draft, strength)
    for osc in OSCILLATORS:
        AxisMove(f"{osc}/level_percent", -0.18, f"{osc}/on")(draft, max(strength - 0.7, 0.0))


def _subs(draft: Draft) -> list[str]:
    """Oscillators that sound an octave or more below the key."""
    sounding = [one for one in OSCILLATORS if draft.is_on(f"{one}/on")]
    return [one for one in sounding if draft.get(f"{one}/transpose_semitones") <= _OCTAVE_DOWN]


def sub(draft: Draft, strength: float) -> None:
    """Subs, louder; where there is none, a sine, or a layer goes down. High sounds get theirs two octaves below."""
    if "sub" in draft.without:
        return
    down = _OCTAVE_DOWN if draft.note < _HIGH_NOTE else 2 * _OCTAVE_DOWN
    subs, free = _subs(draft), OSCILLATORS[2]
    if not subs and not draft.is_on(f"{free}/on"):
        settings = {
            "on": True,
            "wavetable/table": {"kind": "own", "id": "sine"},
            "transpose_semitones": down,
            "unison/voices": 1,
            "random_phase_percent": 0.0,
            "destination": "direct_out",
        }
        for field, value in settings.items():
            draft.set(f"{free}/{field}", value)
        draft.set_stored(f"{free}/level_percent", 0.15)
        subs = [free]
    heard = [one for one in OSCILLATORS if draft.is_on(f"{one}/on") and draft.get(f"{one}/level_percent") > 2.0]
    if heard and not subs and strength > _LAYER_GOES_DOWN:
        path = f"{heard[-1]}/transpose_semitones"
        draft.set(path, max(draft.get(path) + down, -48))
    for one in subs:
        AxisMove(f"{one}/level_percent", 0.35)(draft, strength)
        if strength > _LAYER_GOES_DOWN:  # no filter may take from it then
            draft.set(f"{one}/destination", "direct_out")


def thinner_subs(draft: Draft, strength: float) -> None:
    """Subs, quieter."""
    for one in _subs(draft):
        AxisMove(f"{one}/level_percent", -0.5)(draft, strength)


def low_shelf(draft: Draft, strength: float) -> None:
    """The equalizer's low shelf, brought up to the key's own octave first."""
    AxisMove(f"{EQ}/low_gain_db", 0.25, f"{EQ}/on", 0.0)(draft, strength)
    parameter = draft.parameter(f"{EQ}/low_hz")
    reach = min(max(draft.stored(f"{EQ}/low_hz"), draft.note - 2.0), parameter.to_stored(400.0))
    draft.set_stored(f"{EQ}/low_hz", reach)


def overtones(draft: Draft, strength: float) -> None:
    """Soft clipping for what has no treble that a filter or an equalizer could raise: sines and pure bells."""
    past = max(strength - _NO_TREBLE_LEFT, 0.0)
    if past > 0.0:
        AxisMove(f"{DISTORTION}/drive_db", 0.25, f"{DISTORTION}/on", 4.0)(draft, past)
        AxisMove(f"{DISTORTION}/mix_percent", 0.5, f"{DISTORTION}/on")(draft, past)


def more_voices(draft: Draft, strength: float) -> None:
    """Unison for oscillators that have none, since a single voice has no width to spread; subs stay single."""
    if "unison" in draft.without:
        return
    for one in OSCILLATORS[:2]:
        sub = draft.get(f"{one}/transpose_semitones") <= _OCTAVE_DOWN
        if draft.is_on(f"{one}/on") and not sub and draft.get(f"{one}/unison/voices") < 2:
            draft.set(f"{one}/unison/voices", 2 if strength < 1 else 4)
            draft.set(f"{one}/unison/detune_percent", 6.0)
            draft.set(f"{one}/unison/stereo_spread_percent", 20.0)
