"""What `dagster dev` loads, and the two files that tell it how."""

import os
import subprocess
import sys
from pathlib import Path

import yaml
from dagster import AssetKey, Definitions

from engine import versions
from pipelines.definitions import ASSETS, build_defs
from pipelines.home import SETTINGS, prepared
from tests.dagster_internals import InstanceRef

ROOT = Path(__file__).resolve().parents[2]


def test_definitions_hold_together():
    Definitions.validate_loadable(build_defs())


def test_every_asset_is_partitioned_and_has_a_code_version():
    graph = build_defs().resolve_asset_graph()
    for asset in ASSETS:
        node = graph.get(asset.key)
        assert node.is_partitioned
        assert node.code_version


def test_fresh_definitions_carry_the_version_in_force(monkeypatch):
    monkeypatch.setattr(versions, "ENGINE", "999.0.0")
    node = build_defs().resolve_asset_graph().get(AssetKey("renders"))
    assert "999.0.0" in node.code_version


def test_every_stage_whose_data_could_be_bad_has_a_blocking_check():
    graph = build_defs().resolve_asset_graph()
    guarded = {key.asset_key.to_user_string() for key in graph.asset_check_keys if graph.get(key).blocking}
    assert guarded == {"plans", "renders", "bundles", "packs"}


def test_plain_dagster_dev_and_build_work_in_the_same_folder(tmp_path):
    """Without DAGSTER_HOME, Dagster reads dagster.yaml of the folder it starts in, over a temporary home."""
    ours = yaml.safe_load((ROOT / "dagster.yaml").read_text("utf-8"))
    assert {name: ours[name] for name in SETTINGS} == dict(SETTINGS)
    home = prepared(tmp_path / ".dagster")
    built = InstanceRef.from_dir(str(home))
    plain = InstanceRef.from_dir(str(tmp_path / "temporary"), config_dir=str(ROOT))

    def folder(ref: InstanceRef) -> Path:
        return (tmp_path / ref.local_artifact_storage_data.config_dict["base_dir"]).resolve()

    assert folder(built) == folder(plain) == home
    assert (tmp_path / plain.run_storage.inst_data.config_dict["base_dir"]).resolve() == home / "history"


def test_the_workspace_names_the_same_module_as_pyproject():
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text("utf-8"))
    assert workspace == {"load_from": [{"python_module": "pipelines.definitions"}]}
    assert 'module_name = "pipelines.definitions"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_dagsters_own_validation_accepts_the_repository_without_setup():
    command = [str(Path(sys.executable).with_name("dagster")), "definitions", "validate"]
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
