"""Which cells of the matrix of directions a template owns, and that the catalog's list is what its maps say."""

import pytest

from engine.catalog import catalog, template_ids
from engine.generate import owners
from engine.responses import Direction, directions, not_owned_text, read_map
from engine.stages import plan_stage
from schemas.request import Request
from tests.claims.readme import ROOT


def of(*changes: float, at_its_end: bool = False) -> Direction:
    return Direction("resonance", True, changes, at_its_end)


@pytest.mark.parametrize(
    ("direction", "owned"),
    [
        (of(0.1), True),
        (of(0.09), False),
        (of(-0.5), False),
        (of(-0.2, 0.6), True),
        (of(-0.2, -0.2, 0.9), False),
        (of(0.0, at_its_end=True), True),
        (of(), False),
    ],
)
def test_a_cell_is_owned_if_it_moves_where_it_is_driven_or_stands_there(direction: Direction, owned: bool) -> None:
    assert direction.owned is owned


def test_what_is_listed_is_what_the_maps_say() -> None:
    maps = [known for one in template_ids() if (known := read_map(one)) is not None]
    listed = (ROOT / "template_catalog" / owners.FILE).read_bytes()
    assert listed == not_owned_text(maps), "run: make responses"


@pytest.mark.parametrize("template_id", template_ids())
def test_no_cell_that_is_owned_goes_the_other_way(template_id: str) -> None:
    known = read_map(template_id)
    assert known is not None
    found = list(directions(known))
    assert len(found) == 28
    cells = owners.not_owned().get(template_id, frozenset())
    assert not [one.name for one in found if one.name not in cells and one.change < 0 and not one.at_its_end]


def test_a_template_that_is_named_is_told_to_be_unable_in_plan_and_reading() -> None:
    template_id = next(one for one, cells in sorted(owners.not_owned().items()) if "resonance up" in cells)
    plan = plan_stage(Request(prompt="a resonant sound", template_id=template_id))
    assert plan.template_id == template_id
    assert plan.out_of_reach == (f"The template {template_id} can hardly be made more resonant.",)


def test_every_template_listed_is_one_of_the_catalog() -> None:
    assert owners.not_owned().keys() <= catalog().keys()
