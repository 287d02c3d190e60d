"""Bundles: complete, true to what was heard, and equal byte for byte."""

import dataclasses
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.bundle import (
    Bundle,
    BundleContent,
    BundleError,
    FolderFiles,
    make_bundle,
    open_bundle,
    read_zip,
    write_bundle,
)
from engine.bundle.archive import zip_bytes
from engine.compiler import import_vital, load_spec
from engine.versions import all_versions
from schemas.intent import Intent
from schemas.manifest import BundleManifest
from schemas.variations import VariationsDiff

HOSTILE = ("<script>alert(1)</script>", "../../evil", "CON", "x" * 60, "夜の海 \u202e\x07", "a'b\"c&d#e?f%2e")


def test_a_bundle_holds_everything_that_belongs_to_its_presets(bundle: Bundle) -> None:
    assert list(bundle.files) == [
        "index.html",
        "meta/intent.json",
        "meta/manifest.json",
        "meta/patch_spec.json",
        "meta/variations_diff.json",
        *(
            f"pictures/Velvet Drift{kind}.{what}.png"
            for kind in (" - Brighter", "")
            for what in ("spectrogram", "waveform")
        ),
        "presets/Velvet Drift - Brighter.vital",
        "presets/Velvet Drift.vital",
        "previews/Velvet Drift - Brighter.flac",
        "previews/Velvet Drift.flac",
    ]


def test_equal_content_gives_equal_bytes(content: Any, bundle: Bundle) -> None:
    again = make_bundle(content())
    assert (again.zip, again.sha256, again.folder_name) == (bundle.zip, bundle.sha256, bundle.folder_name)


def test_another_process_with_another_hash_seed_makes_equal_bytes(bundle: Bundle, tmp_path: Path) -> None:
    """The page and the manifest come from the manifest alone, so made again from it they must be equal."""
    (tmp_path / "manifest.json").write_bytes(bundle.files["meta/manifest.json"])
    code = (
        "import sys, pathlib; from engine.bundle.page import bundle_page;"
        "from schemas.manifest import BundleManifest;"
        "m = BundleManifest.model_validate_json(pathlib.Path(sys.argv[1]).read_bytes());"
        "sys.stdout.buffer.write(bundle_page(m))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "manifest.json")],
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "12345", "LC_ALL": "C", "PYTHONPATH": str(Path(__file__).parents[2])},
    ).stdout
    assert made == bundle.files["index.html"]


def test_the_manifest_lists_every_other_file_with_its_hash(bundle: Bundle) -> None:
    manifest = BundleManifest.model_validate_json(bundle.files["meta/manifest.json"])
    listed = {entry.path: (entry.sha256, entry.bytes) for entry in manifest.files}
    assert listed == {
        path: (hashlib.sha256(data).hexdigest(), len(data))
        for path, data in bundle.files.items()
        if path != "meta/manifest.json"
    }
    assert manifest.versions == all_versions()
    assert bundle.sha256 == hashlib.sha256(bundle.zip).hexdigest()


def test_the_documents_in_meta_are_what_they_say(bundle: Bundle, content: Any) -> None:
    given = content()
    assert load_spec(bundle.files["meta/patch_spec.json"]) == given.presets[0].spec
    assert Intent.model_validate_json(bundle.files["meta/intent.json"]) == given.plan.intent
    assert VariationsDiff.model_validate_json(bundle.files["meta/variations_diff.json"]) == given.variations
    assert json.loads(bundle.files["meta/variations_diff.json"])["base_schema_version"] == "1.0"


def test_the_presets_are_what_was_heard(bundle: Bundle, content: Any) -> None:
    heard = {preset.id: preset for preset in content().presets}
    for preset in bundle.manifest.presets:
        data = bundle.files[preset.files.preset]
        assert hashlib.sha256(data).hexdigest() == preset.preset_sha256 == heard[preset.id].preset_sha256
        assert import_vital(data).metadata.name == heard[preset.id].title


def test_a_refused_preset_is_reported_and_left_out(bundle: Bundle) -> None:
    (refused,) = bundle.manifest.refused
    assert (refused.id, refused.reasons) == ("wider", ("Loses 9.1 dB in mono (limit 6 dB)",))
    assert not [path for path in bundle.files if "Wider" in path]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_or_prompt_decides_where_a_file_lies(content: Any, title: str, tmp_path: Path) -> None:
    made = make_bundle(content(title, prompt=title, name=title))
    out = tmp_path / "deep" / "out"
    folder = write_bundle(made, out)
    assert folder.parent == out
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["out"]
    assert dict(FolderFiles(folder)) == dict(made.files)
    assert all(path.isascii() for path in made.files)


def test_two_variations_of_one_title_get_names_of_their_own(content: Any) -> None:
    given: BundleContent = content()
    base, brighter, wider = given.presets
    alike = brighter.model_copy(update={"title": base.title})
    third = brighter.model_copy(update={"id": "third", "title": base.title.upper()})
    made = make_bundle(
        dataclasses.replace(
            given,
            presets=(base, alike, third, wider),
            previews=dict(given.previews) | {"third": given.previews["base"]},
        )
    )
    names = [preset.files.preset for preset in made.manifest.presets]
    assert names[:2] == ["presets/Velvet Drift.vital", "presets/Velvet Drift - Brighter.vital"]
    assert len({name.lower() for name in names}) == 3


def test_mp3_comes_beside_flac_if_it_was_asked_for(content: Any) -> None:
    made = make_bundle(content(mp3=True))
    assert [path for path in made.files if path.endswith(".mp3")] == [
        "previews/Velvet Drift - Brighter.mp3",
        "previews/Velvet Drift.mp3",
    ]
    assert b"Velvet%20Drift.mp3" in made.files["index.html"]


def test_writing_gives_the_folder_and_the_zip(bundle: Bundle, tmp_path: Path) -> None:
    folder = write_bundle(bundle, tmp_path)
    assert folder.name == f"Velvet Drift {bundle.sha256[:8]}"
    assert dict(FolderFiles(folder)) == dict(bundle.files)
    assert folder.with_name(folder.name + ".zip").read_bytes() == bundle.zip
    assert open_bundle(bundle.zip) == bundle


def test_a_bundle_that_was_tampered_with_is_not_opened(bundle: Bundle) -> None:
    files = read_zip(bundle.zip)
    for changed in (files | {"index.html": b"other"}, files | {"extra": b""}, {"meta/manifest.json": b"{}"}, {}):
        with pytest.raises(BundleError):
            open_bundle(zip_bytes(changed))


def test_a_preset_that_is_not_what_was_heard_is_refused(content: Any) -> None:
    given: BundleContent = content()
    other = given.presets[0].model_copy(update={"preset_sha256": "0" * 64})
    with pytest.raises(BundleError, match="compile"):
        make_bundle(dataclasses.replace(given, presets=(other, *given.presets[1:])))


def test_a_bundle_without_its_base_or_a_preview_is_refused(content: Any) -> None:
    given: BundleContent = content()
    with pytest.raises(BundleError, match="base"):
        make_bundle(dataclasses.replace(given, presets=given.presets[1:]))
    with pytest.raises(BundleError, match="preview"):
        make_bundle(dataclasses.replace(given, previews={"base": given.previews["base"]}))
