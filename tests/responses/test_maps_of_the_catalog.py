"""The maps beside the templates are of these templates, this lexicon and this engine, and true where one looks."""

import pytest

from engine.catalog import catalog, template_ids
from engine.generate.seeds import pick
from engine.hashing import content_hash
from engine.render.pool import RenderPool
from engine.responses import (
    FIGURES,
    current_rows,
    is_of,
    map_text,
    measure_responses,
    read_map,
    to_render_by_context,
)
from engine.responses.files import FOLDER
from tests.claims.readme import ROOT

MAPS = ROOT / "template_catalog" / FOLDER
MEASURED = sorted({file.stem for file in MAPS.glob("*.json")} & set(template_ids()))
MENDED_BY = "run: make responses"


def test_every_template_has_a_map() -> None:
    assert set(template_ids()) == set(MEASURED), MENDED_BY


def test_every_map_is_of_a_template() -> None:
    assert {file.stem for file in MAPS.iterdir()} <= set(template_ids())


def test_all_maps_together_are_small() -> None:
    assert sum(file.stat().st_size for file in MAPS.iterdir()) < 1_000_000


@pytest.mark.parametrize("template_id", MEASURED)
def test_a_map_holds_what_the_engine_makes_of_its_template_now(template_id: str) -> None:
    template, known = catalog()[template_id], read_map(template_id)
    assert known is not None
    assert is_of(known, template), MENDED_BY
    assert current_rows(template, known) == known, MENDED_BY
    assert map_text(known) == (MAPS / f"{template_id}.json").read_bytes()
    assert all(
        len(grains) == len(FIGURES)
        for context in known.contexts.values()
        for grains in (context.base, *(grains for _, grains in context.rows.values() if grains is not None))
    )


@pytest.mark.parametrize("draw", range(3))
def test_a_drawn_row_is_what_is_heard(draw: int) -> None:
    """Which one is drawn depends on all maps, so that each new set of maps is tried at other places."""
    maps = content_hash([(MAPS / f"{one}.json").read_text("utf-8") for one in MEASURED])
    template_id = pick(MEASURED, "template", maps, draw)
    known = read_map(template_id)
    assert known is not None
    name = pick(sorted(known.contexts), "context", maps, draw)
    context = known.contexts[name]
    move = pick(sorted(context.rows), "move", maps, draw)
    forgotten = context.model_copy(update={"rows": {key: row for key, row in context.rows.items() if key != move}})
    lacking = known.model_copy(update={"contexts": {**known.contexts, name: forgotten}})
    assert to_render_by_context(catalog()[template_id], lacking)[name] == 1
    with RenderPool() as pool:
        found = measure_responses(catalog()[template_id], pool, lacking, contexts=[name]).contexts[name]
    assert found.patch == context.patch
    assert _near(found.base, context.base), f"{template_id}, {name}: {MENDED_BY}"
    assert _near(found.rows[move][1], context.rows[move][1]), f"{template_id}, {name}, {move}: {MENDED_BY}"


def _near(found: tuple[int, ...] | None, known: tuple[int, ...] | None) -> bool:
    """To a grain: where a figure lies between two, another CPU's last bits decide."""
    if found is None or known is None:
        return found is known
    return all(abs(one - other) <= 1 for one, other in zip(found, known, strict=True))
