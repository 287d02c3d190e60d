"""`response_maps` on a real instance: a partition a template, of templates and lexicon that are looked at."""

from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance, materialize

from assets.io import ParquetTablesResource
from assets.resources import RendererResource, StoreResource
from assets.responses import TEMPLATES, response_maps
from engine.catalog import catalog
from engine.responses import read_map
from pipelines.definitions import build_defs


def test_each_template_is_a_partition_and_the_files_it_is_made_of_lie_upstream() -> None:
    assert TEMPLATES.get_partition_keys() == list(catalog())
    node = build_defs().resolve_asset_graph().get(AssetKey("response_maps"))
    assert node.parent_keys == {AssetKey("templates"), AssetKey("lexicon")}


@pytest.fixture
def resources(tmp_path: Path) -> dict[str, object]:
    store = StoreResource(root=str(tmp_path))
    return {
        "renderer": RendererResource(workers=1),
        "store": store,
        "io_manager": ParquetTablesResource(store=store),
    }


def test_a_map_that_comes_with_the_package_is_not_rendered_again_and_its_files_are_noted(
    resources: dict[str, object],
) -> None:
    with DagsterInstance.ephemeral() as instance:
        done = materialize([response_maps], partition_key="kick", resources=resources, instance=instance)
        (event,) = done.asset_materializations_for_node("response_maps")
        seen = [one.asset_observation_data.asset_observation for one in done.get_asset_observation_events()]
    known = read_map("kick")
    assert known is not None
    assert event.metadata["rendered"].value == 0
    assert event.metadata["dagster/row_count"].value == sum(len(one.rows) for one in known.contexts.values())
    assert {(one.asset_key.to_user_string(), one.partition, one.tags["dagster/data_version"]) for one in seen} == {
        ("templates", "kick", known.template),
        ("lexicon", "kick", known.lexicon),
    }
