"""The closed loop on a made-up renderer: how far it drives, when it stops, and which of its tries it keeps."""

import json
from dataclasses import replace

import pytest
from fake_renderer import DiedError, FakeRenderer, FakeSound

from engine.planner import plan
from engine.render.job import NotePlan
from engine.word_contracts import AskedAxis, Tuned, figures_of, heard_at, tune
from schemas.intent import AXES, Evidence
from schemas.modulation import Route
from schemas.patch_spec import PatchSpec

NOTE = NotePlan(50, 0.7, 0.5, 1.5)
REST = dict.fromkeys(AXES, 2.0) | {"grit": -40.0, "tension": 1.5, "rate": 5.4, "complexity": 3.0}
REST |= {"resonance": 26.0}
"""Figures that are common among pads, but for a length that is shorter than any sound is made."""
SPEC = PatchSpec(engine_version="test")
PLACES = {
    "grit": "eq_low_gain",
    "tension": "eq_band_gain",
    "rate": "eq_high_gain",
    "complexity": "compressor_low_gain",
    "resonance": "compressor_band_gain",
    "length": "compressor_high_gain",
}
"""Settings in which a patch says how far an axis is driven."""


def patch(drives):
    """A patch that is driven so far; a twin is not driven."""
    fx = list(SPEC.modules.fx)
    for slot, name in ((4, "eq"), (1, "compressor")):
        said = {
            f"{place.removeprefix(name)[1:]}_db": drives.get(axis, 0.0)
            for axis, place in PLACES.items()
            if place.startswith(name)
        }
        fx[slot] = fx[slot].model_copy(update=said)
    return SPEC.model_copy(update={"modules": SPEC.modules.model_copy(update={"fx": tuple(fx)})})


def drives_in(settings):
    return {axis: round(settings[place], 3) for axis, place in PLACES.items()}


class Loop:
    """`tune` with words that ask for some axes, where `response` tells what a drive does to an axis."""

    def __init__(self, asked, response, *, lufs=lambda drives: -18.0, ends_at=2.0):
        def sound(played):
            drives = drives_in(played.settings)
            driven = {axis: drives[axis] for axis in asked}
            timbre = {
                **REST,
                **{axis: REST[axis] + response(axis, drive) for axis, drive in driven.items() if drive},
            }
            return FakeSound(lufs=lufs(driven), timbre=timbre)

        self.pool = FakeRenderer(sound)
        words = [f"word{n}" for n in range(len(asked))]
        prompt = " ".join([*words, "pad"])
        evidence = tuple(
            Evidence(
                start=prompt.index(word), end=prompt.index(word) + 5, text=word, effect="x", rule="x", asks=axis
            )
            for word, axis in zip(words, asked, strict=True)
        )
        self.intent = plan(prompt).model_copy(update={"axes": asked, "evidence": evidence})
        self.twins, self.made, self.ends_at = [], [], ends_at

    def run(self, first=None):
        def make(drives):
            self.made.append(dict(drives))
            return patch({axis: min(drive, self.ends_at) for axis, drive in drives.items()})

        def twin(asked):
            self.twins.append(asked)
            return patch({})

        first = patch(self.intent.axes) if first is None else first
        self.tuned = tune(self.intent, first, make, twin, note=NOTE, pool=self.pool)
        assert self.tuned.renders == len(self.pool.jobs)
        return self.tuned

    @property
    def tried(self):
        """The drives of all that was heard after the twins."""
        tries = self.pool.jobs[len(self.intent.axes) :]
        heard = [drives_in(json.loads(job.preset)["settings"]) for job in tries]
        return [{axis: drives[axis] for axis in self.intent.axes} for drives in heard]

    def along(self, axis):
        return [driven[axis] for driven in self.tried]


def linear(slope):
    return lambda axis, drive: round(slope * drive, 2)


def test_a_word_that_is_heard_at_once_costs_its_twin_and_one_try():
    loop = Loop({"grit": 0.5}, linear(4.0))  # 1.6 dB are wanted, 2.0 heard
    tuned = loop.run()
    assert (tuned.renders, tuned.drives) == (2, {})
    assert tuned.asked == (AskedAxis("grit", 0.5, ("word0",)),)
    assert loop.twins == [AskedAxis("grit", 0.5, ("word0",))]
    assert tuned.twins == {"grit": REST}
    assert tuned.heard({**REST, "grit": -38.0})[0].change == 2.0


def test_each_try_is_heard_at_the_note_alone_with_its_timbre():
    loop = Loop({"grit": 0.5}, linear(4.0))
    loop.run()
    for job in loop.pool.jobs:
        assert (job.notes, job.preview, job.timbre) == ((NOTE,), NOTE, True)
    assert [job.key for job in loop.pool.jobs] == ["0", "1"]


def test_a_word_is_driven_by_what_the_last_round_says_to_a_quarter_more_than_is_wanted():
    loop = Loop({"grit": 0.5}, linear(2.0))  # 1.0 dB heard, so 2.0 dB at 1.0
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 1.0]
    assert (tuned.drives, tuned.renders) == ({"grit": 1.0}, 3)


def test_words_that_ask_for_less_are_driven_down():
    loop = Loop({"grit": -0.5}, linear(2.0))
    tuned = loop.run()
    assert loop.along("grit") == [-0.5, -1.0]
    assert tuned.drives == {"grit": -1.0}


@pytest.mark.parametrize(
    ("change", "second"),
    [
        (1.75, 0.65),  # 0.07 would be enough: a step is 0.15 at least
        (1.5, 0.667),
        (1.0, 1.0),
        (0.95, 1.053),
        (0.9, 1.1),  # 0.61 would be right: a step is 0.6 at most
        (0.17, 1.1),
        (0.16, 1.0),  # a tenth of what is wanted tells nothing: a step of 0.5, blindly
        (0.0, 1.0),
        (-1.0, 1.0),
    ],
)
def test_a_step_is_bounded_and_blind_where_nothing_is_heard_yet(change, second):
    loop = Loop({"grit": 0.5}, lambda axis, drive: change if drive == 0.5 else 2.0)
    loop.run()
    assert loop.along("grit") == [0.5, second]


@pytest.mark.parametrize(("change", "tries"), [(1.77, 1), (1.75, 2), (1.6, 2)])
def test_a_word_is_driven_until_it_is_heard_with_a_tenth_to_spare(change, tries):
    loop = Loop({"grit": 0.5}, lambda axis, drive: change if drive == 0.5 else 2.0)
    loop.run()
    assert len(loop.along("grit")) == tries


def test_a_word_is_driven_to_twice_the_axis_at_most_and_the_loop_ends_there():
    loop = Loop({"grit": 0.5}, linear(0.0))
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 1.0, 1.5, 2.0]
    assert (tuned.drives, tuned.renders) == ({}, 5)
    loop = Loop({"grit": -0.7}, linear(0.0))
    loop.run()
    assert loop.along("grit") == [-0.7, -1.2, -1.7, -2.0]


def test_a_word_at_the_end_of_its_axis_is_driven_no_further():
    loop = Loop({"length": -0.5}, lambda axis, drive: 0.0)  # 2.0 is shorter than any sound is made, 5.6
    assert loop.run().renders == 2


def test_a_word_that_is_heard_is_left_where_it_is_while_another_is_driven():
    loop = Loop({"grit": 0.5, "tension": 0.5}, lambda axis, drive: 5.0 if axis == "grit" else 0.4 * drive)
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 0.5, 0.5]
    assert loop.along("tension") == [0.5, 1.1, 1.5]
    assert tuned.drives == {"grit": 0.5, "tension": 1.5}
    assert tuned.renders == 5


def test_all_axes_of_a_round_share_a_render():
    loop = Loop({"grit": 0.5, "tension": 0.5}, lambda axis, drive: 2.0 * drive if axis == "grit" else 0.5 * drive)
    loop.run()
    assert loop.tried == [
        {"grit": 0.5, "tension": 0.5},
        {"grit": 1.0, "tension": 1.1},
    ]


def test_each_word_is_driven_by_its_own_size_of_step():
    loop = Loop({"tension": 1.0}, linear(0.5))  # 0.72 points are wanted, 0.5 heard
    loop.run()
    assert loop.along("tension") == [1.0, 1.6]


def test_the_best_try_is_kept_and_not_the_last():
    loop = Loop({"grit": 0.5}, lambda axis, drive: 0.4 if drive == 0.5 else 0.2)
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 1.1, 1.7, 2.0]
    assert tuned.drives == {}


def test_the_try_nearest_to_what_is_wanted_is_kept_where_none_is_heard():
    heard = {0.5: 0.1, 1.0: 1.0}
    loop = Loop({"grit": 0.5}, lambda axis, drive: heard.get(drive, 0.1))
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 1.0, 1.6, 2.0]
    assert tuned.drives == {"grit": 1.0}


def test_of_equally_good_tries_the_first_is_kept():
    loop = Loop({"grit": 0.5}, lambda axis, drive: 1.0)
    tuned = loop.run()
    assert len(loop.along("grit")) > 1
    assert tuned.drives == {}


def test_more_words_kept_count_for_more_than_being_nearer():
    """At first two words are nearly kept; then one is kept, and nothing is left of the other."""
    heard = {"grit": {0.5: 1.59}, "tension": {0.5: 0.47}}
    loop = Loop(
        {"grit": 0.5, "tension": 0.5}, lambda axis, drive: heard[axis].get(drive, 1.76 if axis == "grit" else 0.0)
    )
    tuned = loop.run()
    assert tuned.drives["grit"] > 0.5
    assert [word.satisfied for word in tuned.heard({**REST, "grit": 3.76})] == [True, False]


def test_one_word_heard_far_more_than_wanted_does_not_make_up_for_another():
    """The second try is 20 dB dirtier, the first a little nearer in tension: no more than a tenth over counts."""
    heard = {"grit": {0.5: 1.6}, "tension": {0.5: 0.4}}
    loop = Loop(
        {"grit": 0.5, "tension": 0.5}, lambda axis, drive: heard[axis].get(drive, 20.0 if axis == "grit" else 0.3)
    )
    assert loop.run().drives == {}


def test_a_try_is_not_kept_in_which_a_word_goes_the_other_way():
    """The second try is nearer in tension, the third keeps it, but grit goes the other way in both."""
    heard = {"grit": {0.5: 0.0}, "tension": {0.5: 0.0, 1.0: 0.3}}
    loop = Loop(
        {"grit": 0.5, "tension": 0.5}, lambda axis, drive: heard[axis].get(drive, -20.0 if axis == "grit" else 0.6)
    )
    tuned = loop.run()
    assert len(loop.tried) > 2
    assert (tuned.drives, tuned.score) == ({}, (0, 0, 0.0))


def test_how_well_words_are_heard_is_told():
    assert Loop({"grit": 0.5}, linear(4.0)).run().score == (0, 1, 1.1)
    assert Loop({"grit": 0.5}, linear(4.0)).run().complete
    short = Loop({"grit": 0.5}, linear(0.4)).run()  # 0.8 of 1.6 dB with a drive of 2
    assert (short.score, short.complete) == ((0, 0, 0.5), False)
    reversed_ = Loop({"grit": 0.5}, linear(-0.4)).run()
    assert (reversed_.score, reversed_.complete) == ((-1, 0, 0.0), False)
    unheard = Loop({"grit": 0.5}, linear(4.0), lufs=lambda drives: -60.0).run()
    assert unheard.score < reversed_.score
    assert not unheard.complete


def test_what_few_human_made_sounds_exceed_is_heard_at_the_faintest_step():
    """One human-made pad in twenty has more grit than -15.8 dB; the faintest step is 0.8 dB, the wanted one 1.6."""
    for rest, change, kept in ((-16.0, 0.8, True), (-16.0, 0.7, False), (-20.0, 0.8, False)):
        (word,) = Tuned(
            asked=(AskedAxis("grit", 0.5, ("gritty",)),), twins={"grit": {**REST, "grit": rest}}, style="Pad"
        ).heard({**REST, "grit": rest + change})
        assert word.satisfied is kept
        assert ("few human-made sounds of Pad" in word.reason) is kept


def test_six_words_take_sixteen_renders_twins_included_and_no_more():
    """Every word is heard with less than a tenth to spare, so that each is driven on by the least step."""
    step = {"grit": 2.0, "tension": 0.6, "rate": 0.5, "complexity": 0.4, "resonance": 2.0, "length": 0.7}
    start = dict.fromkeys(step, 0.3)
    loop = Loop(start, lambda axis, drive: 1.09 * step[axis] * 0.64)
    tuned = loop.run()
    assert tuned.renders == 16
    assert len(loop.along("grit")) == 10


def test_nothing_is_rendered_where_nothing_is_asked():
    loop = Loop({"grit": 0.5}, linear(4.0))
    tuned = tune(plan("pad"), SPEC, patch, patch, note=NOTE, pool=loop.pool)
    assert (tuned, loop.pool.jobs) == (Tuned(asked=()), [])


def test_what_was_found_is_kept_where_a_try_cannot_be_rendered():
    def response(axis, drive):
        if drive > 1.2:
            raise DiedError("crash", "the synth died")
        return drive

    loop = Loop({"grit": 0.5}, response)
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 1.1, 1.7]
    assert (tuned.drives, tuned.renders) == ({"grit": 1.1}, 4)


def test_a_word_is_driven_no_further_once_nothing_is_left_of_the_sound():
    loop = Loop({"grit": 0.5}, linear(1.0), lufs=lambda driven: -18.0 if driven["grit"] < 1.2 else -42.0)
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 1.1, 1.7]
    assert tuned.drives == {"grit": 1.1}


@pytest.mark.parametrize(("lufs", "left"), [(-41.9, True), (-42.0, False), (-60.0, False)])
def test_less_than_42_lufs_below_full_scale_is_no_sound_to_judge(lufs, left):
    (rendered,) = heard_at([SPEC], NOTE, FakeRenderer(lambda played: FakeSound(lufs=lufs)))
    assert (figures_of(rendered) is not None) is left
    assert figures_of(None) is None


def test_without_its_twins_nothing_is_driven_and_what_it_took_is_counted():
    loop = Loop(
        {"grit": 0.5, "tension": 0.5}, linear(0.0), lufs=lambda driven: -18.0 if any(driven.values()) else -50.0
    )
    tuned = loop.run()
    assert (tuned.asked, tuned.drives, tuned.renders) == ((), {}, 3)
    assert loop.made == []


def test_what_is_heard_is_told_of_the_patch_that_it_was_heard_of():
    """A patch that can't be compiled is none's neighbour: the others keep their places."""
    many = tuple(Route(source="lfo_1", target="/modules/osc/0/level_percent", amount=0.1) for _ in range(65))
    broken = SPEC.model_copy(update={"modulation": SPEC.modulation.model_copy(update={"routes": many})})
    first, none, last = heard_at(
        [patch({"grit": 1.0}), broken, patch({"grit": 2.0})],
        NOTE,
        FakeRenderer(lambda played: FakeSound(lufs=-18.0, timbre={"grit": drives_in(played.settings)["grit"]})),
    )
    assert none is None
    assert (first.timbre["grit"], last.timbre["grit"]) == (1.0, 2.0)


def test_less_of_the_words_is_part_of_where_they_stand():
    tuned = Tuned(
        asked=(
            AskedAxis("brightness", -0.5, ("dark",)),
            AskedAxis("width", 0.8, ("wide",)),
            AskedAxis("grit", 0.7, ("dirty",)),
        ),
        drives={"width": 1.6, "grit": 1.234},
        twins={"width": REST},
        renders=9,
    )
    weaker = tuned.weaker(0.25)
    assert dict(weaker.drives) == {"brightness": -0.125, "width": 0.4, "grit": 0.308}
    assert replace(weaker, drives=tuned.drives) == tuned


def test_a_patch_that_is_driven_to_its_end_is_not_heard_again():
    loop = Loop({"grit": 0.5}, linear(1.0), ends_at=1.1)
    tuned = loop.run()
    assert loop.along("grit") == [0.5, 1.1]
    assert (tuned.drives, tuned.renders) == ({"grit": 1.1}, 3)


def test_what_was_heard_of_the_best_drives_goes_on_with_them():
    loop = Loop({"grit": 0.5}, linear(1.0))
    tuned = loop.run()
    (again,) = heard_at([patch(tuned.drives)], NOTE, loop.pool)
    assert tuned.centre.timbre == again.timbre
    assert tuned.weaker(0.6).centre is None
