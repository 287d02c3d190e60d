"""Roles' numbers from their ends: what the macro at 0, at 1 and at the default gives, and what the catalog has."""

from collections import Counter

import pytest

from engine.catalog import catalog
from engine.compiler.controls import by_pointer
from engine.compiler.names import parameters
from engine.errors import SpecError
from schemas.parameters import Parameter
from tools import role_numbers
from tools.role_numbers import SHORT, WORKED_OUT, Ends, bounds_of, judged, main, numbers, other_end


def number(name: str) -> Parameter:
    return by_pointer()[parameters()[name]].parameter


@pytest.mark.parametrize(
    ("name", "base", "start", "end"),
    [
        ("filter_1/cutoff_hz", 330, 96, 4550),
        ("filter_1/cutoff_hz", 900, 9000, 200),
        ("env_1/decay_s", 0.7, 0.1, 4),
        ("reverb/mix_percent", 15, 0, 50),
        ("eq/low_gain_db", 0, -6, 3),
        ("lfo_1/rate_hz", 4, 1, 9),
    ],
)
def test_the_role_takes_the_parameter_from_end_to_end_through_its_base(
    name: str, base: float, start: float, end: float
) -> None:
    one = number(name)
    found = numbers(one, base=base, ends=Ends(start, end))
    travel = one.high - one.low
    at = one.to_stored(base)
    rounding = 0.0051 * abs(found.amount) * travel + 0.0001 * travel
    assert at - found.amount * found.default * travel == pytest.approx(one.to_stored(start), abs=rounding)
    assert at + found.amount * (1 - found.default) * travel == pytest.approx(one.to_stored(end), abs=rounding)
    assert (found.low, found.high) == pytest.approx((min(start, end), max(start, end)), rel=1e-3)


def test_bounds_get_room_for_what_the_seed_adds_but_stay_within_the_control() -> None:
    cutoff = numbers(number("filter_1/cutoff_hz"), base=400, ends=Ends(100, 1600), seed=(200, 800))
    assert (cutoff.default, cutoff.low, cutoff.high) == pytest.approx((0.5, 50, 3200), rel=1e-3)
    mix = numbers(number("reverb/mix_percent"), base=40, ends=Ends(10, 90), seed=(20, 60))
    assert (mix.low, mix.high) == (0, 100)


def test_a_further_target_keeps_the_roles_default() -> None:
    mix = number("reverb/mix_percent")
    ends = other_end(mix, base=30, default=0.25, end=75)
    assert ends.start == pytest.approx(15)
    assert numbers(mix, base=30, ends=ends).default == 0.25


@pytest.mark.parametrize(("base", "default", "end"), [(30, 0.9, 75), (30, 1, 75), (30, -0.1, 75)])
def test_a_further_target_that_would_leave_its_control_is_refused(base: float, default: float, end: float) -> None:
    with pytest.raises(SpecError, match=r"out of range|must have a default"):
        other_end(number("reverb/mix_percent"), base=base, default=default, end=end)


@pytest.mark.parametrize(("start", "end"), [(40, 40), (50, 90), (0, 20)])
def test_a_base_outside_of_the_ends_is_refused(start: float, end: float) -> None:
    with pytest.raises(SpecError, match="must lie between"):
        numbers(number("reverb/mix_percent"), base=30, ends=Ends(start, end))


def changed(**values: float) -> str:
    one = catalog()["acid_bass"]
    role = one.roles[0]
    target = role.targets[0].model_copy(update=values)
    return bounds_of(one, role, target)


def test_bounds_are_judged_by_their_ends() -> None:
    assert changed() == WORKED_OUT
    assert changed(min=20, max=9000) == role_numbers.WIDER
    assert changed(min=200) == SHORT
    assert changed(max=2000) == SHORT


def test_only_roles_of_movement_stop_short_of_what_their_amounts_say() -> None:
    """A still sound is still: a route's amount stops at 0. One length stops at its control's shortest decay."""
    short = [(template, role) for template, role, _, verdict in judged(catalog()) if verdict == SHORT]
    assert [one for one in short if one[1] != "movement"] == [("sync_lead", "length")]


def test_the_page_counts_what_the_catalog_has(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.claims.readme import ROOT

    page = " ".join((ROOT / "docs" / "decisions" / "templates.md").read_text("utf-8").split())
    counts = Counter(verdict for *_, verdict in judged(catalog()))
    told = f"Of {sum(counts.values())} targets with bounds, {counts[WORKED_OUT]} come out as they stand"
    assert told in page
    assert f"{counts[role_numbers.WIDER]} have more room" in page
    assert f"{counts[SHORT]} stop short" in page
    assert main(["--check"]) == 0
    assert str(counts[WORKED_OUT]) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "reverb/mix_percent --base 15 --from 0 --to 50 --seed 10 20",
            "default: 0.3\n- {path: reverb",
        ),
        (
            "env_1/decay_s --base 0.7 --default 0.41 --to 4.086",
            "default: 0.41\n- {path: env_1/decay_s, amount: 0.36",
        ),
    ],
)
def test_the_command_prints_lines_of_a_file(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 0
    assert capsys.readouterr().out.startswith(said)


def test_the_command_knows_routes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lfo_1 to filter_1/cutoff_hz", "--base", "0.03", "--from", "0", "--to", "0.15"]) == 0
    assert "amount: 0.075, min: 0, max: 0.15}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "name a parameter"),
        ("reverb/mix_percent --base 15 --to 50", "--from for a role's first target"),
        ("reverb/mix_percent --base 15 --to 50 --from 0 --default 0.3", "--from for a role's first target"),
        ("reverb/mix --base 15 --to 50 --from 0", "reverb/mix_percent"),
        ("osc_1/wavetable/table --base 15 --to 50 --from 0", "is no macro"),
    ],
)
def test_what_the_command_can_not_work_out_is_said(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 1
    assert said in capsys.readouterr().err
