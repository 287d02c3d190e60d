"""What need not be heard again, and what must be: made-up audio whose levels are known in closed form."""

import math
from dataclasses import replace

import numpy as np
import pytest
from fake_renderer import FakeRenderer, FakeSound
from made_up import CENTRE, FOUR, STEREO, VOLUME, macro, patch, take

from engine.audition.output import KnownSound, differ_at_the_output
from engine.compiler import compile_spec, playable
from engine.generate.draft import Draft
from engine.macros import trim
from engine.measure.overall import combine
from engine.render.job import Kept, RenderJob, Take

NOT = None
SIDE = 0.5
"""Of a sound that loses 0.97 dB in mono."""


def heard(spec, lufs=-20.0, *, keep=True, side=SIDE):
    """What is known of a patch after its first note, another and two takes were heard."""
    takes = (
        Take("velocity 1", (48,), 1.0, 0.3, 0.3),
        Take("macro 1 at 1", (48,), 0.8, 0.3, 0.3, (1.0, NOT, NOT, NOT)),
        Take("a chord", (48, 52), 0.8, 0.3, 0.3),
    )
    job = RenderJob("one", playable(compile_spec(spec)).preset, (CENTRE,), again=(0.7,), takes=takes, keep=keep)
    outcome = FakeRenderer(lambda played: FakeSound(lufs, side=side)).render(job)
    return KnownSound(spec, outcome.measurements, outcome.kept, spec)


def with_(spec, **changes):
    draft = Draft(spec.model_dump(mode="json"))
    for pointer, value in changes.items():
        draft.set(f"/modules/{pointer}", value)
    return draft.spec()


@pytest.mark.parametrize(
    ("changes", "at_the_output"),
    [
        ({}, True),
        ({"voicing/volume_db": 1.0}, True),
        ({"voicing/stereo_percent": 50.0}, True),
        ({"voicing/volume_db": 1.0, "voicing/stereo_percent": 50.0}, True),
        ({"voicing/polyphony": 2}, False),
        ({"voicing/stereo_mode": "rotate"}, False),
        ({"osc/0/level_percent": 10.0}, False),
        ({"filter/0/cutoff_hz": 500.0}, False),
        ({"fx/4/on": True}, False),
        ({"env/0/attack_s": 0.1}, False),
    ],
)
def test_only_volume_and_width_are_the_output_s(changes, at_the_output):
    before = patch(*FOUR)
    assert differ_at_the_output(before, with_(before, **changes)) == at_the_output


def test_how_macros_move_the_volume_is_the_output_s_and_all_else_that_they_move_is_not():
    before = patch(*FOUR)
    assert differ_at_the_output(before, trim(before, 1, trim_db=3.0))
    assert differ_at_the_output(trim(before, 1, trim_db=3.0), trim(before, 2, trim_db=3.0))
    other = patch(macro("ONE", cutoff=0.31), *FOUR[1:])
    assert not differ_at_the_output(before, other)
    assert not differ_at_the_output(before, patch(*FOUR[:3]))


def test_where_the_volume_alone_differs_the_figures_will_do():
    before = heard(patch(*FOUR, **{"voicing/volume_db": 0.0}), keep=False)
    known = before.after(with_(before.spec, **{"voicing/volume_db": -4.0}))
    assert known.spec.modules.voicing.volume_db == -4.0
    assert [one.loudness_lufs for one in known.measured.notes] == pytest.approx([-24.0, -24.0], abs=0.001)
    assert [one.level_lufs for one in known.measured.takes] == [pytest.approx(-24.0, abs=0.001)] * 2 + [NOT]
    assert (known.kept, known.kept_as) == (NOT, before.spec)


def test_without_audio_another_width_has_to_be_heard():
    before = heard(patch(*FOUR), keep=False)
    assert before.after(with_(before.spec, **{"voicing/stereo_percent": 50.0})) is None
    assert before.at_rest(before.spec) is None
    assert before.centre is None


def test_another_width_and_volume_are_worked_out_on_the_audio():
    """At 50 % the angle is pi / 8: the middle is 1.3066 times as loud, the side 0.5412 times, both 6 dB less."""
    before = heard(patch(*FOUR, **{"voicing/volume_db": 0.0}))
    known = before.after(with_(before.spec, **{"voicing/stereo_percent": 50.0, "voicing/volume_db": -6.0}))
    middle, side = 1.3066, 0.5 * 0.5412
    louder_db = 10 * math.log10((middle**2 + side**2) / 1.25) - 6.0
    assert louder_db == pytest.approx(-4.464, abs=0.001)
    lost_db = -10 * math.log10(1 + (side / middle) ** 2)
    assert lost_db == pytest.approx(-0.182, abs=0.001)
    for one in (*known.measured.notes, *known.measured.takes):
        assert one.mono_loss_db == pytest.approx(lost_db, abs=0.002)
        assert one.peak == pytest.approx(0.0895 * (middle + side) * 10 ** (-6 / 20), rel=0.01)
    assert known.measured.notes[0].loudness_lufs == pytest.approx(-20.0 + louder_db, abs=0.05)
    assert [one.level_lufs for one in known.measured.takes[:2]] == pytest.approx([-20.0 + louder_db] * 2, abs=0.1)
    assert known.measured.takes[2].level_lufs is None
    assert [one.condition for one in known.measured.notes] == ["", "phase seed 2"]
    assert [one.condition for one in known.measured.takes] == ["velocity 1", "macro 1 at 1", "a chord"]
    assert known.kept_as is known.spec
    assert known.kept.notes[0] == pytest.approx(
        mixed(before.kept.notes[0], middle, 0.5412, 10 ** (-6 / 20)), abs=1e-5
    )


def mixed(audio, middle, side, gain):
    both, apart = (audio[0] + audio[1]) / 2 * middle, (audio[0] - audio[1]) / 2 * side
    return np.stack([both + apart, both - apart]) * gain


def test_a_width_may_be_worked_out_of_what_was_worked_out():
    before = heard(patch(*FOUR, **{"voicing/volume_db": 0.0}))
    louder = before.after(with_(before.spec, **{"voicing/volume_db": -3.0}))
    twice = louder.after(with_(louder.spec, **{"voicing/stereo_percent": 50.0, "voicing/volume_db": -6.0}))
    at_once = before.after(with_(before.spec, **{"voicing/stereo_percent": 50.0, "voicing/volume_db": -6.0}))
    assert twice.measured == at_once.measured
    narrower = at_once.after(with_(at_once.spec, **{"voicing/stereo_percent": 0.0}))
    assert narrower.measured.notes[0].mono_loss_db == 0.0
    assert narrower.measured.notes[0].loudness_lufs == pytest.approx(-20.0 + 2.041 - 6.0, abs=0.05)
    assert narrower.after(with_(narrower.spec, **{"voicing/stereo_percent": 10.0})).measured.overall.width == 0.0


def test_a_trimmed_macro_counts_where_it_is_turned():
    spec = patch(*FOUR, **{"voicing/volume_db": 0.0})
    before = heard(spec)
    trimmed = with_(trim(spec, 1, trim_db=5.0), **{"voicing/stereo_percent": 99.0})
    known = before.after(trimmed)
    rest, turned = (known.measured.takes[n].level_lufs for n in (0, 1))
    assert turned - rest == pytest.approx(-5.167, abs=0.01)


def test_what_a_width_that_moves_comes_to_has_to_be_heard():
    narrow = {"voicing/stereo_percent": 50.0}
    wide = {"role_id": "w", "label": "W", "default": 0.0, "targets": [{"path": STEREO, "amount": 0.2}]}
    spec = patch(wide)
    assert heard(spec).after(with_(spec, **narrow)) is None
    route = {"source": "lfo_1", "target": STEREO, "amount": 0.1}
    draft = Draft(patch(*FOUR).model_dump(mode="json"))
    draft.document["modulation"]["routes"] = [route]
    assert heard(draft.spec()).after(with_(draft.spec(), **narrow)) is None
    rotated = patch(*FOUR, **{"voicing/stereo_mode": "rotate"})
    assert heard(rotated).after(with_(rotated, **narrow)) is None
    plain = patch(*FOUR)
    assert heard(plain).after(with_(plain, **narrow)) is not None


@pytest.mark.parametrize(("peak", "known"), [(2.0, True), (2.085, True), (2.095, False), (2.1, False)])
@pytest.mark.parametrize("where", ["notes", "takes"])
def test_what_the_synth_clamped_at_2_1_has_to_be_heard(peak, known, where):
    spec = patch(*FOUR)
    before = heard(spec)
    audio = np.array(before.kept.notes[0][:, :13_230])
    audio[1, 77] = -peak
    kept = {"notes": before.kept.notes, "takes": before.kept.takes}
    kept[where] = (*kept[where][:-1], np.pad(audio, ((0, 0), (0, kept[where][-1].shape[1] - 13_230))))
    clamped = replace(before, kept=Kept(**kept))
    assert (clamped.after(with_(spec, **{"voicing/stereo_percent": 50.0})) is not None) == known
    assert clamped.after(with_(spec, **{"voicing/volume_db": -9.0})) is not None


def test_silence_stays_at_the_floor():
    spec = patch(*FOUR)
    known = heard(spec, -120.0).after(with_(spec, **{"voicing/stereo_percent": 50.0}))
    assert [one.level_lufs for one in known.measured.takes] == [-120.0, -120.0, NOT]


def test_with_its_macros_at_rest_a_patch_is_what_it_was():
    before = heard(patch(*FOUR, **{"voicing/volume_db": 0.0}))
    resting = before.at_rest(with_(before.spec, **{"filter/0/drive_db": 3.0, "voicing/volume_db": -6.0}))
    assert [one.condition for one in resting.measured.takes] == ["velocity 1", "a chord"]
    assert [one.condition for one in resting.measured.notes] == ["", "phase seed 2"]
    assert resting.measured.notes == before.measured.notes
    assert (len(resting.kept.notes), len(resting.kept.takes)) == (2, 2)
    assert resting.kept.takes[1] == pytest.approx(before.kept.takes[2] * 10 ** (-6 / 20), abs=1e-5)
    assert resting.kept.notes[0] == pytest.approx(before.kept.notes[0] * 10 ** (-6 / 20), abs=1e-5)
    assert resting.kept_as is resting.spec
    assert resting.spec.modules.filter[0].drive_db == 3.0


def test_takes_that_were_heard_anew_follow_those_at_rest():
    before = heard(patch(*FOUR))
    resting = before.at_rest(before.spec)
    turned = take(1.0, NOT, NOT, NOT, condition="macro 1 at 1")
    anew = combine(before.measured.notes[:1], [turned])
    audio = Kept((), (before.kept.takes[1],))
    joined = resting.joined(anew, audio)
    assert [one.condition for one in joined.measured.takes] == ["velocity 1", "a chord", "macro 1 at 1"]
    assert joined.measured.notes == before.measured.notes
    assert joined.kept.notes == resting.kept.notes
    assert joined.kept.takes[-1] is audio.takes[0]
    assert len(joined.kept.takes) == 3
    assert resting.joined(anew, None).kept is None
    assert replace(resting, kept=None).joined(anew, audio).kept is None


def test_the_first_note_goes_along_with_its_audio_and_how_loud_it_gets():
    centre = heard(patch(*FOUR)).centre
    assert centre.figures.loudness_lufs == pytest.approx(-20.0, abs=0.001)
    assert centre.loudest_lufs == pytest.approx(-20.0, abs=0.05)
    assert centre.audio.shape == (2, 44_100)


def test_pointers_of_the_output_name_what_the_compiler_writes():
    draft = Draft(patch().model_dump(mode="json"))
    assert draft.parameter(STEREO).vital == "stereo_routing"
    assert draft.parameter(VOLUME).vital == "volume"


def test_levels_of_takes_are_told_by_the_first_note_and_not_by_another_seed_of_it():
    spec = patch(*FOUR, **{"voicing/volume_db": 0.0})
    takes = (Take("velocity 1", (48,), 1.0, 0.3, 0.3),)
    job = RenderJob("one", playable(compile_spec(spec)).preset, (CENTRE,), again=(0.7,), takes=takes, keep=True)
    seeds_are_soft = FakeRenderer(
        lambda played: FakeSound(-26.0 if "seed" in played.condition else -20.0, side=SIDE)
    )
    outcome = seeds_are_soft.render(job)
    before = KnownSound(spec, outcome.measurements, outcome.kept, spec)
    known = before.after(with_(spec, **{"voicing/stereo_percent": 50.0})).measured
    assert known.notes[1].loudness_lufs == pytest.approx(known.notes[0].loudness_lufs - 6.0, abs=0.05)
    assert known.takes[0].level_lufs == pytest.approx(known.notes[0].loudness_lufs, abs=0.1)
