"""A library in which prompts come to the same sound: drawn anew, refused, and told, through real runs."""

import shutil
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance

from assets import selection
from assets.storage import Store
from engine.bundle import pack
from engine.diversity import other_seed
from engine.render.pool import RenderPool
from engine.stages import run_request
from pipelines.build import BuildReport, build_library
from pipelines.runs import BuildFailedError
from schemas.request import Library, LibraryEntry
from tests.dagster.small_library import Built
from tests.once import once

KICKS = tuple(LibraryEntry(prompt="kick", template_id="kick", seed=seed) for seed in (6, 11))
CLAPS = tuple(LibraryEntry(prompt="clap", template_id="clap", seed=seed) for seed in (5, 6))
LIBRARY = Library(name="Twins", variations=0, prompts=(*KICKS, *CLAPS))
"""Another seed finds another kick for the second; the second clap stays what it is."""
TURNED = LIBRARY.model_copy(update={"prompts": LIBRARY.prompts[::-1]})


@pytest.fixture(scope="module", autouse=True)
def one_redraw():
    """One other seed instead of three, since each costs a whole audition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "MAX_REDRAWS", 1)
        yield


@pytest.fixture(scope="module")
def twins() -> Built:
    def make(folder: Path) -> Built:
        home, out = folder / "home", folder / "out"
        return Built(home, out, build_library(LIBRARY, home=home, out_dir=out, workers=1))

    return once("twins", make)


@pytest.fixture
def copied(twins, tmp_path) -> Path:
    """The home's memory of what was heard, without the runs."""
    shutil.copytree(twins.home / "storage" / "auditions", tmp_path / "home" / "storage" / "auditions")
    shutil.copytree(twins.home / "storage" / "blobs", tmp_path / "home" / "storage" / "blobs")
    return tmp_path / "home"


def test_what_sounds_like_another_is_drawn_anew_and_told(twins):
    (redrawn,) = twins.report.regenerated
    assert redrawn.prompt == "kick"
    assert redrawn.asked_seed == 6, "the later one of the batch"
    (asked,) = [one for one in LIBRARY.requests() if (one.prompt, one.seed) == ("kick", redrawn.asked_seed)]
    assert redrawn.seed == other_seed(asked, attempt=1)
    titles = {folder.stem for folder in (twins.report.pack.folder / "Percussion").iterdir()}
    assert {redrawn.title, redrawn.sounded_like} <= titles


def test_the_seed_and_the_title_that_are_told_make_the_same_bundle(twins):
    (redrawn,) = twins.report.regenerated
    (asked,) = [one for one in LIBRARY.requests() if (one.prompt, one.seed) == ("kick", redrawn.asked_seed)]
    with RenderPool(time_limit_s=60) as pool:
        bundle = run_request(asked.model_copy(update={"seed": redrawn.seed, "name": redrawn.title}), pool)
    assert bundle.manifest.key == redrawn.bundle_key
    assert Store(twins.home / "storage").blob(bundle.sha256) == bundle.zip


def test_what_stays_a_near_duplicate_is_refused_with_the_title_of_what_it_is_like(twins):
    (refusal,) = twins.report.refused
    assert (refusal.prompt, refusal.preset) == ("clap", "base")
    assert "another seed brought nothing new" in refusal.reason
    (clap,) = [one for one in (twins.report.pack.folder / "Percussion").iterdir() if one.stem in refusal.reason]
    assert clap.suffix == ".vital"
    assert (twins.report.accepted, twins.report.near_duplicates) == (3, 1)


def test_the_counts_stand_in_dagster(twins):
    with DagsterInstance.from_config(str(twins.home)) as instance:
        record = instance.get_latest_data_version_record(AssetKey("packs"), partition_key=twins.report.library)
        metadata = record.asset_materialization.metadata
        assert (metadata["regenerated"].value, metadata["near_duplicates"].value) == (1, 1)
        assert [row.data["presets"] for row in metadata["coverage"].value.records] == [3]
        assert "data:image/svg+xml" in metadata["coverage_plot"].value


def test_order_lanes_and_an_interruption_change_no_byte(twins, copied, tmp_path):
    """Of what was heard, only a part is remembered: as if a build had been killed in between."""
    records = sorted((copied / "storage" / "auditions").rglob("*.json"))
    for record in records[::4]:
        record.unlink()
    again = build_library(TURNED, home=copied, out_dir=tmp_path / "out", workers=2)
    assert again.pack.zip_sha256 == twins.report.pack.zip_sha256


def test_a_pack_with_a_sound_in_it_twice_does_not_go_out_and_over_batches_it_is_left_out(copied, tmp_path):
    """The kicks lie in two batches, so that only the pack sees both; first one that doesn't look."""

    def build() -> BuildReport:
        return build_library(LIBRARY, home=copied, out_dir=tmp_path / "out", workers=1, batch_size=3)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack, "near_duplicates", lambda bundles: {})
        with pytest.raises(BuildFailedError, match=r"no_sound_twice.*sounds like"):
            build()
    assert not list((tmp_path / "out").glob("*.zip"))
    report = build()
    assert (report.accepted, report.near_duplicates, report.regenerated) == (2, 2, ())
    assert sorted(one.prompt for one in report.refused) == ["clap", "kick"]
    assert all("Sounds like" in one.reason for one in report.refused)
