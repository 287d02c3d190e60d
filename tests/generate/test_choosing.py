"""Which template answers: points for style and kinds of sound, and the seed among equals."""

import pytest
from known_template import template

from engine.generate import choose_template
from engine.generate.choose import score
from engine.planner import plan

PLAIN = plan("lead")


def asked(style="Lead", subtypes=(), register_midi=None):
    return PLAIN.model_copy(update={"style": style, "subtypes": subtypes, "register_midi": register_midi})


def offered(category="Lead", subtypes=(), id_="made_up"):
    return template(category=category, subtypes=subtypes, id=id_)


KINDS = tuple(f"kind-{n}" for n in range(8))


def test_the_style_counts_sixty_points():
    assert score(asked("Lead"), offered("Lead"), plain=False) == 60.0
    assert score(asked("Bass"), offered("Lead"), plain=False) == 0.0


@pytest.mark.parametrize(("place", "points"), list(enumerate([24.0, 5.0, 3.0, 2.0, 1.0, 1.0, 1.0, 1.0])))
def test_kinds_count_by_their_strength_and_half_where_a_template_only_may_be_one(place, points):
    assert score(asked("Bass", KINDS), offered(subtypes=(KINDS[place],)), plain=False) == points
    assert score(asked("Bass", KINDS), offered(subtypes=("other", KINDS[place])), plain=False) == points / 2


def test_kinds_add_up():
    assert score(asked("Lead", ("saw", "pwm")), offered(subtypes=("pwm", "saw")), plain=False) == 60.0 + 12.0 + 5.0


PLAIN_KINDS = {
    "Bass": {"analog-bass", "square-bass", "fm-bass", "pluck", "reese", "sub"},
    "Lead": {"saw", "supersaw", "pwm", "wavetable"},
    "Keys": {"e-piano", "piano", "fm-keys", "pluck"},
    "Pad": {"saw", "swell", "wavetable", "digital-pad"},
    "Percussion": {"drum", "hit", "kick", "snare", "metal-perc", "zap-perc"},
    "Sequence": {"arp", "pluck", "bass-sequence", "chord-gate"},
    "SFX": {"whoosh", "riser", "impact", "machine", "computer", "glitch-fx"},
}


@pytest.mark.parametrize(
    ("style", "kind"), [(style, kind) for style, kinds in PLAIN_KINDS.items() for kind in sorted(kinds)]
)
def test_a_styles_bare_name_means_its_plain_kinds(style, kind):
    assert score(asked(style), offered(style, (kind,)), plain=True) == 64.0
    assert score(asked(style), offered(style, (kind,)), plain=False) == 60.0
    assert score(asked(style), offered(style, ("choir",)), plain=True) == 60.0


@pytest.mark.parametrize(
    ("register_midi", "points"), [(None, 60.0), (40, 60.0), (80, 60.0), (30, 59.5), (100, 59.0)]
)
def test_notes_outside_of_the_register_count_against_it(register_midi, points):
    assert score(asked(register_midi=register_midi), offered(), plain=False) == pytest.approx(points)


def chosen(intent, *templates, seeds=range(24)):
    by_id = {one.id: one for one in templates}
    return {choose_template(intent, by_id, seed=seed).id for seed in seeds}


def test_the_best_answers_and_among_those_within_a_point_the_seed_decides():
    named, other = offered(subtypes=("saw",), id_="named"), offered(subtypes=("pwm",), id_="other")
    assert chosen(asked(subtypes=("saw",)), named, other) == {"named"}
    assert chosen(asked(), named, other) == {"named", "other"}
    fifth, sixth = offered(subtypes=(KINDS[4],), id_="fifth"), offered(subtypes=("none",), id_="sixth")
    assert chosen(asked(subtypes=KINDS), fifth, sixth) == {"fifth", "sixth"}, "a point apart"
    fourth = offered(subtypes=(KINDS[3],), id_="fourth")
    assert chosen(asked(subtypes=KINDS), fourth, sixth) == {"fourth"}, "two points apart"


def test_a_bare_style_means_plain_kinds_unless_one_of_its_kinds_was_named():
    choir, saw = offered(subtypes=("choir",), id_="choir"), offered(subtypes=("saw",), id_="saw")
    assert chosen(asked(), choir, saw) == {"saw"}
    assert chosen(asked(subtypes=("choir",)), choir, saw) == {"choir"}
    foreign = offered("Pad", ("glass",), id_="foreign")
    assert chosen(asked(subtypes=("glass",)), choir, saw, foreign) == {"saw"}, "glass is a kind of pads"
    both = offered(subtypes=("vowel", "choir"), id_="both")
    assert chosen(asked(subtypes=("choir",)), both, saw) == {"both"}


def test_the_prompts_own_text_has_no_say_and_the_kinds_have():
    saws = [offered(subtypes=("saw",), id_=f"saw_{n}") for n in range(5)]
    by_id = {one.id: one for one in saws}
    other = asked().model_copy(update={"prompt": "a lead, please", "evidence": (), "unused": ()})
    for seed in range(12):
        assert choose_template(asked(), by_id, seed=seed) == choose_template(other, by_id, seed=seed)
    assert [choose_template(asked(), by_id, seed=seed).id for seed in range(4)] != [
        choose_template(asked(subtypes=("x",)), by_id, seed=seed).id for seed in range(4)
    ]
