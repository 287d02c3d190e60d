"""Draws from hashes: pinned, spread evenly, independent."""

from engine.generate.seeds import bits, pick, share, shuffled


def test_a_draw_is_pinned():
    assert bits("range", "kick", 1, "/modules/env/0/decay_s", 7) == 13567740619438358927


def test_shares_are_spread_evenly():
    drawn = [share("spread", n) for n in range(4000)]
    assert all(0 <= one < 1 for one in drawn)
    tenths = [sum(n / 10 <= one < (n + 1) / 10 for one in drawn) for n in range(10)]
    assert min(tenths) > 330
    assert max(tenths) < 470


def test_identifiers_are_told_apart():
    assert bits("a", "bc") != bits("ab", "c")
    assert bits("a", 1) != bits("a", 11)


def test_picks_reach_every_item():
    assert {pick("abcd", n) for n in range(60)} == set("abcd")


def test_shuffling_keeps_all_and_depends_on_the_seed():
    orders = {tuple(shuffled(range(6), n)) for n in range(30)}
    assert len(orders) > 20
    assert all(sorted(order) == list(range(6)) for order in orders)
