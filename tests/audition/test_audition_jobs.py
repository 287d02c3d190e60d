"""What an audition asks of the renderer: every worst case that the README promises is among it, to the letter."""

from dataclasses import replace

import pytest
from fake_renderer import FakeRenderer, FakeSound, plain
from made_up import CENTRE, FOUR, NOTES, candidate, patch

from engine.audition import audition, try_macros
from engine.compiler import compile_spec, playable
from engine.render.job import NotePlan, Turn

CORNERS = [
    "0·0·0·0", "1·0·0·0", "1·1·0·0", "0·1·0·0", "0·1·1·0", "1·1·1·0", "1·0·1·0", "0·0·1·0",
    "0·0·1·1", "1·0·1·1", "1·1·1·1", "0·1·1·1", "0·1·0·1", "1·1·0·1", "1·0·0·1", "0·0·0·1",
]  # fmt: skip
MIDDLES = [f"macro {number} at 0.5" for number in (1, 2, 3, 4)]


def asked(*candidates, fake=None):
    """The jobs that reach the renderer, and what becomes of the candidates."""
    fake = fake or FakeRenderer()
    found = audition(candidates, fake)
    return fake.jobs, found


def played(job):
    return [(take.condition, take.notes, take.velocity, take.hold_s, take.render_s) for take in job.takes]


def test_a_pad_is_played_in_every_worst_case_and_then_as_it_ships():
    (rough, last), found = asked(candidate(patch(*FOUR), style="Pad"))
    assert rough.notes == ((48, 0.8, 0.5, 1.0), (36, 1.0, 0.3, 0.6), (60, 1.0, 0.3, 0.6))
    assert rough.again == (0.7, 0.7)
    assert played(rough)[:3] == [
        ("velocity 0.3", (48,), 0.3, 0.3, 0.3),
        ("velocity 1", (48,), 1.0, 0.3, 0.3),
        ("a chord at velocity 1", (48, 52, 55), 1.0, 0.3, 0.3),
    ]
    assert rough.takes[3][:4] == ("a note of 30 ms", (48,), 0.8, 0.03)
    assert [take.condition for take in rough.takes[4:]] == [*MIDDLES, *(f"macro corner {one}" for one in CORNERS)]
    assert [take.macros for take in rough.takes[8:]] == [tuple(map(float, one.split("·"))) for one in CORNERS]
    assert {take[1:5] for take in rough.takes[4:]} == {((48,), 0.8, 0.3, 0.3)}
    assert (rough.turns, rough.timbre, rough.preview, rough.known, rough.keep) == ((), False, None, None, True)
    assert (last.notes, last.preview, last.takes) == ((CENTRE,), CENTRE, ())
    assert (last.timbre, last.known, last.keep) == (True, None, False)
    assert last.turns == tuple(Turn(number, 1.0, 0.7, "") for number in (1, 2, 3, 4))
    assert last.again == (0.7, 0.7)
    assert last.preset == playable(compile_spec(found[0].preset.spec)).preset
    assert [job.bpm for job in (rough, last)] == [None, None]


def test_what_ships_is_measured_in_each_of_them():
    _, (found,) = asked(candidate(patch(*FOUR), style="Pad"))
    measured = found.preset.measurements
    assert [(note.note, note.velocity, note.condition) for note in measured.notes] == [
        (48, 0.8, ""),
        (36, 1.0, ""),
        (60, 1.0, ""),
        (48, 0.8, "phase seed 2"),
        (48, 0.8, "phase seed 3"),
    ]
    assert [take.condition for take in measured.takes] == [
        *(f"macro {number} at 1" for number in (1, 2, 3, 4)),
        "velocity 0.3",
        "velocity 1",
        "a chord at velocity 1",
        "a note of 30 ms",
        *MIDDLES,
        *(f"macro corner {one}" for one in CORNERS),
    ]
    assert measured.timbre is not None
    assert (found.preset.renders, found.preset.takes) == (2, 38)


@pytest.mark.parametrize(
    ("style", "voices", "chord"),
    [
        ("Keys", 8, True),
        ("Pad", 2, True),
        ("Lead", 8, True),
        ("Sequence", 8, True),
        ("Lead", 1, False),
        ("Bass", 8, False),
        ("Percussion", 8, False),
        ("SFX", 8, False),
    ],
)
def test_chords_are_played_where_the_style_and_the_voices_allow(style, voices, chord):
    (rough, *_), _ = asked(candidate(patch(*FOUR, **{"voicing/polyphony": voices}), style=style))
    chords = [take.notes for take in rough.takes if len(take.notes) > 1]
    assert chords == ([(48, 52, 55)] if chord else [])


def test_a_variation_is_heard_in_every_corner_but_its_macros_are_its_base_s():
    base, other = candidate(patch(*FOUR)), candidate(patch(*FOUR), name="darker", kind="darker")
    jobs, _ = asked(base, other)
    assert [job.key for job in jobs] == ["base", "darker", "base", "darker"]
    rough, last = jobs[1], jobs[3]
    assert rough.notes == NOTES
    assert rough.again == (0.7,)
    assert [take.condition for take in rough.takes] == [
        "velocity 0.3",
        "velocity 1",
        "a note of 30 ms",
        *(f"macro corner {one}" for one in CORNERS),
    ]
    assert (last.notes, last.preview, last.timbre) == ((CENTRE,), CENTRE, True)
    assert (last.turns, last.again, last.takes) == ((), (), ())


def test_macros_that_were_heard_before_are_not_turned_again():
    spec = patch(*FOUR)
    before = try_macros(candidate(spec), (1, 3), FakeRenderer()).macros
    (_, last), (found,) = asked(candidate(spec, macros=before))
    assert [turn.macro for turn in last.turns] == [2, 4]
    assert [one.number for one in found.preset.macros] == [1, 2, 3, 4]
    (_, last), _ = asked(candidate(spec, macros=try_macros(candidate(spec), (1, 2, 3, 4), FakeRenderer()).macros))
    assert (last.turns, last.again) == ((), ())


def test_a_first_note_that_is_known_is_not_rendered_again():
    spec = patch(*FOUR)
    centre = try_macros(candidate(spec), (1, 2, 3, 4), FakeRenderer()).centre
    (rough, last), (found,) = asked(candidate(spec, centre=centre))
    assert rough.known is centre
    assert (rough.again, last.known) == ((), None)
    assert [note.condition for note in found.preset.measurements.notes] == [
        "",
        "",
        "",
        "phase seed 2",
        "phase seed 3",
    ]
    (_, known_less), (fresh,) = asked(candidate(spec))
    assert fresh.preset.takes == found.preset.takes + 3
    assert known_less.preset == last.preset


def test_what_is_known_of_another_patch_is_not_taken_for_this_one():
    """The volume stands at its top already, so the sources are turned up before anything is heard."""
    spec = patch(*FOUR, **{"voicing/volume_db": 6.02, "osc/0/level_percent": 10.0})
    centre = try_macros(candidate(spec), (1,), FakeRenderer()).centre
    (rough, *_), (found,) = asked(candidate(spec, centre=centre))
    assert rough.known is None
    assert found.preset.spec.modules.osc[0].level_percent > 10.0
    assert rough.preset == playable(compile_spec(found.preset.spec)).preset


def test_after_a_macro_was_narrowed_only_what_is_heard_with_macros_turned_is_heard_again():
    def cancels(sound):
        """Loses 5.7 dB in mono with the second macro up."""
        return FakeSound(plain(sound).lufs, side=0.3 + 3.0 * sound.macro(2) * amount(sound, 2))

    fake = FakeRenderer(cancels)
    jobs, (found,) = asked(candidate(patch(*FOUR)), fake=fake)
    assert found.preset.status == "accepted", found.preset.refused_because
    narrowed = [repair for repair in found.preset.repairs if repair.kind == "macro"]
    assert [repair.subject for repair in narrowed] == ["TWO"]
    again = jobs[1]
    assert (again.notes, again.again, again.turns, again.keep) == ((CENTRE,), (), (), True)
    assert [take.condition for take in again.takes] == [*MIDDLES, *(f"macro corner {one}" for one in CORNERS)]
    assert again.known is not None
    assert again.known.figures.loudness_lufs == pytest.approx(-18.0, abs=0.01)
    assert again.known.audio.shape == (2, 44_100)
    conditions = [take.condition for take in found.preset.measurements.takes]
    assert conditions[4:7] == ["velocity 0.3", "velocity 1", "a note of 30 ms"]
    assert len(conditions) == 4 + 3 + 4 + 16


def amount(sound, number):
    """How far a macro reaches, against a whole range."""
    return sum(abs(route.amount) for route in sound.routes if route.source == f"macro_control_{number}")


def test_notes_of_one_preset_are_those_of_its_register():
    one = replace(candidate(patch(*FOUR)), notes=(NotePlan(90, 0.8, 0.5, 1.0),))
    (rough, last), _ = asked(one)
    assert rough.notes == last.notes == ((90, 0.8, 0.5, 1.0),)
    assert {take.notes for take in rough.takes} == {(90,)}
