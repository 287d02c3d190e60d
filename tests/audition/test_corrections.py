"""What is mended, in which order, how far, and what is left as it is: sounds made up to lie just on either side."""

from dataclasses import replace

import pytest
from fake_renderer import FakeRenderer, FakeSound, measurements, plain
from made_up import FOUR, candidate, macro, patch, take

from engine.audition import audition, corrections, try_macros
from engine.audition.output import KnownSound
from engine.audition.state import Phase, started
from engine.macros.blame import ReducedMacro, Reduction

NOT = None


def mended(sound, *macros, style="Bass", changes=None, **known):
    """What becomes of a base that sounds like this, and the jobs that it took."""
    fake = FakeRenderer(sound)
    spec = patch(*(macros or FOUR), **(changes or {}))
    (found,) = audition([candidate(spec, style=style, **known)], fake)
    return found.preset, fake.jobs


def told(preset):
    return [(one.kind, one.subject, one.amount) for one in preset.repairs]


def at(lufs, **more):
    """A sound of that loudness until its volume is changed."""
    return lambda played: FakeSound(plain(played).lufs + 18.0 + lufs, **more)


@pytest.mark.parametrize(
    ("lufs", "gain_db"),
    [(-18.054, NOT), (-18.064, 0.06), (-17.956, NOT), (-17.946, -0.06), (-18.8, 0.8), (-14.0, -4.0)],
)
def test_a_preset_is_levelled_to_its_style_as_well_as_it_is_known(lufs, gain_db):
    preset, jobs = mended(at(lufs))
    assert preset.status == "accepted"
    assert [one.amount for one in preset.repairs] == ([] if gain_db is NOT else [pytest.approx(gain_db, abs=0.011)])
    assert len(jobs) == 2
    assert preset.measurements.overall.loudness_lufs == pytest.approx(-18.0, abs=0.06)
    assert {one.kind for one in preset.repairs} <= {"level"}


def test_what_is_within_its_tolerance_says_that_it_was_levelled():
    preset, _ = mended(at(-18.5))
    assert [one.reason for one in preset.repairs] == ["Levelled to -18.0 LUFS"]
    preset, _ = mended(at(-19.5))
    assert [one.reason for one in preset.repairs] == ["Too quiet: -19.5 LUFS (at least -19.0 LUFS) on note 48"]


@pytest.mark.parametrize(("lufs", "renders"), [(-18.75, 2), (-18.85, 3), (-17.25, 2), (-17.15, 3)])
def test_what_is_heard_within_eight_tenths_of_its_target_as_it_ships_stays_there(lufs, renders):
    """With three renders there is none to hear all again, but one to hear it levelled."""
    fake = FakeRenderer()

    def sound(played):
        return FakeSound(plain(played).lufs + (lufs + 18.0 if fake.jobs[-1].timbre else 0.0))

    fake.sound = sound
    (found,) = audition([candidate(patch(*FOUR), most_passes=3)], fake)
    assert found.preset.status == "accepted"
    assert found.preset.renders == len(fake.jobs) == renders
    assert [one.kind for one in found.preset.repairs] == ["level"] * (renders - 2)


def test_a_level_that_leaves_the_volume_no_room_is_taken_by_the_sources_and_heard_again():
    preset, jobs = mended(at(-32.0), changes={"osc/0/level_percent": 20.0})
    assert preset.status == "accepted", preset.refused_because
    assert preset.spec.modules.voicing.volume_db == pytest.approx(6.02, abs=0.001)
    assert preset.spec.modules.osc[0].level_percent > 20.0
    assert [bool(job.keep) for job in jobs] == [True, True, False]


def test_what_cannot_be_made_loud_enough_is_refused_with_its_figure_and_what_was_tried():
    preset, jobs = mended(at(-48.0))
    assert preset.refused_because == ("Too quiet: -29.9 LUFS (at least -19.0 LUFS) on note 48",)
    assert told(preset) == [("level", "", 18.06)]
    assert len(jobs) == 2


def test_a_level_leaves_the_peak_its_room():
    """0.94 of full scale is the limit: the loudest note of all decides, and keeps 0.3 dB for the macros."""

    def sound(played):
        return FakeSound(plain(played).lufs - 4.0, crest_db=17.5 if played.notes == (36,) else 0.0)

    preset, _ = mended(sound)
    assert preset.measurements.overall.peak == pytest.approx(0.898, abs=0.002)
    assert preset.measurements.overall.loudness_lufs == pytest.approx(-18.43, abs=0.02)
    assert preset.status == "accepted"
    assert [one.kind for one in preset.repairs] == ["level"]


def side_for(loss_db):
    """The side signal that loses so much in mono."""
    return (10.0 ** (loss_db / 10.0) - 1.0) ** 0.5


@pytest.mark.parametrize(("loss_db", "narrowed"), [(1.95, False), (2.05, True), (6.0, True)])
def test_what_loses_too_much_in_mono_is_narrowed_at_the_output_without_being_heard_again(loss_db, narrowed):
    preset, jobs = mended(lambda played: FakeSound(plain(played).lufs, side=side_for(loss_db)))
    assert preset.status == "accepted", preset.refused_because
    assert [kind for kind, *_ in told(preset)] == (["width", "level"] if narrowed else [])
    assert len(jobs) == 2
    if narrowed:
        assert preset.measurements.overall.mono_loss_db == pytest.approx(-1.5, abs=0.05)
        assert preset.spec.modules.voicing.stereo_percent < 100.0
        assert preset.repairs[0].reason.startswith(f"Loses {loss_db:.1f} dB when summed to mono (limit 2.0 dB)")


def with_macro_up(loss_db, figure="mono_loss_db"):
    """Too little is left in mono wherever the first macro is turned, as long as the output is as wide as it was."""

    def sound(played):
        turned = played.macro(1) * sum(route.amount for route in played.routes if route.source == "macro_control_1")
        wide = played.value("stereo_routing") > 0.99
        return FakeSound(plain(played).lufs, told={figure: -loss_db * (turned / 0.3) if wide else 0.0})

    return sound


@pytest.mark.parametrize(
    ("figure", "little", "much"), [("mono_loss_db", 3.49, 3.51), ("low_band_mono_loss_db", 2.49, 2.51)]
)
def test_what_turned_macros_lose_in_mono_is_the_whole_s_if_it_is_little_and_the_macro_s_if_it_is_much(
    figure, little, much
):
    preset, _ = mended(with_macro_up(little, figure))
    assert told(preset)[0][0] == ("width" if figure == "mono_loss_db" else "mono_low")
    assert [kind for kind, *_ in told(preset)[1:]] == ["level"]  # what is narrower is louder in the middle
    assert preset.macros[0].ends[0].change_db == pytest.approx(9.0)
    preset, _ = mended(with_macro_up(much, figure))
    assert [(kind, subject) for kind, subject, _ in told(preset)] == [("macro", "ONE")]
    assert preset.spec.modules.voicing.stereo_percent == 100.0
    assert preset.status == "accepted"


def test_of_two_that_make_it_narrower_the_one_that_goes_further_is_done_and_the_level_later():
    """At rest: the low band needs a third of the width, the whole a half; the level waits, the offset doesn't."""

    def sound(played):
        wide = played.value("stereo_routing") > 0.99
        figures = {"mono_loss_db": -4.0, "low_band_mono_loss_db": -4.0} if wide else {}
        return FakeSound(plain(played).lufs - 3.0, dc=0.0 if played.settings["eq_on"] else 0.03, told=figures)

    preset, jobs = mended(sound)
    assert [kind for kind, *_ in told(preset)] == ["mono_low", "dc", "level"]
    assert preset.status == "accepted"
    assert [bool(job.keep) for job in jobs] == [True, True, False]
    assert preset.spec.modules.fx[4].low_mode == "high_pass"


def test_a_click_is_softened_and_all_is_heard_again():
    def sound(played):
        return FakeSound(plain(played).lufs, click_db=30.0 if played.settings["env_1_attack"] < 0.2 else 0.0)

    preset, jobs = mended(sound, changes={"env/0/attack_s": 0.0005})
    assert told(preset) == [("click", "", 4.0)]
    assert preset.spec.modules.env[0].attack_s == pytest.approx(0.004)
    assert [bool(job.keep) for job in jobs] == [True, True, False]


def test_a_repair_that_needs_more_renders_than_are_left_is_not_made():
    def sound(played):
        return FakeSound(plain(played).lufs, dc=0.0 if played.settings["eq_on"] else 0.05)

    preset, jobs = mended(sound, most_passes=3)
    assert (preset.status, len(jobs)) == ("accepted", 3)
    preset, jobs = mended(sound, most_passes=2)
    assert preset.refused_because == ("Offset from zero (DC) of 0.050 (limit 0.020) on note 48",)
    assert (len(jobs), preset.repairs) == (1, ())


def test_a_repair_at_the_output_needs_one_render_more():
    preset, jobs = mended(at(-16.0), most_passes=2)
    assert (preset.status, len(jobs), told(preset)) == (
        "accepted",
        2,
        [("level", "", pytest.approx(-2.0, abs=0.011))],
    )
    preset, jobs = mended(at(-16.0), most_passes=1)
    assert preset.refused_because == ("Too loud: -16.0 LUFS (at most -17.0 LUFS) on note 48",)
    assert (len(jobs), preset.repairs) == (1, ())


def loud_macros(*effects):
    """Each macro turned up adds so many dB, whatever it moves."""

    def sound(played):
        return FakeSound(plain(played).lufs + sum(db * played.macro(n) for n, db in enumerate(effects, 1)))

    return sound


def levels(preset):
    """The loudest that it gets with its macros turned."""
    return max(one.level_lufs for one in preset.measurements.takes if one.macros)


@pytest.mark.parametrize(("up_db", "trim_db"), [(3.9, NOT), (4.1, -0.6), (6.0, -2.5), (9.5, -6.0)])
def test_a_macro_that_gets_louder_than_4_db_over_the_target_is_trimmed(up_db, trim_db):
    preset, jobs = mended(loud_macros(up_db))
    assert preset.status == "accepted"
    assert told(preset) == ([] if trim_db is NOT else [("macro_level", "ONE", trim_db)])
    assert len(jobs) == 2
    assert levels(preset) <= -14.0
    if trim_db is not NOT:
        assert preset.repairs[0].unit == "dB over its travel"
        assert levels(preset) == pytest.approx(-14.5, abs=0.4)


def test_macros_that_are_loud_together_are_trimmed_together():
    preset, _ = mended(loud_macros(6.0, 3.0))
    assert told(preset) == [("macro_level", "ONE", -3.67), ("macro_level", "TWO", -1.83)]
    assert preset.repairs[0].reason == (
        "Too loud with its macros turned: -9.0 LUFS (at most -14.0 LUFS) on note 48, macro corner 1·1·0·0"
    )
    assert levels(preset) <= -14.0


def test_what_a_macro_does_to_the_level_is_judged_with_the_sound_levelled():
    """It is 6 dB too quiet at rest: with the macro up it would be too loud only after."""
    preset, jobs = mended(lambda played: FakeSound(loud_macros(6.0)(played).lufs - 6.0))
    assert preset.status == "accepted"
    assert told(preset) == [("level", "", pytest.approx(6.0, abs=0.02)), ("macro_level", "ONE", -2.49)]
    assert len(jobs) == 2
    assert levels(preset) <= -14.0


def test_macros_wait_until_the_sound_at_rest_passes():
    """What is to be heard anew anyway is not narrowed by what was heard before."""

    def sound(played):
        offset = not played.settings["eq_on"]
        return FakeSound(plain(played).lufs, dc=0.05 if offset else 0.0, told={"mono_loss_db": -9.0} if (
            offset and played.macro(1) > 0.0) else {})  # fmt: skip

    preset, _ = mended(sound)
    assert told(preset) == [("dc", "", 25.0)]


def test_macros_are_left_alone_where_the_sound_at_rest_can_not_be_mended():
    preset, jobs = mended(lambda played: replace(loud_macros(6.0)(played), stuck_db=-10.0))
    assert len(jobs) == 1
    assert preset.repairs == ()
    assert [reason[:5] for reason in preset.refused_because] == ["Hangs", "Too l"]


@pytest.mark.parametrize("lufs", [-18.5, -17.5])
def test_what_can_not_be_mended_is_not_levelled(lufs):
    preset, jobs = mended(at(lufs, stuck_db=-10.0))
    assert (len(jobs), preset.repairs) == (1, ())


def test_macros_are_judged_by_how_loud_the_sources_will_make_them():
    """14 dB too quiet, 12 of which the volume has room for: with the sources up as well, the macro is too loud."""
    sound = at(-32.0)
    fake = FakeRenderer(lambda played: FakeSound(sound(played).lufs + 6.0 * played.macro(1)))
    spec = patch(*FOUR, **{"osc/0/level_percent": 20.0})
    audition([candidate(spec, most_passes=1)], fake)
    measured = fake.render(fake.jobs[0]).measurements
    state = replace(started(candidate(spec)), known=KnownSound(spec, measured, None, spec))
    found = corrections.repaired(state, measured)
    assert [one.kind for one in found.repairs] == ["level", "macro_level"]
    assert found.reduced[1].trim_db == pytest.approx(2.5, abs=0.02)
    assert (found.phase, found.known) == (Phase.SURVEY, None)


def narrow_macro(loss_db, part_reach=0.3):
    """The first macro, whole, loses so much in mono, and the less of it the less."""

    def sound(played):
        reach = sum(abs(route.amount) for route in played.routes if route.source == "macro_control_1") / part_reach
        return FakeSound(plain(played).lufs, told={"mono_loss_db": -loss_db * reach * played.macro(1)})

    return sound


def test_a_macro_is_narrowed_by_what_its_effect_says_and_turned_anew():
    preset, jobs = mended(narrow_macro(4.0))
    assert preset.status == "accepted"
    assert told(preset) == [("macro", "ONE", 37.5)]
    assert preset.repairs[0].unit == "% of its range"
    assert preset.spec.macros[0].targets[0].amount == pytest.approx(0.1125)
    assert preset.repairs[0].reason.startswith("Loses 4.0 dB when summed to mono (limit 2.0 dB) on note 48, macro")
    assert [len(job.takes) for job in jobs] == [23, 20, 0]
    assert preset.macros[0].ends[0].change_db == pytest.approx(3.375)
    assert min(one.mono_loss_db for one in preset.measurements.takes) == pytest.approx(-1.5)


@pytest.mark.parametrize(("safe_at", "left"), [(0.61, 60.0), (0.37, 36.0), (0.22, 21.6), (0.21, NOT)])
def test_a_macro_that_silences_is_narrowed_by_two_fifths_at_a_time_and_keeps_a_fifth_of_its_reach(safe_at, left):
    """0.6, 0.36, 0.216: another step would leave it less than a fifth."""

    def sound(played):
        reach = sum(route.amount for route in played.routes if route.source == "macro_control_1") / 0.3
        return FakeSound(-70.0 if played.macro(1) > 0.0 and reach > safe_at else plain(played).lufs)

    preset, _ = mended(sound)
    assert told(preset) == [("macro", "ONE", 21.6 if left is NOT else left)]
    assert preset.spec.macros[0].targets[0].amount == pytest.approx(0.3 * (left or 21.6) / 100)
    assert preset.status == ("refused" if left is NOT else "accepted")
    if left is NOT:
        assert preset.refused_because == ("Silent: -70.0 LUFS (at least -60 LUFS) on note 48, macro 1 at 1",)
        assert preset.macros[0].problem.startswith("Macro 1 (ONE): Silent: -70.0 LUFS")


def test_a_macro_that_was_heard_before_is_heard_anew_once_it_was_narrowed_and_not_if_it_was_trimmed():
    spec = patch(*FOUR)
    before = try_macros(candidate(spec), (1, 2, 3, 4), FakeRenderer()).macros
    narrowed, jobs = mended(narrow_macro(4.0), macros=before)
    assert [turn.macro for turn in jobs[-1].turns] == [1]
    assert narrowed.macros[0].ends[0].change_db == pytest.approx(3.375)
    assert narrowed.macros[1] == before[1]
    trimmed, jobs = mended(loud_macros(6.0), macros=before)
    assert jobs[-1].turns == ()
    assert trimmed.macros == before


def test_a_variation_s_macro_is_narrowed_but_not_turned():
    fake = FakeRenderer()
    fake.sound = lambda played: narrow_macro(4.0)(played) if fake.jobs[-1].key == "v" else plain(played)
    base, other = candidate(patch(*FOUR)), candidate(patch(*FOUR), name="v", kind="darker")
    found = audition([base, other], fake)
    assert [one.preset.status for one in found] == ["accepted", "accepted"]
    assert told(found[1].preset) == [("macro", "ONE", 37.5)]
    assert [job.turns for job in fake.jobs if job.key == "v"] == [(), (), ()]


def test_a_macro_that_is_loud_at_both_its_ends_is_narrowed():
    """A trim is a straight line: what it takes from one end it gives the other."""

    def sound(played):
        reach = sum(r.amount for r in played.routes if r.source == "macro_control_1" and r.destination != "volume")
        return FakeSound(plain(played).lufs + 8.0 * abs(2.0 * played.macro(1) - 1.0) * reach / 0.3)

    number = macro("ONE", rests=0.5, cutoff=0.3, control="macro_1")
    preset, _ = mended(sound, number, *(one | {"control": f"macro_{n}"} for n, one in enumerate(FOUR[1:], 2)))
    assert preset.status == "accepted", preset.refused_because
    assert {kind for kind, subject, _ in told(preset)} == {"macro"}
    assert levels(preset) <= -14.0
    assert preset.renders <= 5


def state_of(measured, *macros, **known):
    spec = patch(*(macros or FOUR))
    found = started(candidate(spec))
    return replace(found, known=KnownSound(spec, measured, None, spec), **known)


def test_repairs_follow_on_each_other_six_times_without_a_render(monkeypatch):
    calls = []

    def endless(state, measured, *, again=False):
        calls.append(again)
        return state

    monkeypatch.setattr(corrections, "repaired", endless)
    measured = measurements(FakeSound(-18.0))
    state = state_of(measured)
    assert corrections.corrected(state, measured) is state
    assert calls == [False, True, True, True, True, True]


def test_a_repair_that_has_to_be_heard_is_the_last(monkeypatch):
    calls = []

    def heard_again(state, measured, *, again=False):
        calls.append(again)
        return replace(state, known=None)

    monkeypatch.setattr(corrections, "repaired", heard_again)
    measured = measurements(FakeSound(-18.0))
    assert corrections.corrected(state_of(measured), measured).known is None
    assert calls == [False]


def test_each_repair_sees_what_the_one_before_left(monkeypatch):
    first, then = measurements(FakeSound(-18.0)), measurements(FakeSound(-19.0))
    seen = []

    def one_step(state, measured, *, again=False):
        seen.append(measured)
        return None if again else replace(state, known=replace(state.known, measured=then))

    monkeypatch.setattr(corrections, "repaired", one_step)
    assert corrections.corrected(state_of(first), first).known.measured is then
    assert seen == [first, then]


def test_where_nothing_is_to_be_done_nothing_comes_back():
    measured = measurements(FakeSound(-18.0))
    assert corrections.corrected(state_of(measured), measured) is None


def test_macros_that_find_no_end_after_24_trims_are_narrowed_from_where_they_were(monkeypatch):
    asked = []

    def to_and_fro(state, expected, *, evenly=False, trims=True):
        asked.append((evenly, trims))
        return (Reduction(1, "loud", trim_db=0.01),) if trims else (Reduction(1, "loud", part=0.5),)

    monkeypatch.setattr(corrections, "_reductions", to_and_fro)
    measured = measurements(FakeSound(-18.0))
    before = state_of(measured)
    found = corrections.macros_corrected(before, measured)
    assert asked == [(False, True)] * 24 + [(False, False)]
    assert dict(found.reduced) == {1: ReducedMacro(range=0.5, trim_db=0.0)}
    assert [(one.kind, one.amount) for one in found.repairs] == [("macro", 50.0)]


def test_trims_that_turn_back_are_shared_evenly_from_then_on(monkeypatch):
    asked = []
    steps = iter([0.5, -0.5, -0.25, 0.25])

    def swinging(state, expected, *, evenly=False, trims=True):
        asked.append(evenly)
        step = next(steps, None)
        return () if step is None else (Reduction(1, "loud", trim_db=step),)

    monkeypatch.setattr(corrections, "_reductions", swinging)
    measured = measurements(FakeSound(-18.0))
    found = corrections.macros_corrected(state_of(measured), measured)
    assert asked == [False, False, True, True, True]
    assert found.reduced[1].trim_db == pytest.approx(0.5)  # the step that turned back was asked for anew


def test_where_no_macro_breaks_anything_or_none_can_give_way_nothing_comes_back():
    measured = measurements(FakeSound(-18.0))
    assert corrections.macros_corrected(state_of(measured), measured) is None
    broken = measurements(FakeSound(-18.0), takes=[take(1.0, NOT, NOT, NOT, mono_loss_db=-9.0)])
    assert corrections.macros_corrected(state_of(broken, reduced={1: ReducedMacro(range=0.2)}), broken) is None


def test_what_a_macro_gives_up_adds_up():
    measured = measurements(FakeSound(-18.0), takes=[take(1.0, NOT, NOT, NOT, level_lufs=-10.0)])
    state = state_of(measured, reduced={1: ReducedMacro(range=0.5, trim_db=2.0)})
    found, _ = corrections._given_way(state, [Reduction(1, "loud", part=0.6, trim_db=1.5)], measured)
    assert dict(found.reduced) == {1: ReducedMacro(range=0.3, trim_db=3.5)}
    assert [(one.kind, one.subject, one.amount, one.unit) for one in found.repairs] == [
        ("macro", "ONE", 60.0, "% of its range"),
        ("macro_level", "ONE", -1.5, "dB over its travel"),
    ]
    assert (found.phase, found.known) == (Phase.SURVEY, None)
    trimmed, takes = corrections._given_way(state_of(measured), [Reduction(1, "loud", trim_db=2.0)], measured)
    assert (trimmed.phase, trimmed.known.spec) == (Phase.AS_IT_SHIPS, trimmed.spec)
    assert takes.takes[0].level_lufs == pytest.approx(-12.0, abs=0.1)
    assert trimmed.known.measured == takes


def known_centre(spec, sound=plain):
    return try_macros(candidate(spec), (1, 2, 3, 4), FakeRenderer(sound)).centre


QUIET = {"voicing/volume_db": 6.02, "osc/0/level_percent": 10.0}


def test_what_is_known_to_be_softer_than_the_volume_can_mend_is_turned_up_before_it_is_heard():
    """-18 LUFS, 12.04 dB up at the output, 13.98 down at the oscillator: 1.94 remain, a factor of 1.25."""
    spec = patch(*FOUR, **QUIET)
    state = corrections.levelled_before(started(candidate(spec, centre=known_centre(spec))))
    assert [(one.kind, one.amount, one.reason) for one in state.repairs] == [
        ("level", 1.93, "Levelled to -18.0 LUFS")
    ]
    assert state.spec.modules.osc[0].level_percent == pytest.approx(12.49, abs=0.02)


def test_what_the_volume_can_mend_or_nothing_is_known_of_is_heard_first():
    spec = patch(*FOUR, **QUIET)
    assert corrections.levelled_before(started(candidate(spec))).spec is spec
    loud = patch(*FOUR, **{"voicing/volume_db": 6.02, "osc/0/level_percent": 90.0})
    assert corrections.levelled_before(started(candidate(loud, centre=known_centre(loud)))).spec is loud
    mendable = patch(*FOUR, **{"voicing/volume_db": -20.0})
    assert corrections.levelled_before(started(candidate(mendable, centre=known_centre(mendable)))).spec is mendable


@pytest.mark.parametrize(("lufs", "before"), [(-60.1, False), (-59.9, True)])
def test_what_is_silent_is_not_turned_up(lufs, before):
    spec = patch(*FOUR, **QUIET)
    centre = known_centre(spec)
    centre = replace(centre, figures=centre.figures.model_copy(update={"loudness_lufs": lufs}))
    state = corrections.levelled_before(started(candidate(spec, centre=centre)))
    assert (state.spec is not spec) == before
