"""How an audition goes on from what it hears: what ships, what is refused and why, how many renders that takes."""

import io

import pytest
import soundfile
from fake_renderer import Change, DiedError, FakeRenderer, FakeSound, by_amounts, plain
from made_up import CENTRE, FOUR, candidate, macro, patch

from engine.audition import MAX_PASSES, audition, try_macros

IDLE = (*FOUR[:3], macro("IDLE", drive=0.001))


def kind_of(job):
    if job.timbre:
        return "as it ships"
    return "macros" if job.known and len(job.notes) == 1 else "all"


def listened(*candidates, sound=plain, change=by_amounts):
    """What becomes of candidates, and which jobs that took. `sound` is given what is played and the kind of job."""
    fake = FakeRenderer(change=change)

    def told(played):
        return sound(played) if sound is plain else sound(played, kind_of(fake.jobs[-1]), len(fake.jobs))

    fake.sound = told
    found = audition(candidates, fake)
    return found, [(job.key, kind_of(job)) for job in fake.jobs]


def one(*, sound=plain, change=by_amounts, spec=None, **known):
    """The same of one base."""
    (found,), jobs = listened(candidate(spec or patch(*FOUR), **known), sound=sound, change=change)
    return found, [kind for _, kind in jobs]


def seconds(played):
    return soundfile.info(io.BytesIO(played.flac)).duration


def test_a_preset_that_passes_takes_two_renders_and_ships_what_was_heard():
    found, jobs = one()
    assert jobs == ["all", "as it ships"]
    assert (found.preset.status, found.preset.refused_because) == ("accepted", ())
    assert (found.preset.renders, found.preset.takes, found.preset.repairs) == (2, 35, ())
    assert (found.preset.id, found.preset.kind, found.preset.gates.profile) == ("base", "base", "Bass")
    assert seconds(found) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("differs", "heard_again"),
    [
        ({"loudness_lufs": -17.91}, False),
        ({"loudness_lufs": -17.89}, True),
        ({"loudness_lufs": -18.09}, False),
        ({"loudness_lufs": -18.11}, True),
        ({"mono_loss_db": -0.59}, False),
        ({"mono_loss_db": -0.61}, True),
        ({"mono_loss_db": -0.39}, True),
        ({"peak_dbfs": -11.91}, False),
        ({"peak_dbfs": -11.89}, True),
        ({"peak_dbfs": -12.11}, True),
    ],
)
def test_what_ships_is_what_was_worked_out_to_a_tenth_of_a_decibel_or_all_is_heard_again(differs, heard_again):
    known = {"loudness_lufs": -18.0, "mono_loss_db": -0.5, "peak_dbfs": -12.0}

    def sound(played, kind, jobs):
        return FakeSound(-18.0, told=known | (differs if jobs == 2 and not played.condition else {}))

    found, jobs = one(sound=sound)
    assert found.preset.status == "accepted"
    assert jobs == ["all", "as it ships"] * (2 if heard_again else 1)
    assert found.preset.renders == len(jobs)


def test_what_never_ships_as_it_was_worked_out_is_judged_by_what_was_heard():
    def sound(played, kind, jobs):
        return FakeSound(-18.5 if kind == "as it ships" else -18.0)

    found, jobs = one(sound=sound)
    assert jobs == ["all", "as it ships"] * 4
    assert found.preset.measurements.notes[0].loudness_lufs == -18.5
    assert found.preset.measurements.notes[1].loudness_lufs == -18.0
    assert found.preset.renders == MAX_PASSES == 8
    assert found.preset.status == "accepted"
    assert [one.value for one in found.preset.gates.results if one.gate == "loudness"] == [-18.5]


@pytest.mark.parametrize(
    ("lufs", "reason"),
    [(-19.01, "Too quiet: -19.0 LUFS (at least -19.0 LUFS) on note 48"), (-18.99, None), (-17.01, None),
     (-16.99, "Too loud: -17.0 LUFS (at most -17.0 LUFS) on note 48")],
)  # fmt: skip
def test_what_ships_is_within_a_unit_of_its_style_as_it_was_heard_last(lufs, reason):
    def sound(played, kind, jobs):
        return FakeSound(lufs if kind == "as it ships" else -18.0)

    found, jobs = one(sound=sound, most_passes=2)
    assert jobs == ["all", "as it ships"]
    assert found.preset.refused_because == (() if reason is None else (reason,))
    assert (found.flac is None) == (reason is not None)


def test_with_one_render_none_is_left_to_hear_it_as_it_ships():
    found, jobs = one(most_passes=1)
    assert jobs == ["all"]
    assert found.preset.status == "refused"
    assert found.preset.refused_because == ("No render is left to hear it as it ships",)
    assert (found.flac, found.preset.renders) == (None, 1)


def test_a_preset_that_is_refused_by_a_macro_had_audio_and_ships_none():
    found, jobs = one(spec=patch(*IDLE))
    assert jobs == ["all", "as it ships", "as it ships"]
    assert found.preset.refused_because == ("Macro 4 (IDLE) changes the sound by 0.0 dB (at least 1.0 dB)",)
    assert [one.problem != "" for one in found.preset.macros] == [False, False, False, True]
    assert found.flac is None
    assert found.preset.measurements is not None


def test_a_preset_that_fails_as_it_ships_had_audio_and_ships_none():
    found, _ = one(
        sound=lambda played, kind, jobs: FakeSound(-18.0, stuck_db=-10.0 if kind == "as it ships" else -60.0)
    )
    assert found.preset.refused_because == (
        "Hangs: 10 s after note off still at -10 dB of its loudest (limit -24 dB) on note 48",
    )
    assert found.flac is None
    assert found.preset.gates.failures[0].gate == "stuck_note"


@pytest.mark.parametrize(("when", "renders"), [("all", 1), ("as it ships", 2)])
def test_a_preset_that_crashes_is_refused_with_what_it_died_of(when, renders):
    def sound(played, kind, jobs):
        if kind == when:
            raise DiedError("crash", "Vital's engine crashed on it")
        return FakeSound(-18.0)

    found, _ = one(sound=sound)
    assert found.preset.refused_because == ("crash: Vital's engine crashed on it",)
    assert (found.preset.renders, found.flac) == (renders, None)


def test_a_preset_that_crashes_costs_itself_alone():
    def sound(played, kind, jobs):
        if played.value("filter_1_cutoff") > 90.0 and played.at_rest:
            raise DiedError("timeout", "too slow")
        return FakeSound(-18.0)

    base, odd, other = (
        candidate(patch(*FOUR), name="base"),
        candidate(patch(*FOUR, **{"filter/0/cutoff_hz": 4000.0}), name="odd", kind="brighter"),
        candidate(patch(*FOUR), name="other", kind="darker"),
    )
    found, _ = listened(base, odd, other, sound=sound)
    assert [one.preset.id for one in found] == ["base", "odd", "other"]
    assert [one.preset.status for one in found] == ["accepted", "refused", "accepted"]
    assert found[1].preset.refused_because == ("timeout: too slow",)
    assert [one.flac is None for one in found] == [False, True, False]


def test_a_variation_of_a_refused_base_is_heard_no_further():
    base, other = candidate(patch(*FOUR)), candidate(patch(*FOUR), name="v", kind="darker")

    def sound(played, kind, jobs):
        return FakeSound(-120.0 if jobs == 1 else -18.0)

    found, jobs = listened(base, other, sound=sound)
    assert jobs == [("base", "all"), ("v", "all")]
    assert found[1].preset.refused_because == ("Its base preset was refused",)
    assert found[0].preset.refused_because[0].startswith("Silent")


def test_a_variation_that_was_heard_to_its_end_is_refused_with_its_base():
    """The base's last macro is heard once more, and in vain; by then the variation had passed."""
    base, other = candidate(patch(*IDLE)), candidate(patch(*IDLE), name="v", kind="darker")
    found, jobs = listened(base, other)
    assert jobs[-2:] == [("v", "as it ships"), ("base", "as it ships")]
    assert found[0].preset.status == found[1].preset.status == "refused"
    assert found[1].preset.refused_because == ("Its base preset was refused",)
    assert found[1].flac is None
    assert found[1].preset.renders == 2


def test_a_variation_refused_for_its_own_reasons_keeps_them():
    base, other = candidate(patch(*IDLE)), candidate(patch(*IDLE), name="v", kind="darker")
    fake = FakeRenderer()
    fake.sound = lambda played: FakeSound(-120.0 if fake.jobs[-1].key == "v" else -18.0)
    found = audition([base, other], fake)
    assert found[1].preset.refused_because[0].startswith("Silent")
    assert found[0].preset.refused_because[0].startswith("Macro 4")


def test_a_refused_variation_does_not_refuse_its_base():
    base, other = candidate(patch(*FOUR)), candidate(patch(*FOUR), name="v", kind="darker")
    fake = FakeRenderer()
    fake.sound = lambda played: FakeSound(-120.0 if fake.jobs[-1].key == "v" else -18.0)
    found = audition([base, other], fake)
    assert [one.preset.status for one in found] == ["accepted", "refused"]


def test_a_patch_of_which_no_file_can_be_made_is_refused_with_the_reason():
    nowhere = macro("ONE", cutoff=0.3) | {"targets": [{"path": "/modules/nothing", "amount": 0.2}]}
    spec = patch(nowhere)
    found, jobs = one(spec=spec)
    assert jobs == []
    assert found.preset.status == "refused"
    assert found.preset.refused_because[0].startswith(
        "/macros/0/targets/0: /modules/nothing doesn't name a parameter"
    )
    assert (found.flac, found.preset.renders, found.preset.spec) == (None, 0, spec)
    tried = try_macros(candidate(spec), (1,), FakeRenderer())
    assert tried.refused_because == found.preset.refused_because
    assert (tried.renders, tried.centre) == (0, None)


def test_what_a_variation_is_known_by_comes_with_it_as_it_ships():
    base, other = candidate(patch(*FOUR)), candidate(patch(*FOUR), name="v", kind="darker")

    def sound(played, kind, jobs):
        return FakeSound(-18.0, timbre={"brightness": 3.0}, told={"dc": 0.001 * jobs})

    found, _ = listened(base, other, sound=sound)
    measured = found[1].preset.measurements
    assert [(note.note, note.condition, note.dc) for note in measured.notes] == [
        (48, "", 0.004),
        (36, "", 0.002),
        (60, "", 0.002),
        (48, "phase seed 2", 0.002),
    ]
    assert measured.timbre["brightness"] == 3.0
    assert found[1].preset.macros == ()
    assert len(measured.takes) == 3 + 16
    seeds = [(note.condition, note.dc) for note in found[0].preset.measurements.notes[3:]]
    assert seeds == [("phase seed 2", 0.003), ("phase seed 3", 0.003)]
    assert found[0].preset.measurements.overall.dc == 0.003


def cancelling(played, kind, jobs):
    """What no repair mends: it cancels in mono wherever the first macro is turned, however far."""
    return FakeSound(-18.0, told={"mono_loss_db": -9.0 if played.macros and played.macro(1) > 0.0 else 0.0})


def test_a_macro_that_cannot_be_made_safe_is_named_with_its_reason():
    found, jobs = one(sound=cancelling)
    assert found.preset.status == "refused"
    assert jobs[-1] == "as it ships"
    assert found.preset.refused_because == (
        "Loses 9.0 dB when summed to mono (limit 2.0 dB) on note 48, macro 1 at 1",
    )
    by_macro = {one.number: one.problem for one in found.preset.macros}
    assert by_macro[1].startswith(
        "Macro 1 (ONE): Loses 9.0 dB when summed to mono (limit 2.0 dB) on note 48, macro"
    )
    assert [number for number, problem in by_macro.items() if problem] == [1]
    assert [end.broken[:11] for end in found.preset.macros[0].ends] == ["Loses 9.0 d"]
    assert found.flac is None


def test_a_variation_that_cannot_be_made_safe_is_not_heard_as_it_ships():
    base, other = candidate(patch(*FOUR)), candidate(patch(*FOUR), name="v", kind="darker")
    fake = FakeRenderer()
    fake.sound = lambda played: cancelling(played, "", 0) if fake.jobs[-1].key == "v" else FakeSound(-18.0)
    found = audition([base, other], fake)
    assert found[1].preset.status == "refused"
    assert "as it ships" not in [kind_of(job) for job in fake.jobs if job.key == "v"]
    assert found[1].preset.macros == ()


def test_all_that_a_preset_is_refused_for_is_listed():
    found, _ = one(sound=lambda played, kind, jobs: FakeSound(-18.0, stuck_db=-10.0, nonfinite=2))
    assert found.preset.refused_because == (
        "2 samples are not numbers on note 48",
        "Hangs: 10 s after note off still at -10 dB of its loudest (limit -24 dB) on note 48",
    )


def test_a_base_that_fails_at_rest_is_not_heard_as_it_ships():
    found, jobs = one(sound=lambda played, kind, jobs: FakeSound(-18.0, stuck_db=-10.0))
    assert jobs == ["all"]
    assert found.preset.refused_because[0].startswith("Hangs")
    assert found.preset.macros == ()


def test_a_macro_of_which_little_is_heard_is_heard_at_the_whole_note_before_it_is_judged():
    def change(turned, rest, turn):
        return by_amounts(turned, rest, turn) if turn.macro != 2 or turn.length_s > 0.7 else no_change()

    found, jobs = one(change=change)
    assert jobs == ["all", "as it ships", "as it ships"]
    assert found.preset.status == "accepted"
    assert found.preset.macros[1].ends[0].change_db == 13.5
    assert found.preset.renders == 3
    assert found.flac is not None


def no_change():
    return Change(0.2)


def test_a_macro_is_not_heard_patiently_where_no_render_is_left_for_it():
    found, jobs = one(spec=patch(*IDLE), most_passes=2)
    assert jobs == ["all", "as it ships"]
    assert found.preset.refused_because[0].startswith("Macro 4 (IDLE)")


def test_a_macro_that_goes_the_wrong_way_needs_no_second_hearing():
    down = (macro("BRIGHT", cutoff=-0.3, role="brightness"), *FOUR[1:3], macro("IDLE", drive=0.001))
    found, jobs = one(spec=patch(*down))
    assert jobs == ["all", "as it ships"]
    assert [reason[:16] for reason in found.preset.refused_because] == ["Macro 1 (BRIGHT)", "Macro 4 (IDLE) c"]


def test_a_preset_that_crashes_while_a_macro_is_heard_patiently_is_refused():
    def sound(played, kind, jobs):
        if jobs == 3:
            raise DiedError("memory", "too much")
        return FakeSound(-18.0)

    found, jobs = one(spec=patch(*IDLE), sound=sound)
    assert found.preset.refused_because == ("memory: too much",)
    assert (len(jobs), found.preset.renders, found.flac) == (3, 3, None)


def test_a_macro_that_dies_at_the_whole_note_says_so_and_is_refused():
    def change(turned, rest, turn):
        if turn.length_s > 0.7:
            raise DiedError("crash", "at the whole note")
        return no_change() if turn.macro == 2 else by_amounts(turned, rest, turn)

    found, _ = one(change=change)
    assert found.preset.status == "refused"
    assert found.preset.macros[1].ends[0].broken == "at the whole note"


def test_only_the_macros_that_remained_are_told_anew_when_heard_patiently():
    def change(turned, rest, turn):
        found = by_amounts(turned, rest, turn)
        found.change_db = {1: 7.0, 2: 0.1, 3: 8.0, 4: 9.0}[turn.macro] + (turn.length_s > 0.7) * 5.0
        return found

    fake = FakeRenderer(change=change)
    (found,) = audition([candidate(patch(*FOUR))], fake)
    assert [one.ends[0].change_db for one in found.preset.macros] == [7.0, 5.1, 8.0, 9.0]
    assert [(turn.macro, turn.length_s) for turn in fake.jobs[-1].turns] == [(2, 1.0)]
    assert fake.jobs[-1].again == (1.0, 0.7)
    assert (fake.jobs[-1].preview, fake.jobs[-1].takes) == (CENTRE, ())
