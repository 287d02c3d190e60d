"""How long a sound takes to arrive: from note on until what opens it slowly has opened it.

It is read off a file's settings, so that it is known before anything is rendered, of anybody's preset:
- the amplitude envelope's delay and attack;
- envelopes and LFOs that open all that sounds, which is softer by `_OPENED_DB` without them: the level of
  oscillators and sample, the voices' amplitude, the volume. Where one source sounds at once, the sound is there;
- what moves these times: macros where they stand, anything else as far as it may make them longer.

What opens a sound in other ways, a filter or an effect's mix, is not told from what colours it. Where a note of
such a preset is silent, it is heard again for as long as anything in the preset moves: `Arrival.latest_s`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from engine.compiler import compile_spec, made_modulations
from engine.compiler.controls import controls
from engine.generate.roles import curve_at
from schemas.parameters import Scale
from schemas.patch_spec import PatchSpec

LONGEST_S = 10.0
"""A sound is waited for no longer than this."""
AT_ONCE_S = 0.6
"""What has arrived by then is heard in notes and takes of the usual lengths."""
HURRIED_S = 0.05
THERE_S = 0.3
"""How long a sound is heard once it has arrived: a level is that of 300 ms."""
AMPLITUDE = "env_1"
"""The envelope that opens each voice."""
_OPENED_DB = 20.0
_NOTHING, _FLOOR_DB = 1e-5, -200.0
_MACRO = "macro_control_"
_AT_REST = frozenset({"aftertouch", "pitch_wheel", "slide", "lift"})
"""What only a player moves: it stands at 0 in all that is heard here."""
_BEATS_OF_A_BAR, _ONE_BAR = 4.0, 6
"""Vital's index of a cycle of one bar; each step below doubles it."""
_SYNC = {2: 1.5, 3: 2.0 / 3.0}
"""Parts of a tempo's cycle that dotted notes and triplets take."""
_BY_SECONDS, _BY_KEYS = 0, 4
_WITH_THE_SONG = 1
"""The LFO mode whose phase a note does not set."""
Positions = Sequence[float | None]
"""Where the four macros stand; None, or none at all: where they rest."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The settings of a file, asked when its sound arrives."""

    settings: Mapping[str, Any]

    @property
    def is_slow(self) -> bool:
        """Whether the sound takes longer to arrive than is listened anyway, with its macros at rest."""
        return self.at() > AT_ONCE_S

    def at(self, macros: Positions = (), *, hurried: bool = False) -> float:
        """When the sound is there with its macros standing like this, s after note on; `LONGEST_S` at the most.

        `hurried`: with what `hurry` sets.
        """
        patch = _Patch(self.settings, macros)
        rise_s = patch.rise_s(AMPLITUDE)
        sources = [one for one in ("osc_1", "osc_2", "osc_3", "sample") if patch.stored(f"{one}_on") > 0.0]
        opened = [seconds for one in sources if (seconds := patch.opened_s(f"{one}_level")) is not None]
        gates = [patch.opened_s(name) or 0.0 for name in ("voice_amplitude", "volume")]
        opens_s = max(min(rise_s, HURRIED_S) if hurried else rise_s, *gates, min(opened, default=0.0))
        return round(min(opens_s, LONGEST_S), 3)

    def hurry(self, macros: Positions) -> tuple[tuple[str, float], ...]:
        """Controls of the amplitude envelope, as stored, that let it rise in `HURRIED_S` with macros standing so.

        They may lie below a control's range: what macros and modulations add brings them back into it.
        """
        patch = _Patch(self.settings, macros)
        wanted = ((f"{AMPLITUDE}_delay", 0.0), (f"{AMPLITUDE}_attack", HURRIED_S**0.25))
        return tuple((name, round(stored - patch.added(name), 6)) for name, stored in wanted)

    @property
    def latest_s(self) -> float:
        """When all that moves anything has been at its top and its bottom once, s; `LONGEST_S` at the most."""
        patch = _Patch(self.settings, ())
        moving = sorted({route.source for route in patch.routes if route.source.startswith(("env_", "lfo_"))})
        ends = [max(one.top_s, one.lowest_s) for one in map(patch.course, moving)]
        return round(min(max(patch.rise_s(AMPLITUDE), *ends, 0.0), LONGEST_S), 3)


def arrival_of(spec: PatchSpec) -> Arrival:
    """When the sound of a patch arrives.

    Raises:
        SpecError: the patch makes no file.
    """
    return Arrival(compile_spec(spec)["settings"])


class _Route(NamedTuple):
    """A modulation: what moves what, and in which of the 64 slots."""

    slot: int
    source: str
    target: str
    bipolar: bool


class _Course(NamedTuple):
    """A modulator, 0..1: its value at note on, its top and its bottom, and when it has been there, s."""

    first: float
    top: float
    top_s: float
    lowest: float
    lowest_s: float


class _Push(NamedTuple):
    """What a modulator adds to a control, in stored units: at note on, and when it adds the most, s after it."""

    at_s: float
    first: float
    most: float


class _Patch:
    """A file's settings with its macros at some place."""

    def __init__(self, settings: Mapping[str, Any], macros: Positions) -> None:
        self._settings = settings
        rests = [self.stored(f"{_MACRO}{number}") for number in range(1, 5)]
        placed = [*macros, None, None, None, None][:4]
        self._macros = [rest if place is None else place for rest, place in zip(rests, placed, strict=True)]
        self.routes = tuple(self._routes())

    def stored(self, name: str) -> float:
        """A control as it is set."""
        return float(self._settings.get(name, controls()[name].parameter.default))

    def _routes(self) -> Iterator[_Route]:
        for slot, entry in made_modulations(self._settings).items():
            prefix = f"modulation_{slot + 1}"
            if not self.stored(f"{prefix}_bypass"):
                bipolar = bool(self.stored(f"{prefix}_bipolar"))
                yield _Route(slot + 1, entry["source"], entry["destination"], bipolar)

    def opened_s(self, level: str) -> float | None:
        """When a level has been opened, s; 0 where it stands open, None where it never is."""
        steady, pushes = self._steady(level), sorted(self._push(route) for route in self._moved_by(level))
        open_db = _level_db(level, steady + sum(one.most for one in pushes)) - _OPENED_DB
        stored = steady + sum(one.most if one.at_s <= AT_ONCE_S else one.first for one in pushes)
        if open_db <= _FLOOR_DB:
            return None
        slow = (one for one in pushes if one.at_s > AT_ONCE_S)
        at_s = 0.0
        while _level_db(level, stored) < open_db:
            one = next(slow)
            at_s, stored = one.at_s, stored + one.most - one.first
        return at_s

    def rise_s(self, envelope: str) -> float:
        """Delay and attack of an envelope, s, at their longest."""
        return self._longest_s(f"{envelope}_delay") + self._longest_s(f"{envelope}_attack")

    def course(self, source: str) -> _Course:
        """How an envelope or an LFO goes; anything else stands where it stands."""
        if source.startswith("env_"):
            return _Course(0.0, 1.0, self.rise_s(source), 0.0, 0.0)
        if source.startswith("lfo_"):
            return self._lfo(source)
        stands = self.stored("mod_wheel") if source == "mod_wheel" else float(source not in _AT_REST)
        return _Course(stands, stands, 0.0, stands, 0.0)

    def _lfo(self, lfo: str) -> _Course:
        period_s, shape = self._period_s(lfo), _shape(self._settings, int(lfo.removeprefix("lfo_")) - 1)
        late_s = self._steady(f"{lfo}_delay_time")
        smooth = self.stored(f"{lfo}_smooth_mode")
        late_s += 2.0 ** self._steady(f"{lfo}_smooth_time") if smooth else self._steady(f"{lfo}_fade_time")
        if self.stored(f"{lfo}_sync_type") == _WITH_THE_SONG:
            values = [value for _, value in shape]
            return _Course(min(values), max(values), period_s + late_s, min(values), period_s + late_s)
        phase = self.stored(f"{lfo}_phase") % 1.0
        first = _value_at(shape, phase)
        ahead = [(0.0, first), *((x - phase if x >= phase else x - phase + 1.0, value) for x, value in shape)]
        top_at, top = min(ahead, key=lambda one: (-one[1], one[0]))
        low_at, lowest = min(ahead, key=lambda one: (one[1], one[0]))
        return _Course(first, top, top_at * period_s + late_s, lowest, low_at * period_s + late_s)

    def _period_s(self, lfo: str) -> float:
        """The length of a cycle, s; 0 for one that stands still or follows the keys."""
        sync, tempo = round(self.stored(f"{lfo}_sync")), round(self._steady(f"{lfo}_tempo"))
        if sync == _BY_SECONDS:
            return float(2.0 ** -self._steady(f"{lfo}_frequency"))
        if sync == _BY_KEYS or tempo <= 0:
            return 0.0
        cycle_beats = _BEATS_OF_A_BAR * 2.0 ** (_ONE_BAR - tempo) * _SYNC.get(sync, 1.0)
        return float(cycle_beats / self.stored("beats_per_minute"))

    def _moved_by(self, name: str) -> Iterator[_Route]:
        return (one for one in self.routes if one.target == name and not one.source.startswith(_MACRO))

    def _push(self, route: _Route) -> _Push:
        course, middle = self.course(route.source), 0.5 if route.bipolar else 0.0
        reach = self._amount(route.slot) * controls()[route.target].parameter.travel
        at_s, most = (course.top_s, course.top) if reach >= 0.0 else (course.lowest_s, course.lowest)
        return _Push(at_s, reach * (course.first - middle), reach * (most - middle))

    def _longest_s(self, time: str) -> float:
        """A time of an envelope with all that may make it longer, s."""
        parameter = controls()[time].parameter
        stored = self.stored(time) + self.added(time)
        return float(parameter.to_person(min(max(stored, parameter.low), parameter.high)))

    def added(self, time: str) -> float:
        """What macros add to a control where they stand, and anything else at the most, in stored units."""
        longer = [self._amount(one.slot) for one in self._moved_by(time) if one.source not in _AT_REST]
        most = sum(max(amount, 0.0) for amount in longer) * controls()[time].parameter.travel
        return self._steady(time) - self.stored(time) + most

    def _steady(self, name: str) -> float:
        """A control with what the macros add to it where they stand, as it is stored."""
        moved = self.stored(name)
        for route, place in self._macros_on(name):
            at = curve_at(self.stored(f"modulation_{route.slot}_power"), place) - 0.5 * route.bipolar
            moved += self._amount(route.slot) * at * controls()[name].parameter.travel
        return moved

    def _amount(self, slot: int) -> float:
        """A modulation's amount with what macros add to it; what moves the macros' own amounts is left out."""
        name = f"modulation_{slot}_amount"
        parameter = controls()[name].parameter
        added = sum(self.stored(f"modulation_{one.slot}_amount") * place for one, place in self._macros_on(name))
        return min(max(self.stored(name) + added * parameter.travel, parameter.low), parameter.high)

    def _macros_on(self, name: str) -> Iterator[tuple[_Route, float]]:
        """The macros' modulations of a control, each with where its macro stands."""
        for route in self.routes:
            if route.target == name and route.source.startswith(_MACRO):
                yield route, self._macros[int(route.source.removeprefix(_MACRO)) - 1]


def _level_db(name: str, stored: float) -> float:
    """A level as it sounds: Vital squares those of sources and voices."""
    parameter = controls()[name].parameter
    held = min(max(stored, parameter.low), parameter.high)
    if parameter.scale is Scale.SQUARE_ROOT_DB:
        return float(parameter.to_person(held))
    return 40.0 * math.log10(held) if held > _NOTHING else _FLOOR_DB


def _shape(settings: Mapping[str, Any], index: int) -> list[tuple[float, float]]:
    """The points of an LFO as phase and value, 1 at the top; a steady 1 where there are none."""
    entries = settings.get("lfos", ())
    flat = entries[index].get("points", ()) if index < len(entries) else ()
    return [(float(x), 1.0 - float(y)) for x, y in zip(flat[::2], flat[1::2], strict=False)] or [(0.0, 1.0)]


def _value_at(shape: Sequence[tuple[float, float]], phase: float) -> float:
    """Straight between the points: a curve's power changes when it opens by too little to matter."""
    for (x, value), (end, last) in pairwise(shape):
        if x <= phase < end:
            return value + (last - value) * (phase - x) / (end - x)
    return shape[-1][1] if phase >= shape[-1][0] else shape[0][1]
