"""Packs: one library of many bundles, the same whatever the order they were made in."""

import hashlib
import itertools
import zipfile
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.bundle import (
    Bundle,
    BundleError,
    FolderFiles,
    RefusedRequest,
    Regenerated,
    make_bundle,
    make_pack,
    write_bundle,
    write_pack,
)
from engine.bundle.bundle import read_manifest
from schemas.intent import Axis
from schemas.manifest import PackManifest
from schemas.request import Library

LIBRARY = Library(name="Night & Day", description="Three of a kind.", prompts=("one", "two", "three"))


@pytest.fixture(scope="module")
def bundles(content: Any) -> list[Bundle]:
    """Three requests, two of which came to the same title."""
    given = [content("Drift", prompt="one"), content("DRIFT", prompt="two"), content("Ember", prompt="three")]
    return [make_bundle(one) for one in given]


def test_the_order_of_bundles_changes_no_byte(bundles: list[Bundle], tmp_path: Path) -> None:
    zips = set()
    for number, order in enumerate(itertools.permutations(bundles)):
        folder = write_pack(make_pack(LIBRARY, order), tmp_path / str(number))
        zips.add((folder.name, folder.with_name(folder.name + ".zip").read_bytes()))
    assert len(zips) == 1


def test_a_pack_of_folders_is_that_of_the_bundles_themselves(bundles: list[Bundle], tmp_path: Path) -> None:
    folders = [FolderFiles(write_bundle(bundle, tmp_path)) for bundle in bundles]
    assert dict(make_pack(LIBRARY, folders).files) == dict(make_pack(LIBRARY, bundles).files)


def test_presets_lie_by_style_under_names_of_their_own(bundles: list[Bundle]) -> None:
    presets = [path for path in make_pack(LIBRARY, bundles).files if path.endswith(".vital")]
    assert len(presets) == 6
    assert all(path.startswith("Pad/") for path in presets)
    assert len({path.lower() for path in presets}) == 6
    assert sum("rift 2" in path.lower() for path in presets) == 2


def test_nothing_is_made_anew(bundles: list[Bundle]) -> None:
    pack = make_pack(LIBRARY, bundles)
    made = {hashlib.sha256(data).digest() for bundle in bundles for data in bundle.files.values()}
    own = [path for path, data in pack.files.items() if hashlib.sha256(data).digest() not in made]
    assert own == ["index.html", "meta/manifest.json"]


def test_the_manifest_is_true(bundles: list[Bundle]) -> None:
    pack = make_pack(LIBRARY, bundles)
    manifest = PackManifest.model_validate_json(pack.files["meta/manifest.json"])
    assert manifest == pack.manifest
    assert pack.sha256 == hashlib.sha256(pack.files["meta/manifest.json"]).hexdigest()
    assert {one.path: (one.sha256, one.bytes) for one in manifest.files} == {
        path: (hashlib.sha256(data).hexdigest(), len(data))
        for path, data in pack.files.items()
        if path != "meta/manifest.json"
    }
    for preset in manifest.presets:
        assert hashlib.sha256(pack.files[preset.files.preset]).hexdigest() == preset.preset_sha256
    for one in manifest.bundles:
        assert read_manifest({"meta/manifest.json": pack.files[one.manifest]}).key == one.key


def test_what_became_of_each_request_is_counted(bundles: list[Bundle], content: Any) -> None:
    refused = RefusedRequest(content("Gone", prompt="four").plan, ("Silent: -90.0 LUFS",))
    manifest = make_pack(LIBRARY, [*bundles, bundles[0]], refused=[refused]).manifest
    assert manifest.counts.model_dump() == {
        "requests": 5,
        "repeated": 1,
        "presets": 6,
        "repaired": 0,
        "levelled": 3,
        "refused_requests": 1,
        "refused_presets": 4,
        "near_duplicates": 0,
        "regenerated": 0,
    }
    assert ("Gone", ("Silent: -90.0 LUFS",)) in [(one.title, one.reasons) for one in manifest.refused]


def _measured(content: Any, title: str, **figures: float) -> Bundle:
    """A bundle with these figures on some axes, and the same audio and other figures as all."""
    given = content(title, prompt=title)
    measurements = given.presets[0].measurements.model_copy(
        update={"timbre": dict.fromkeys(get_args(Axis), 5.0) | figures}
    )
    base = given.presets[0].model_copy(update={"measurements": measurements})
    presets = (base, *given.presets[1:])
    return make_bundle(type(given)(given.plan, given.placements, presets, given.variations, given.previews))


def test_near_duplicates_are_left_out_whatever_the_order_and_listed(content: Any) -> None:
    first, twin = _measured(content, "Ash"), _measured(content, "Birch", brightness=5.1)
    other = _measured(content, "Cedar", brightness=8.0)
    packs = [make_pack(LIBRARY, order) for order in itertools.permutations([first, twin, other])]
    assert len({pack.sha256 for pack in packs}) == 1
    manifest = packs[0].manifest
    assert [one.title for one in manifest.bundles] == ["Ash", "Cedar"]
    (left_out,) = [one for one in manifest.refused if one.sounds_like]
    assert (left_out.title, left_out.sounds_like, left_out.bundle_key) == ("Birch", "Ash", twin.manifest.key)
    assert left_out.reasons[0].startswith("Sounds like Ash (distance 0.17")
    counts = manifest.counts
    assert (counts.requests, counts.near_duplicates, counts.refused_requests, counts.presets) == (3, 1, 1, 4)
    assert not [path for path in packs[0].files if "Birch" in path]


def test_what_was_drawn_anew_is_told_with_both_seeds(content: Any) -> None:
    bundle = _measured(content, "Ash")
    pack = make_pack(LIBRARY, [bundle], regenerated={bundle.manifest.key: Regenerated(3, "<Oak & Elm>")})
    (told,) = pack.manifest.regenerated
    assert (told.seed, told.asked_seed, told.sounded_like) == (bundle.manifest.request.seed, 3, "<Oak & Elm>")
    assert pack.manifest.counts.regenerated == 1
    page = pack.files["index.html"].decode()
    assert "seed 7 instead of 3, which sounded like <bdi>&lt;Oak &amp; Elm&gt;</bdi>" in page


def test_the_page_shows_what_is_covered(content: Any) -> None:
    pack = make_pack(LIBRARY, [_measured(content, "Ash"), _measured(content, "Birch", brightness=8.0)])
    coverage = pack.manifest.coverage
    assert coverage is not None
    (style,) = coverage.styles
    assert (style.style, style.presets, style.nearest) == ("Pad", 2, 5.0)
    page = pack.files["index.html"].decode()
    assert f"{style.cells_reached} of {style.cells} ({style.cells_reached_by_people})" in page
    assert f"{coverage.human_presets} presets made by people" in page


def test_a_pack_of_nothing_but_refusals_is_a_pack(content: Any, tmp_path: Path) -> None:
    pack = make_pack(LIBRARY, [], refused=[RefusedRequest(content().plan, ("Silent",))])
    assert sorted(FolderFiles(write_pack(pack, tmp_path))) == ["index.html", "meta/manifest.json"]


def test_a_file_that_changed_in_the_meantime_is_not_packed(bundles: list[Bundle], tmp_path: Path) -> None:
    folder = write_bundle(bundles[0], tmp_path / "bundles")
    pack = make_pack(LIBRARY, [FolderFiles(folder)])
    (folder / "presets" / "Drift.vital").write_bytes(b"{}")
    with pytest.raises(BundleError, match="not the file"):
        write_pack(pack, tmp_path / "packs")
    assert not list((tmp_path / "packs").iterdir())


def test_two_unequal_bundles_of_one_request_are_an_error(bundles: list[Bundle], content: Any) -> None:
    given = content("Drift", prompt="one")
    louder = given.presets[0].model_copy(update={"renders": 3})
    other = make_bundle(type(given)(given.plan, given.placements, (louder,), given.variations, given.previews))
    with pytest.raises(BundleError, match="differ"):
        make_pack(LIBRARY, [bundles[0], other])


def test_a_pack_opens_as_a_zip(bundles: list[Bundle], tmp_path: Path) -> None:
    folder = write_pack(make_pack(LIBRARY, bundles), tmp_path)
    with zipfile.ZipFile(f"{folder}.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(FolderFiles(folder))
