"""What the assets write of presets that were accepted, refused, drawn anew, or that sound like another."""

import json
from hashlib import sha256

import pytest
from dagster import ExecuteInProcessResult
from heard_library import BATCH, LIBRARY_KEY, NARROW, SILENT, asked, redrawn

from assets.packs import _remove_others
from assets.plots import data_uri
from assets.renders import _effort
from engine.bundle import open_bundle
from engine.stages import plan_stage
from schemas.manifest import PackManifest

ALIKE = "Sounds like Boom (distance 0.20; two presets are at least 1 apart), and 3 other seeds brought nothing new"
WITH_ITS_BASE = "Its base preset is a near-duplicate of another"
TITLES = ("Boom", "Clack", "Pound", "Twin", "Nothing")
"""In the order of what was asked, which no name decides."""


def key_of(name: str) -> str:
    return plan_stage(asked(name)).key


@pytest.fixture(scope="module")
def renders(heard):
    return heard.store.table("renders", BATCH).to_pylist()


@pytest.fixture(scope="module")
def bundles(heard):
    rows = heard.store.table("bundles", BATCH).to_pylist()
    return {name: row for name in TITLES for row in rows if row["key"] == key_of(name)}


def metadata(result: ExecuteInProcessResult, asset: str) -> dict[str, object]:
    (made,) = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in made.metadata.items() if not hasattr(value, "records")}


def table(result: ExecuteInProcessResult, asset: str, name: str) -> list[dict[str, object]]:
    (made,) = result.asset_materializations_for_node(asset)
    return [dict(record.data) for record in made.metadata[name].records]


def test_a_row_tells_what_became_of_a_preset(renders):
    told = [
        (row["title"], row["kind"], row["status"], row["refused_because"], row["redraws"], row["sounded_like"])
        for row in renders
    ]
    assert told == [
        ("Boom", "base", "accepted", "", 0, None),
        ("Boom - Brighter", "brighter", "accepted", "", 0, None),
        ("Clack", "base", "accepted", "", 0, None),
        ("Clack - Octave", "octave", "refused", NARROW, 0, None),
        ("Pound", "base", "accepted", "", 2, "Boom"),
        ("Twin", "base", "refused", ALIKE, 3, "Boom"),
        ("Twin - Brighter", "brighter", "refused", WITH_ITS_BASE, 3, "Boom"),
        ("Nothing", "base", "refused", SILENT, 0, None),
        ("Nothing - Reseeded", "reseeded", "accepted", "", 0, None),
    ]
    assert {row["key"] for row in renders} == {key_of(name) for name in TITLES}


def test_a_refused_preset_has_no_preview_and_an_accepted_one_its_own(renders, heard):
    for row in renders:
        assert (row["preview_sha256"] is None) == (row["status"] == "refused")
        if row["preview_sha256"]:
            assert heard.store.blob(row["preview_sha256"])[:4] == b"fLaC"
    kept = [row["preview_sha256"] for row in renders if row["title"].startswith("Boom")]
    assert len(set(kept)) == 2


def test_a_row_holds_the_figures_that_the_gates_judged(renders):
    boom = renders[0]
    assert (boom["peak_dbfs"], boom["loudness_lufs"], boom["mono_loss_db"], boom["dc"]) == (
        -6.021,
        -24.0,
        -0.5,
        0.001,
    )
    assert (boom["gates_passed"], boom["nonfinite_samples"], boom["repairs"], boom["renders"]) == (True, 0, 0, 2)
    assert (boom["style"], boom["template_id"], renders[2]["template_id"]) == ("Percussion", "kick", "clap")


def test_the_plan_that_stands_is_kept_where_another_seed_does_and_nowhere_else(renders):
    standing = {row["title"]: json.loads(row["plan"])["request"]["seed"] for row in renders if row["plan"]}
    assert standing == {"Pound": redrawn("Pound", 2).seed}
    assert [bool(row["placements"]) for row in renders if row["title"] in ("Pound", "Twin")] == [True, False]
    diffs = [row["title"] for row in renders if row["variations_diff"]]
    assert diffs == list(TITLES)


def test_renders_are_counted(heard):
    told = metadata(heard.batch, "renders")
    counts = (
        "accepted",
        "refused",
        "repaired",
        "times_rendered",
        "redrawn",
        "near_duplicates",
        "requests_remembered",
    )
    assert [told[name] for name in counts] == [5, 4, 0, 18, 1, 1, 5]
    assert told["dagster/row_count"] == 9
    assert [
        (one["request"], one["like"], one["distance"], one["became"])
        for one in table(heard.batch, "renders", "sounded_like_another")
    ] == [
        (key_of("Pound")[:12], "Boom", 0.5, f"drawn anew, seed {redrawn('Pound', 2).seed}"),
        (key_of("Twin")[:12], "Boom", 0.2, "refused"),
    ]
    assert [(one["preset"], one["because"]) for one in table(heard.batch, "renders", "refused_presets")] == [
        ("octave", NARROW),
        ("base", ALIKE),
        ("brighter", WITH_ITS_BASE),
        ("base", SILENT),
    ]


def test_a_listener_hears_of_each_request_once_and_then_of_each_round_that_is_drawn_anew(heard):
    assert [(one.stage, one.done, one.total) for one in heard.told] == [
        *(("renders", done, 5) for done in (1, 2, 3, 4, 5)),
        *(("redraws", done, 2) for done in (1, 2)),
        *(("redraws", done, 2) for done in (1, 2)),
        ("redraws", 1, 1),
    ]
    assert {one.partition for one in heard.told} == {BATCH}


def test_all_that_was_drawn_anew_costs_time_and_only_what_was_asked_for_is_remembered():
    costs = [("a", 0.0), ("b", 1.5), ("b", 0.0), ("b", 2.25)]
    assert _effort(costs, requests=2) == {"requests_remembered": 1, "lane_seconds": 3.75}


def test_plans_are_counted(heard):
    told = metadata(heard.batch, "plans")
    names = ("planned", "refused", "without_a_usable_word", "answered_by_a_model", "dagster/row_count")
    assert [told[name] for name in names] == [5, 1, 3, 0, 6], "a boom, a pound and a twin are no words of ours"
    assert table(heard.batch, "plans", "styles") == [{"style": "Percussion", "count": 5}]
    assert table(heard.batch, "plans", "planners") == [{"planner": "rules", "count": 5}]
    assert [one["count"] for one in table(heard.batch, "plans", "templates")] == [3, 1, 1]


def test_presets_that_were_asked_for_are_requests_and_their_variations(heard):
    assert metadata(heard.batch, "prompts")["presets_asked_for"] == 6 + 4


def test_a_request_whose_base_was_refused_has_no_bundle_but_its_reasons(bundles):
    told = {name: (row["status"], row["presets"], row["refused_because"]) for name, row in bundles.items()}
    assert told == {
        "Boom": ("bundled", 2, []),
        "Clack": ("bundled", 1, []),
        "Nothing": ("refused", 0, [SILENT]),
        "Pound": ("bundled", 1, []),
        "Twin": ("refused", 0, [ALIKE]),
    }
    for row in bundles.values():
        assert (row["zip_sha256"] is None) == (row["document"] is not None) == (row["status"] == "refused")


def test_a_bundle_holds_what_was_accepted_and_lists_what_was_not(bundles, heard):
    manifest = open_bundle(heard.store.blob(bundles["Clack"]["zip_sha256"])).manifest
    assert [one.title for one in manifest.presets] == ["Clack"]
    assert [(one.title, one.reasons) for one in manifest.refused] == [("Clack - Octave", (NARROW,))]
    assert bundles["Clack"]["bundle_key"] == bundles["Clack"]["key"] == manifest.key


def test_a_bundle_drawn_anew_is_that_of_the_request_with_the_other_seed(bundles, heard):
    row = bundles["Pound"]
    manifest = open_bundle(heard.store.blob(row["zip_sha256"])).manifest
    assert manifest.request == redrawn("Pound", 2)
    assert row["bundle_key"] == manifest.key == plan_stage(redrawn("Pound", 2)).key != row["key"]
    assert (row["asked_seed"], row["redraws"], row["sounded_like"]) == (0, 2, "Boom")
    assert bundles["Twin"]["bundle_key"] is None


def test_bundles_are_counted(heard, bundles):
    told = metadata(heard.batch, "bundles")
    assert [told[name] for name in ("bundled", "refused", "presets", "dagster/row_count")] == [3, 2, 4, 5]
    refused = [one["request"] for one in table(heard.batch, "bundles", "refused_requests")]
    assert refused == [key_of("Twin")[:12], key_of("Nothing")[:12]]
    assert table(heard.batch, "bundles", "styles") == [{"style": "Percussion", "count": 3}]


def test_a_bundle_is_shown_by_the_waveform_of_its_base(heard, bundles):
    shown = str(metadata(heard.batch, "bundles")["previews"])
    for name in ("Boom", "Clack", "Pound"):
        files = heard.store.zip_files(bundles[name]["zip_sha256"])
        picture = data_uri(files[f"pictures/{name}.waveform.png"], "image/png")
        assert f"![{key_of(name)[:12]}]({picture})" in shown
    assert shown.count("![") == 3


def test_a_pack_lists_what_was_refused_and_what_was_drawn_anew(heard):
    (row,) = heard.store.table("packs", LIBRARY_KEY).to_pylist()
    counted = ("library", "bundles", "presets", "repaired", "refused", "regenerated", "near_duplicates")
    assert [row[name] for name in counted] == [LIBRARY_KEY, 3, 4, 0, 3, 1, 1]
    folder = heard.store.pack_folder(LIBRARY_KEY) / row["folder_name"]
    manifest = PackManifest.model_validate_json((folder / "meta/manifest.json").read_bytes())
    assert [(one.title, one.reasons, one.sounds_like) for one in manifest.refused] == [
        ("Clack - Octave", (NARROW,), None),
        ("Nothing", (SILENT,), None),
        ("Twin", (ALIKE,), "Boom"),
    ]
    (anew,) = manifest.regenerated
    assert (anew.title, anew.asked_seed, anew.seed, anew.sounded_like) == (
        "Pound",
        0,
        redrawn("Pound", 2).seed,
        "Boom",
    )
    assert metadata(heard.pack, "packs")["regenerated"] == 1


def test_a_pack_is_shown_with_its_page_its_size_and_what_is_in_it(heard):
    (row,) = heard.store.table("packs", LIBRARY_KEY).to_pylist()
    told, folder = metadata(heard.pack, "packs"), heard.store.pack_folder(LIBRARY_KEY) / row["folder_name"]
    assert (told["gallery"], told["zip"]) == (str(folder / "index.html"), f"{folder}.zip")
    assert told["megabytes"] == round(row["zip_bytes"] / 1_000_000, 2)
    assert table(heard.pack, "packs", "styles") == [{"style": "Percussion", "count": 4}]
    assert table(heard.pack, "packs", "kinds") == [{"kind": "base", "count": 3}, {"kind": "brighter", "count": 1}]


def test_a_pack_is_another_version_if_a_byte_of_its_zip_is(heard):
    (row,) = heard.store.table("packs", LIBRARY_KEY).to_pylist()
    (made,) = heard.pack.asset_materializations_for_node("packs")
    assert made.tags["dagster/data_version"] == row["zip_sha256"]
    archive = heard.store.pack_folder(LIBRARY_KEY) / f"{row['folder_name']}.zip"
    assert sha256(archive.read_bytes()).hexdigest() == row["zip_sha256"]


def test_no_pack_but_the_last_stays_in_the_store(store, heard):
    (row,) = store.table("packs", LIBRARY_KEY).to_pylist()
    folder = store.pack_folder(LIBRARY_KEY)
    for before in ("Heard Before 00000000", "Another 11111111"):
        (folder / before / "Pad").mkdir(parents=True)
        (folder / before / "Pad" / "Old.vital").write_bytes(b"{}")
        (folder / f"{before}.zip").write_bytes(b"old")
    _remove_others(folder / row["folder_name"])
    assert sorted(path.name for path in folder.iterdir()) == [row["folder_name"], f"{row['folder_name']}.zip"]
    assert list((folder / row["folder_name"]).rglob("*.vital"))
