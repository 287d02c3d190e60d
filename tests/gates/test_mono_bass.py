"""Bass that a sound loses in mono goes to the middle: what is changed of a patch, and what Vital plays then."""

import pytest

from engine.compiler import compile_spec, playable
from engine.generate import apply_patch
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool
from engine.repair import apply_repair
from engine.repair.mono_bass import bass_to_the_middle
from schemas.measurements import Repair
from schemas.patch_spec import PatchSpec

PLAIN = PatchSpec(engine_version="test")
SLOTS = {effect.type: slot for slot, effect in enumerate(PLAIN.modules.fx)}
NOTE = NotePlan(36, 0.8, 1.0, 1.5)


def spec_with(**values):
    """A patch with these values; `reverb__mix_percent` is an effect's, `osc0__level_percent` an oscillator's."""
    changes = {}
    for name, value in values.items():
        module, _, field = name.partition("__")
        place = f"osc/{module[3:]}" if module.startswith("osc") else f"fx/{SLOTS[module]}"
        changes[f"/modules/{place}/{field.replace('__', '/')}"] = value
    return apply_patch(PLAIN, tuple({"op": "replace", "path": path, "value": one} for path, one in changes.items()))


WIDE = {"osc0__on": True, "osc0__unison__voices": 6, "osc0__unison__detune_percent": 30.0}


def spread(spec, number=0):
    return spec.modules.osc[number].unison.stereo_spread_percent


def edges_hz(effect):
    octaves = 8.0 * effect.filter_spread_percent / 100.0
    return effect.cutoff_hz * 2.0**-octaves, effect.cutoff_hz * 2.0**octaves


def test_a_reverb_gets_nothing_below_300_hz_unless_it_gets_less_already():
    found = bass_to_the_middle(spec_with(reverb__on=True), 0.5)
    assert found.modules.fx[SLOTS["reverb"]].pre_low_hz == 300.0
    assert bass_to_the_middle(spec_with(reverb__on=True, reverb__pre_low_hz=400.0), 0.5) is None
    assert bass_to_the_middle(spec_with(reverb__on=False), 0.5) is None


@pytest.mark.parametrize("kind", ["chorus", "delay"])
def test_the_filter_of_a_chorus_or_delay_begins_at_300_hz_and_ends_where_it_did(kind):
    before = spec_with(
        **{f"{kind}__on": True, f"{kind}__cutoff_hz": 1000.0, f"{kind}__filter_spread_percent": 30.0}
    )
    after = bass_to_the_middle(before, 0.5)
    low, high = edges_hz(after.modules.fx[SLOTS[kind]])
    assert low == pytest.approx(300.0, rel=0.01)
    assert high == pytest.approx(edges_hz(before.modules.fx[SLOTS[kind]])[1], rel=0.01)
    assert bass_to_the_middle(after, 0.5) is None


@pytest.mark.parametrize("kind", ["chorus", "delay"])
def test_a_filter_that_lets_only_bass_pass_is_left_alone(kind):
    low = {f"{kind}__on": True, f"{kind}__cutoff_hz": 200.0, f"{kind}__filter_spread_percent": 10.0}
    assert bass_to_the_middle(spec_with(**low), 0.5) is None


def test_voices_that_play_low_are_spread_less():
    assert spread(bass_to_the_middle(spec_with(**WIDE), 0.5)) == 45.0
    assert spread(bass_to_the_middle(spec_with(**WIDE, osc0__unison__stereo_spread_percent=10.0), 0.5)) == 8.0
    assert bass_to_the_middle(spec_with(**WIDE, osc0__unison__stereo_spread_percent=8.0), 0.5) is None


@pytest.mark.parametrize(
    "other", [{"osc0__on": False}, {"osc0__unison__voices": 1}, {"osc0__transpose_semitones": 12}]
)
def test_what_is_off_has_one_voice_or_plays_an_octave_up_keeps_its_spread(other):
    assert bass_to_the_middle(spec_with(**WIDE | other), 0.5) is None


def test_it_is_done_where_much_would_be_lost_and_where_it_will_be_heard():
    spec = spec_with(**WIDE)

    def kind(factor, **options):
        repair = Repair(kind="mono_low", factor=factor, reason="Loses 3 dB below 150 Hz when summed to mono")
        return apply_repair(spec, repair, **options)[1].kind

    assert kind(0.5, heard_again=True) == "mono_bass"
    assert kind(0.9, heard_again=True) == "mono_low"
    assert kind(0.5) == "mono_low"


def test_what_is_told_of_it():
    repair = Repair(kind="mono_low", factor=0.5, reason="Loses 3 dB below 150 Hz when summed to mono")
    _, told = apply_repair(spec_with(**WIDE), repair, heard_again=True)
    assert (told.amount, told.unit, told.reason) == (300.0, "Hz and lower", repair.reason)


@pytest.fixture(scope="module")
def pool():
    with RenderPool(1) as one:
        yield one


@pytest.mark.parametrize(
    "wide",
    [
        WIDE,
        {"osc0__on": True, "chorus__on": True, "chorus__mix_percent": 50.0},
        {"osc0__on": True, "reverb__on": True, "reverb__mix_percent": 60.0},
    ],
)
def test_less_of_the_bass_is_lost_in_what_vital_plays_then(pool, wide):
    before = spec_with(**wide)
    after = bass_to_the_middle(before, 0.4)
    jobs = [
        RenderJob(key=name, preset=playable(compile_spec(spec)).preset, notes=(NOTE,), preview=NOTE)
        for name, spec in (("before", before), ("after", after))
    ]
    heard = {one.key: one for one in pool.map(jobs) if isinstance(one, Rendered)}
    lost = {name: one.measurements.notes[0].low_band_mono_loss_db for name, one in heard.items()}
    assert lost["before"] < lost["after"] <= 0.0
    assert lost["after"] > 0.5 * lost["before"]
