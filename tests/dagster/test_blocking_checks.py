"""Each condition of each asset check, spoilt by itself in a store that runs have filled, and seen by the check."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetKey,
    DagsterInstance,
    MetadataValue,
    build_init_resource_context,
    build_op_context,
)
from heard_library import BATCH, LIBRARY_KEY, NARROW, SILENT, asked, measured

from assets import checks, tables
from assets.resources import StoreResource
from assets.storage import Store, write_table
from engine.bundle import make_pack, open_bundle, pack, write_pack
from engine.bundle.archive import zip_bytes
from engine.compiler import dump_spec
from engine.stages import plan_stage
from pipelines.definitions import build_defs
from schemas.manifest import BundleManifest, PackManifest
from schemas.measurements import Measurements
from schemas.request import Library
from schemas.result import HeardPreset

ERROR, WARN = AssetCheckSeverity.ERROR, AssetCheckSeverity.WARN
MANIFEST = "meta/manifest.json"
Record = dict[str, Any]
Preset = tuple[str, str]
"""A request's name and a kind of preset."""
BOOM, BRIGHTER, CLACK = ("Boom", "base"), ("Boom", "brighter"), ("Clack", "base")


def asked_key(name: str) -> str:
    return plan_stage(asked(name)).key


def yielded(check: Any, store: Store) -> Iterator[AssetCheckResult]:
    """What a check says of the store, one by one: what nobody asks for is not worked out."""
    partition = LIBRARY_KEY if check is checks.pack_checks else BATCH
    resource = StoreResource(root=str(store.root))
    with DagsterInstance.ephemeral() as instance:
        with build_init_resource_context(instance=instance) as context:
            resource.setup_for_execution(context)
        with build_op_context(partition_key=partition, instance=instance) as context:
            yield from check(context, store=resource)


def said(check: Any, store: Store, name: str) -> AssetCheckResult:
    """What a check says under that name."""
    return next(one for one in yielded(check, store) if one.check_name == name)


def rows_of(store: Store, asset: str) -> list[Record]:
    return store.table(asset, LIBRARY_KEY if asset == "packs" else BATCH).to_pylist()


def put(store: Store, asset: str, rows: list[Record]) -> None:
    partition = LIBRARY_KEY if asset == "packs" else BATCH
    schema = {"plans": tables.PLANS, "renders": tables.RENDERS, "bundles": tables.BUNDLES, "packs": tables.PACKS}
    write_table(store.table_path(asset, partition), tables.table(schema[asset], rows))


def change(store: Store, preset: Preset, edit: Callable[[Record], Record]) -> None:
    """Edit the row of a preset in RENDERS."""
    key = asked_key(preset[0])
    rows = rows_of(store, "renders")
    assert sum((row["key"], row["kind"]) == (key, preset[1]) for row in rows) == 1
    put(
        store,
        "renders",
        [row | edit(row) if (row["key"], row["kind"]) == (key, preset[1]) else row for row in rows],
    )


def document(row: Record, **changes: object) -> Record:
    """The row with a changed document."""
    return {
        "document": tables.document(HeardPreset.model_validate_json(row["document"]).model_copy(update=changes))
    }


def records(result: AssetCheckResult, name: str = "problems") -> list[Record]:
    """The table of that name among a check's metadata."""
    table = result.metadata[name]
    return [] if table == MetadataValue.text("none") else [dict(record.data) for record in table.records]


def told(result: AssetCheckResult) -> list[str]:
    """The problems in words."""
    return [one["problem"] for one in records(result)]


CHECKS = {
    ("plans", "plans_are_sound"): True,
    ("plans", "every_request_is_planned"): False,
    ("renders", "accepted_presets_pass_their_gates"): True,
    ("renders", "measurements_are_sound"): True,
    ("renders", "every_base_is_accepted"): False,
    ("bundles", "checksums_hold"): True,
    ("packs", "pack_is_whole"): True,
    ("packs", "no_sound_twice"): True,
}
"""Whether each blocks a run."""


def test_these_checks_and_no_others_block_a_run():
    graph = build_defs().resolve_asset_graph()
    assert {
        (key.asset_key.to_user_string(), key.name): graph.get(key).blocking for key in graph.asset_check_keys
    } == CHECKS


def test_what_a_run_says_of_what_it_made(heard):
    assert heard.batch.success
    assert heard.pack.success
    evaluations = [*heard.batch.get_asset_check_evaluations(), *heard.pack.get_asset_check_evaluations()]
    assert {(one.asset_key.to_user_string(), one.check_name): one.blocking for one in evaluations} == CHECKS
    assert {one.check_name: (one.passed, one.severity, one.description) for one in evaluations} == {
        "plans_are_sound": (True, ERROR, "9 expectations met"),
        "every_request_is_planned": (False, WARN, "1 of 6 requests can't be used"),
        "accepted_presets_pass_their_gates": (True, ERROR, "5 checked"),
        "measurements_are_sound": (True, ERROR, "18 expectations met"),
        "every_base_is_accepted": (
            False,
            WARN,
            "2 requests have no bundle since their base preset was refused",
        ),
        "checksums_hold": (True, ERROR, "3 checked"),
        "pack_is_whole": (True, ERROR, "4 checked"),
        "no_sound_twice": (True, ERROR, "3 checked"),
    }


@pytest.fixture(scope="module")
def unspoilt(heard) -> dict[str, AssetCheckResult]:
    """What every check says of the store as it is, asked once: Great Expectations takes a second a table."""
    return {one.check_name: one for check in checks.CHECKS for one in yielded(check, heard.store)}


def test_a_check_outside_of_a_run_says_the_same(unspoilt, heard):
    evaluations = [*heard.batch.get_asset_check_evaluations(), *heard.pack.get_asset_check_evaluations()]
    assert {(one.asset_key, name): one.passed for name, one in unspoilt.items()} == {
        (one.asset_key, one.check_name): one.passed for one in evaluations
    }
    assert unspoilt["checksums_hold"].metadata["checked"].value == 3
    assert records(unspoilt["checksums_hold"]) == []
    assert unspoilt["plans_are_sound"].metadata["expectations"].value == 9
    assert unspoilt["plans_are_sound"].metadata["failed"].value == 0


# Plans


def test_a_request_that_cannot_be_planned_is_listed_and_stops_nothing(unspoilt, heard):
    found = unspoilt["every_request_is_planned"]
    assert (found.passed, found.severity, found.asset_key) == (False, WARN, AssetKey("plans"))
    (refused,) = [row for row in rows_of(heard.store, "plans") if row["status"] == "refused"]
    assert records(found, "refused") == [{"request": refused["request_sha256"][:12]}]


def test_a_plan_that_is_lost_or_holds_an_unknown_style_stops_the_run(store):
    """The lost one is the refused one, so that all that is left is planned."""
    first, *others = [row for row in rows_of(store, "plans") if row["status"] == "planned"]
    put(store, "plans", [first | {"style": "Polka"}, *others])
    sound, planned = yielded(checks.plan_checks, store)
    assert (sound.passed, sound.severity, sound.asset_key) == (False, ERROR, AssetKey("plans"))
    assert sorted(sound.description.split("; ")) == [
        "expect_column_values_to_be_in_set on style: 1 rows",
        "expect_table_row_count_to_equal on table: ? rows",
    ]
    assert (sound.metadata["expectations"].value, sound.metadata["failed"].value) == (9, 2)
    assert (planned.passed, planned.description) == (True, "0 of 5 requests can't be used")
    assert records(planned, "refused") == []


# Renders


def gates_of(store: Store) -> AssetCheckResult:
    return said(checks.render_checks, store, "accepted_presets_pass_their_gates")


def test_a_preset_without_measurements_is_not_accepted(store):
    change(store, BOOM, lambda row: document(row, measurements=None))
    found = gates_of(store)
    assert (found.passed, found.severity, found.asset_key) == (False, ERROR, AssetKey("renders"))
    assert found.description == "1 problems: accepted without measurements"
    assert found.metadata["checked"].value == 5
    assert records(found) == [
        {"request": asked_key("Boom")[:12], "preset": "base", "problem": "accepted without measurements"}
    ]


@pytest.mark.parametrize(
    ("preset", "within", "beyond", "words"),
    [
        (BOOM, {"peak": 0.94}, {"peak": 0.95}, "Peaks at 0.95 of full scale (limit 0.94)"),
        (BOOM, {"mono_loss_db": -3.0}, {"mono_loss_db": -3.1}, "Loses 3.1 dB when summed to mono (limit 3.0 dB)"),
        (BRIGHTER, {"loudness_lufs": -23.0}, {"loudness_lufs": -22.9}, "Too loud: -22.9 LUFS (at most -23.0 LUFS)"),
    ],
)
def test_a_preset_that_breaks_a_gate_of_its_style_is_not_accepted(store, preset, within, beyond, words):
    change(store, preset, lambda row: document(row, measurements=measured(1.0, **within)))
    assert gates_of(store).passed
    change(store, preset, lambda row: document(row, measurements=measured(1.0, **beyond)))
    found = gates_of(store)
    assert (found.passed, told(found)) == (False, [f"{words} on note 36"])


def test_a_preset_is_judged_anew_and_by_the_style_of_its_template(store):
    """Neither its own report, nor what the row says, decides: an impact may lose 3.5 dB in mono, a kick 3.0."""
    wide: Measurements = measured(1.0, mono_loss_db=-3.4, loudness_lufs=-21.0)
    change(store, BOOM, lambda row: document(row, measurements=wide) | {"style": "SFX"})
    assert told(gates_of(store)) == [
        "Loses 3.4 dB when summed to mono (limit 3.0 dB) on note 36",
        "Too loud: -21.0 LUFS (at most -23.0 LUFS) on note 36",
    ]
    change(store, BOOM, lambda row: {"template_id": "impact"})
    assert gates_of(store).passed


def test_a_warning_is_no_reason_to_stop(store):
    """Out of tune is told only; of a style that has a pitch."""
    lead = measured(1.0, pitch_hz=261.0, pitch_cents_off=50.0, loudness_lufs=-19.0)
    change(store, BOOM, lambda row: document(row, measurements=lead) | {"template_id": "supersaw_lead"})
    assert gates_of(store).passed


def test_a_preset_must_be_the_one_that_was_heard(store):
    change(store, BRIGHTER, lambda row: {"preset_sha256": "0" * 64})
    found = gates_of(store)
    assert (found.passed, records(found)[0]["preset"]) == (False, "brighter")
    assert told(found) == ["its PatchSpec doesn't compile to the preset that was heard"]


def test_a_preset_whose_patch_was_changed_since_is_not_accepted(store):
    def quieter(row: Record) -> Record:
        spec = HeardPreset.model_validate_json(row["document"]).spec
        voicing = spec.modules.voicing.model_copy(update={"volume_db": -40.0})
        modules = spec.modules.model_copy(update={"voicing": voicing})
        return document(row, spec=spec.model_copy(update={"modules": modules}))

    change(store, BOOM, quieter)
    assert told(gates_of(store)) == ["its PatchSpec doesn't compile to the preset that was heard"]


def test_a_preview_must_be_there_and_whole(store):
    (boom,) = [row for row in rows_of(store, "renders") if row["title"] == "Boom"]
    path = store.blob_path(boom["preview_sha256"])
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    found = gates_of(store)
    assert (found.passed, len(told(found))) == (False, 1)
    assert "is damaged" in told(found)[0]
    path.unlink()
    (words,) = told(gates_of(store))
    assert boom["preview_sha256"] in words


def test_nothing_of_a_refused_preset_is_checked(store):
    for preset in (("Nothing", "base"), ("Clack", "octave")):
        change(store, preset, lambda row: document(row, measurements=None) | {"preset_sha256": "0" * 64})
    assert gates_of(store).passed


def test_all_problems_are_listed_and_the_first_three_said(store):
    loud = measured(1.0, peak=1.5, dc=0.5, loudness_lufs=-10.0)
    change(store, BOOM, lambda row: document(row, measurements=loud) | {"preset_sha256": "0" * 64})
    change(store, CLACK, lambda row: document(row, measurements=None))
    found = gates_of(store)
    problems = [
        "Peaks at 1.50 of full scale (limit 0.94) on note 36",
        "Offset from zero (DC) of 0.500 (limit 0.020) on note 36",
        "Too loud: -10.0 LUFS (at most -23.0 LUFS) on note 36",
        "its PatchSpec doesn't compile to the preset that was heard",
        "accepted without measurements",
    ]
    assert told(found) == problems
    assert found.description == f"5 problems: {'; '.join(problems[:3])}"


def test_bases_that_were_refused_are_listed_and_stop_nothing(unspoilt):
    found = unspoilt["every_base_is_accepted"]
    assert (found.passed, found.severity, found.asset_key) == (False, WARN, AssetKey("renders"))
    twin, nothing = records(found, "refused")
    assert nothing == {"request": asked_key("Nothing")[:12], "preset": "base", "problem": SILENT}
    assert twin["request"] == asked_key("Twin")[:12]
    assert twin["problem"].startswith("Sounds like Boom (distance ")


def test_a_figure_that_cannot_be_stops_the_run_and_a_refused_variation_is_no_refused_request(store):
    kept = [row for row in rows_of(store, "renders") if row["title"] not in ("Nothing", "Twin")]
    assert [row["refused_because"] for row in kept if row["title"] == "Clack - Octave"] == [NARROW]
    put(store, "renders", [kept[0] | {"peak_dbfs": 0.1}, *kept[1:]])
    _, sound, bases = yielded(checks.render_checks, store)
    assert (sound.passed, sound.severity, sound.asset_key) == (False, ERROR, AssetKey("renders"))
    assert sound.description == "expect_column_values_to_be_between on peak_dbfs: 1 rows"
    assert (bases.passed, records(bases, "refused")) == (True, [])


# Bundles


def bundles_of(store: Store) -> AssetCheckResult:
    return said(checks.bundle_checks, store, "checksums_hold")


def bundle_row(store: Store, name: str) -> Record:
    (found,) = [row for row in rows_of(store, "bundles") if row["key"] == asked_key(name)]
    return found


def change_bundle(store: Store, name: str, **changes: object) -> None:
    key = asked_key(name)
    put(store, "bundles", [row | changes if row["key"] == key else row for row in rows_of(store, "bundles")])


def test_a_bundle_that_is_missing_or_damaged_stops_the_run(store):
    row = bundle_row(store, "Clack")
    path = store.blob_path(row["zip_sha256"])
    path.write_bytes(path.read_bytes() + b"?")
    found = bundles_of(store)
    assert (found.passed, found.severity, found.asset_key) == (False, ERROR, AssetKey("bundles"))
    assert records(found)[0]["request"] == row["key"][:12]
    assert "is damaged" in told(found)[0]
    path.unlink()
    found = bundles_of(store)
    assert (found.passed, found.metadata["checked"].value) == (False, 3)
    assert row["zip_sha256"] in told(found)[0]


def test_a_blob_that_is_no_bundle_stops_the_run(store):
    change_bundle(store, "Boom", zip_sha256=store.put_blob(b"no zip at all"))
    found = bundles_of(store)
    assert not found.passed
    assert told(found)[0].startswith("not a zip that can be opened")


def test_a_bundle_whose_file_is_not_what_its_manifest_lists_stops_the_run(store):
    files = dict(open_bundle(store.blob(bundle_row(store, "Boom")["zip_sha256"])).files)
    (vital,) = [path for path in files if path.endswith("Boom.vital")]
    changed = zip_bytes(files | {vital: files[vital] + b" "})
    change_bundle(store, "Boom", zip_sha256=store.put_blob(changed))
    found = bundles_of(store)
    assert not found.passed
    assert told(found) == [f"{vital} is not the file that the manifest lists"]


@pytest.mark.parametrize("presets", [1, 3])
def test_a_bundle_with_more_or_fewer_presets_than_were_accepted_stops_the_run(store, presets):
    change_bundle(store, "Boom", presets=presets)
    found = bundles_of(store)
    assert not found.passed
    assert told(found) == ["the bundle holds other presets than were accepted"]
    assert records(found)[0]["request"] == asked_key("Boom")[:12]


# Packs


def pack_said(store: Store) -> tuple[AssetCheckResult, AssetCheckResult]:
    whole, twice = yielded(checks.pack_checks, store)
    return whole, twice


def archive_of(store: Store) -> Path:
    (row,) = rows_of(store, "packs")
    return store.pack_folder(LIBRARY_KEY) / f"{row['folder_name']}.zip"


def files_of(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rewrite(store: Store, files: Mapping[str, bytes], **row: object) -> None:
    """Put other files into the pack's zip, and record that zip."""
    archive = archive_of(store)
    archive.write_bytes(zip_bytes(files))
    (before,) = rows_of(store, "packs")
    put(store, "packs", [before | {"zip_sha256": sha256(archive.read_bytes()).hexdigest()} | row])


def manifest_of(files: Mapping[str, bytes]) -> PackManifest:
    return PackManifest.model_validate_json(files[MANIFEST])


def test_a_zip_that_is_missing_or_not_the_one_recorded_does_not_go_out(store):
    archive = archive_of(store)
    data = archive.read_bytes()
    for spoil in (lambda: archive.write_bytes(data + b"?"), archive.unlink):
        spoil()
        whole, twice = pack_said(store)
        assert (whole.passed, whole.severity, whole.asset_key) == (False, ERROR, AssetKey("packs"))
        assert (twice.passed, twice.severity, twice.asset_key) == (False, ERROR, AssetKey("packs"))
        assert told(whole) == told(twice) == ["the zip is not the one that was recorded"]


def test_a_file_that_the_manifest_does_not_list_so_does_not_go_out(store):
    files = files_of(archive_of(store))
    path = next(path for path in files if path.endswith("Clack.vital"))
    rewrite(store, files | {path: files[path] + b" "})
    whole, twice = pack_said(store)
    assert (whole.passed, twice.passed) == (False, False)
    assert told(whole) == told(twice) == [f"{path} is not the file that the manifest lists"]


def test_a_file_that_is_as_listed_goes_out_in_a_zip_written_anew(store):
    rewrite(store, files_of(archive_of(store)))
    assert [one.passed for one in pack_said(store)] == [True, True]


def test_two_presets_of_one_name_do_not_go_out_whatever_their_case(store):
    files = files_of(archive_of(store))
    manifest = manifest_of(files)
    presets = [
        one.model_copy(update={"title": "BOOM"}) if one.title == "Clack" else one for one in manifest.presets
    ]
    rewrite(store, files | {MANIFEST: dump_spec(manifest.model_copy(update={"presets": tuple(presets)}))})
    whole, _ = pack_said(store)
    assert (whole.passed, told(whole)) == (False, ["two presets have the same name"])


@pytest.mark.parametrize("presets", [3, 5])
def test_a_pack_with_more_or_fewer_presets_than_were_accepted_does_not_go_out(store, presets):
    rewrite(store, files_of(archive_of(store)), presets=presets)
    whole, _ = pack_said(store)
    assert (whole.passed, told(whole)) == (False, [f"4 presets where {presets} were accepted"])
    assert whole.metadata["checked"].value == presets


@pytest.fixture
def alike(store, monkeypatch) -> Callable[..., tuple[AssetCheckResult, AssetCheckResult]]:
    """Packs bundles whose bases' brightness is as given, as a packer would that leaves nothing out."""
    monkeypatch.setattr(pack, "near_duplicates", lambda bundles: {})
    files = dict(open_bundle(store.blob(bundle_row(store, "Boom")["zip_sha256"])).files)

    def make(**brightness: float | None) -> tuple[AssetCheckResult, AssetCheckResult]:
        given = [_as_another(files, title, at) for title, at in brightness.items()]
        made = make_pack(Library(name="Alike", prompts=("a",)), given)
        folder = write_pack(made, store.pack_folder(LIBRARY_KEY))
        (before,) = rows_of(store, "packs")
        archive = folder.with_name(f"{folder.name}.zip")
        changes = {
            "folder_name": folder.name,
            "zip_sha256": sha256(archive.read_bytes()).hexdigest(),
            "bundles": len(given),
            "presets": len(made.manifest.presets),
        }
        put(store, "packs", [before | changes])
        return pack_said(store)

    return make


def _as_another(files: Mapping[str, bytes], title: str, brightness: float | None) -> dict[str, bytes]:
    """The bundle of Boom and its variation as a bundle of that title."""
    manifest = BundleManifest.model_validate_json(files[MANIFEST])
    heard = measured(brightness or 0.0)
    heard = heard.model_copy(update={"timbre": None}) if brightness is None else heard
    base, varied = manifest.presets
    changes = {
        "key": sha256(title.encode()).hexdigest(),
        "title": title,
        "presets": (base.model_copy(update={"title": title, "measurements": heard}), varied),
    }
    return dict(files) | {MANIFEST: dump_spec(manifest.model_copy(update=changes))}


def test_two_bases_that_sound_alike_do_not_go_out(alike):
    whole, twice = alike(Ash=1.0, Birch=1.3)
    assert whole.passed
    assert (twice.passed, twice.severity, twice.asset_key) == (False, ERROR, AssetKey("packs"))
    assert told(twice) == ["Boom 2 sounds like Boom (distance 0.50)"]
    assert twice.metadata["checked"].value == 2


def test_two_bases_that_differ_go_out_although_their_variations_do_not(alike):
    whole, twice = alike(Ash=1.0, Birch=1.6)
    assert (whole.passed, twice.passed, twice.description) == (True, True, "2 checked")


def test_each_base_is_held_against_all_before_it(alike):
    _, twice = alike(Ash=1.0, Birch=5.0, Cedar=1.06, Dogwood=1.6)
    assert len(told(twice)) == 2
    assert [words.partition(" (")[0] for words in told(twice)] == [
        "Boom 3 sounds like Boom",
        "Boom 4 sounds like Boom 3",
    ]


def test_a_base_whose_timbre_was_not_measured_is_passed_over_and_those_after_it_are_not(alike):
    _, twice = alike(Ash=1.0, Birch=None, Cedar=1.3)
    assert told(twice) == ["Boom 3 sounds like Boom (distance 0.50)"]
