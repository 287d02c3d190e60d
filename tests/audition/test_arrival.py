"""When a sound arrives, read off its settings: literal times, each as Vital was heard to take it."""

from typing import Any

import pytest

from engine.audition.arrival import Arrival, arrival_of
from engine.compiler import compile_spec
from engine.versions import ENGINE
from schemas.patch_spec import Metadata, PatchSpec

UP, DOWN, TRIANGLE = ((0, 1), (1, 0)), ((0, 0), (1, 1)), ((0, 1), (0.5, 0), (1, 1))
"""Points of LFOs: y = 0 is the top."""
AT_ONCE = 0.006
"""What an LFO is smoothed by as Vital begins, s."""


def settings(*routes: tuple[str, str, float], shape: Any = None, **changes: float) -> dict[str, Any]:
    """Vital's first sound with these settings and modulations; times of envelopes in seconds."""
    found = compile_spec(PatchSpec(engine_version=ENGINE, metadata=Metadata(name="Slow")))["settings"]
    for name, value in changes.items():
        timed = name.startswith("env_") and name.endswith(("_delay", "_attack"))
        found[name] = value**0.25 if timed else value
    for slot, (source, destination, amount) in enumerate(routes):
        found["modulations"][slot] = {"source": source, "destination": destination}
        found[f"modulation_{slot + 1}_amount"] = amount
    if shape:
        points = [float(value) for point in shape for value in point]
        found["lfos"][0] = {"name": "", "num_points": len(shape), "points": points, "powers": [0.0] * len(shape)}
    return found


def arrives(*routes: tuple[str, str, float], macros: Any = (), shape: Any = None, **changes: float) -> float:
    return Arrival(settings(*routes, shape=shape, **changes)).at(macros)


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, 0.0005),
        ({"env_1_attack": 0.3}, 0.3),
        ({"env_1_attack": 4.0}, 4.0),
        ({"env_1_attack": 2.0, "env_1_delay": 3.0}, 5.0),
        ({"env_1_attack": 8.0, "env_1_hold": 1.0, "env_1_decay": 1.2}, 8.0),
        ({"env_1_attack": 9.0, "env_1_delay": 3.0}, 10.0),
        ({"env_2_attack": 4.0}, 0.0005),
    ],
)
def test_the_amplitude_envelope_opens_a_sound_with_its_delay_and_attack(changes, seconds):
    assert arrives(**changes) == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("level", ["osc_1_level", "voice_amplitude"])
def test_another_envelope_opens_what_is_closed_without_it(level):
    assert arrives(("env_2", level, 1.0), **{level: 0.0, "env_2_attack": 3.0}) == 3.0
    assert arrives(("env_2", level, 0.3), **{level: 0.7, "env_2_attack": 3.0}) < 0.1, "it stands open"
    assert arrives(("env_2", level, -1.0), **{level: 1.0, "env_2_attack": 3.0}) < 0.1, "it is closed later"


@pytest.mark.parametrize(("rest", "seconds"), [(0.31, 3.0), (0.33, 0.0)])
def test_20_db_less_is_closed(rest, seconds):
    """Vital squares a level: 0.316 of the whole is a tenth of its amplitude."""
    route = ("env_2", "osc_1_level", 1.0 - rest)
    assert arrives(route, osc_1_level=rest, env_2_attack=3.0) == pytest.approx(seconds, abs=0.001)


def test_a_sound_is_there_with_the_first_of_its_sources():
    opened = {"osc_1_level": 0.0, "env_2_attack": 3.0}
    route = ("env_2", "osc_1_level", 1.0)
    assert arrives(route, **opened, osc_2_on=1.0) < 0.1
    assert arrives(route, **opened, osc_2_on=0.0) == 3.0
    assert arrives(route, **opened, sample_on=1.0) < 0.1
    earlier = {"osc_2_on": 1.0, "osc_2_level": 0.0, "env_3_attack": 2.0}
    assert arrives(route, ("env_3", "osc_2_level", 1.0), **opened, **earlier) == 2.0


def test_what_never_sounds_is_not_waited_for():
    assert arrives(osc_1_level=0.0) < 0.1
    assert arrives(osc_1_on=0.0) < 0.1
    assert arrives(osc_1_level=0.0, osc_2_on=1.0, osc_2_level=0.0, env_1_attack=4.0) == 4.0


# Bars of 2 s at 120 BPM: index 4 is four of them, 5 two, 6 one, 8 a quarter.
@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, 8.0),
        ({"lfo_1_sync_type": 2.0}, 8.0),
        ({"lfo_1_sync_type": 1.0}, 8.0),
        ({"lfo_1_tempo": 5.0}, 4.0),
        ({"lfo_1_tempo": 5.0, "beats_per_minute": 1.0}, 8.0),
        ({"lfo_1_tempo": 5.0, "lfo_1_sync": 2.0}, 6.0),
        ({"lfo_1_sync": 3.0}, 5.333),
        ({"lfo_1_sync": 0.0, "lfo_1_frequency": -3.0}, 8.0),
        ({"lfo_1_sync": 0.0, "lfo_1_frequency": -1.0}, 2.0),
        ({"lfo_1_phase": 0.25}, 6.0),
        ({"lfo_1_tempo": 5.0, "lfo_1_delay_time": 2.0}, 6.0),
        ({"lfo_1_tempo": 8.0, "lfo_1_smooth_mode": 0.0, "lfo_1_fade_time": 3.0}, 3.5 - AT_ONCE),
        ({"lfo_1_tempo": 3.0}, 10.0 - AT_ONCE),
        ({"lfo_1_tempo": 8.0}, 0.0 - AT_ONCE),
        ({"lfo_1_sync": 4.0}, 0.0 - AT_ONCE),
    ],
)
def test_a_slow_lfo_opens_a_sound_where_its_shape_is_at_its_top(changes, seconds):
    route = ("lfo_1", "osc_1_level", 1.0)
    found = arrives(route, shape=UP, **{"osc_1_level": 0.0, "lfo_1_tempo": 4.0} | changes)
    assert found == pytest.approx(seconds + AT_ONCE, abs=0.002)


@pytest.mark.parametrize(
    ("shape", "amount", "rest", "seconds"),
    [(TRIANGLE, 1.0, 0.0, 4.0), (DOWN, -1.0, 1.0, 8.0), (DOWN, 1.0, 0.0, 0.0), (UP, -1.0, 1.0, 0.0)],
)
def test_a_shape_that_falls_closes_and_upside_down_it_opens(shape, amount, rest, seconds):
    found = arrives(("lfo_1", "osc_1_level", amount), shape=shape, osc_1_level=rest, lfo_1_tempo=4.0)
    assert found == pytest.approx(seconds, abs=0.01)


def test_a_bipolar_lfo_reaches_as_far_below_as_above():
    changes = {"osc_1_level": 0.5, "lfo_1_tempo": 4.0}
    route = ("lfo_1", "osc_1_level", 1.0)
    assert arrives(route, shape=UP, **changes, modulation_1_bipolar=1.0) == pytest.approx(8.0, abs=0.01)
    assert arrives(route, shape=UP, **changes) == pytest.approx(0.0, abs=0.01)


def test_macros_count_where_they_stand():
    """Stored, the attack of 1 s is 1, and the macro adds 0.3 of 2.378 to it: 1.7135^4 is 8.62 s."""
    route, changes = ("macro_control_1", "env_1_attack", 0.3), {"env_1_attack": 1.0, "macro_control_1": 1.0}
    assert arrives(route, **changes) == pytest.approx(8.621, abs=0.002)
    assert arrives(route, **changes, macros=(0.0, None, None, None)) == pytest.approx(1.0, abs=0.002)
    assert arrives(route, **changes, macros=(None, 1.0, 1.0, 1.0)) == pytest.approx(8.621, abs=0.002)
    assert arrives(route, **changes, macros=(0.5,)) == pytest.approx(3.389, abs=0.002)
    assert arrives(route, **changes, modulation_1_bypass=1.0) == pytest.approx(1.0, abs=0.002)
    assert arrives(route, **changes, macros=(0.0,), modulation_1_bipolar=1.0) == pytest.approx(0.171, abs=0.002)


def test_a_macro_may_move_how_far_another_modulation_goes():
    routes = (("env_2", "osc_1_level", 0.0), ("macro_control_1", "modulation_1_amount", 0.5))
    changes = {"osc_1_level": 0.0, "env_2_attack": 3.0}
    assert arrives(*routes, **changes, macro_control_1=1.0) == 3.0
    assert arrives(*routes, **changes, macro_control_1=0.0) < 0.1, "nothing ever opens it"


def test_what_may_make_an_attack_longer_is_taken_to_do_so_and_what_only_a_player_moves_is_not():
    changes = {"env_1_attack": 1.0}
    for source, seconds in (("velocity", 8.621), ("random_1", 8.621), ("aftertouch", 1.0), ("slide", 1.0)):
        assert arrives((source, "env_1_attack", 0.3), **changes) == pytest.approx(seconds, abs=0.002), source
    assert arrives(("velocity", "env_1_attack", -0.3), **changes) == pytest.approx(1.0, abs=0.002)


def test_a_wheel_opens_as_far_as_it_stands():
    routes = (("mod_wheel", "osc_1_level", 1.0), ("env_2", "osc_1_level", 1.0))
    changes = {"osc_1_level": 0.0, "env_2_attack": 3.0}
    assert arrives(*routes, **changes, mod_wheel=0.0) == 3.0
    assert arrives(*routes, **changes, mod_wheel=0.8) < 0.1


def test_all_that_moves_tells_how_long_a_silent_note_is_worth_holding():
    closed = settings(("env_3", "filter_1_cutoff", 1.0), env_3_attack=7.0, env_4_attack=9.0)
    assert Arrival(closed).at() < 0.1
    assert Arrival(closed).latest_s == pytest.approx(7.0, abs=0.001)
    falling = settings(("lfo_1", "filter_1_cutoff", -1.0), shape=DOWN, lfo_1_tempo=4.0)
    assert Arrival(falling).latest_s == pytest.approx(8.006, abs=0.001)
    assert Arrival(settings(env_1_attack=32.0)).latest_s == 10.0
    assert Arrival(settings()).latest_s < 0.1


@pytest.mark.parametrize(("attack_s", "slow"), [(0.0, False), (0.599, False), (0.601, True), (4.0, True)])
def test_a_sound_is_slow_that_is_not_there_after_600_ms(attack_s, slow):
    assert Arrival(settings(env_1_attack=attack_s)).is_slow == slow


def test_a_patch_is_asked_by_its_file():
    spec = PatchSpec(engine_version=ENGINE, metadata=Metadata(name="Slow"))
    envelopes = (spec.modules.env[0].model_copy(update={"attack_s": 2.5}), *spec.modules.env[1:])
    modules = spec.modules.model_copy(update={"env": envelopes})
    assert arrival_of(spec.model_copy(update={"modules": modules})).at() == pytest.approx(2.5, abs=0.001)


def test_settings_that_are_missing_are_those_of_vital():
    assert Arrival({}).at() == pytest.approx(0.0005, abs=0.001)
    odd = [{}, {"source": "env_2"}, {"source": "env_2", "destination": "nothing"}]
    assert Arrival({"modulations": odd}).at() < 0.1


def test_hurried_a_sound_is_there_50_ms_after_note_on_unless_something_else_opens_it():
    assert Arrival(settings(env_1_attack=4.0)).at(hurried=True) == 0.05
    assert Arrival(settings(env_1_attack=0.01)).at(hurried=True) == pytest.approx(0.01, abs=0.001)
    opened = settings(("env_2", "osc_1_level", 1.0), osc_1_level=0.0, env_1_attack=4.0, env_2_attack=3.0)
    assert Arrival(opened).at(hurried=True) == 3.0


def test_what_hurries_a_sound_takes_back_what_is_added_to_its_times():
    """50 ms are 0.472871 as they are stored, the travel of an attack 2.378414, that of a delay 1.414214."""
    routes = (("macro_control_1", "env_1_attack", 0.3), ("velocity", "env_1_delay", 0.1))
    found = Arrival(settings(*routes, env_1_attack=4.0, macro_control_1=0.5))
    assert found.hurry(()) == (("env_1_delay", -0.141421), ("env_1_attack", 0.116108))
    assert found.hurry((0.0,)) == (("env_1_delay", -0.141421), ("env_1_attack", 0.472871))
