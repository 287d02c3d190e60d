"""Which template answers, and what is told, where one can't be moved along what words ask for."""

import pytest
from known_template import template

from engine.generate import choose_template, owners
from engine.generate.owners import lacking, out_of_reach
from engine.planner import plan


@pytest.fixture
def not_owned(monkeypatch):
    """Cells that templates don't own, by template, in the place of the catalog's."""

    def put(**cells):
        monkeypatch.setattr(owners, "not_owned", lambda: {name: frozenset(of) for name, of in cells.items()})

    return put


def leads(*ids, subtypes=("saw",)):
    return {one: template(category="Lead", subtypes=subtypes, id=one) for one in ids}


def chosen(prompt, templates):
    return {choose_template(plan(prompt), templates, seed=seed).id for seed in range(24)}


def test_one_that_owns_what_words_ask_for_answers(not_owned):
    not_owned(first=["resonance up"])
    assert chosen("resonant lead", leads("first", "second")) == {"second"}
    assert chosen("bright lead", leads("first", "second")) == {"first", "second"}


def test_opposite_words_start_from_the_same_template(not_owned):
    not_owned(first=["brightness up"])
    assert (
        chosen("bright lead", leads("first", "second"))
        == chosen("dark lead", leads("first", "second"))
        == {"second"}
    )


def test_the_fewest_lacks_win_where_none_owns_all(not_owned):
    not_owned(first=["brightness up", "width up"], second=["width up"])
    assert chosen("bright wide lead", leads("first", "second")) == {"second"}


def test_a_bare_style_goes_beyond_its_plain_kinds_only_where_none_of_these_owns_it(not_owned):
    both = leads("plain") | leads("other", subtypes=("choir",))
    assert chosen("bright lead", both) == {"plain"}
    not_owned(plain=["brightness up"])
    assert chosen("bright lead", both) == {"other"}
    not_owned(plain=["brightness up"], other=["brightness down"])
    assert chosen("bright lead", both) == {"plain"}


def test_a_kind_that_was_named_stays(not_owned):
    not_owned(plain=["brightness up"])
    assert chosen("bright saw lead", leads("plain") | leads("other", subtypes=("choir",))) == {"plain"}


def test_the_style_stays(not_owned):
    not_owned(plain=["brightness up"])
    pads = {"pad": template(category="Pad", subtypes=("saw",), id="pad")}
    assert chosen("bright lead", leads("plain") | pads) == {"plain"}


def test_what_a_template_cant_be_made_is_told_without_the_prompts_words(not_owned):
    not_owned(first=["resonance up", "brightness down"])
    assert out_of_reach("first", plan("resonant bright lead")) == (
        "The template first can hardly be made more resonant.",
    )
    assert out_of_reach("second", plan("resonant bright lead")) == ()
    assert lacking("first", plan("resonant bright lead")) == 2


def test_what_a_thing_only_suggests_is_not_asked_for(not_owned):
    suggested = plan("bell")
    not_owned(first=[f"{axis} up" for axis in suggested.axes] + [f"{axis} down" for axis in suggested.axes])
    assert suggested.axes
    assert (lacking("first", suggested), out_of_reach("first", suggested)) == (0, ())
