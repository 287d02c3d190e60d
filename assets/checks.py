"""The asset checks. Each translates a rule of the engine, or an expectation suite, into Dagster's words.

Blocking ones stop a run where bad data must not go on. All checks of an asset share a step, which is what costs.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    multi_asset_check,
)

from assets import tables
from assets.expectations import TableVerdict, judge_plans, judge_renders
from assets.metadata import records, short
from assets.resources import StoreResource
from assets.storage import Store, StoreError, ZipFiles, file_sha256
from engine.bundle import BundleError, open_bundle
from engine.bundle.bundle import MANIFEST
from engine.bundle.likeness import preset_sound
from engine.catalog import template
from engine.compiler import canonical_bytes, compile_spec
from engine.compiler.spec_io import model_from_json
from engine.diversity import Sounds
from engine.gates import judge, profile_for
from schemas.manifest import BundleManifest, PackManifest
from schemas.result import HeardPreset

Problems = Sequence[dict[str, str]]


@multi_asset_check(
    specs=[
        AssetCheckSpec(
            "plans_are_sound", asset="plans", blocking=True, description="Great Expectations on the table."
        ),
        AssetCheckSpec("every_request_is_planned", asset="plans", description="Refused requests are listed."),
    ]
)
def plan_checks(context: AssetCheckExecutionContext, store: StoreResource) -> Iterable[AssetCheckResult]:
    """Every request has one row; every plan a style and a template that exist."""
    plans, prompts = (_partition(context, store, asset) for asset in ("plans", "prompts"))
    yield _expected("plans", "plans_are_sound", judge_plans(plans, requests=prompts.num_rows))
    refused = [row["request_sha256"] for row in plans.to_pylist() if row["status"] == "refused"]
    yield AssetCheckResult(
        asset_key="plans",
        check_name="every_request_is_planned",
        passed=not refused,
        severity=AssetCheckSeverity.WARN,
        description=f"{len(refused)} of {plans.num_rows} requests can't be used",
        metadata={"refused": records([{"request": short(key)} for key in refused])},
    )


@multi_asset_check(
    specs=[
        AssetCheckSpec(
            "accepted_presets_pass_their_gates",
            asset="renders",
            blocking=True,
            description="Every accepted preset passes its gates, is the one that was heard, and has its preview.",
        ),
        AssetCheckSpec("measurements_are_sound", asset="renders", blocking=True, description="Great Expectations."),
        AssetCheckSpec("every_base_is_accepted", asset="renders", description="Refused requests are listed."),
    ]
)
def render_checks(context: AssetCheckExecutionContext, store: StoreResource) -> Iterable[AssetCheckResult]:
    """What was accepted deserves it; what was refused is listed."""
    renders = _partition(context, store, "renders")
    rows = renders.to_pylist()
    accepted = [row for row in rows if row["status"] == "accepted"]
    problems = [problem for row in accepted for problem in preset_problems(row, store.opened())]
    yield _judged("renders", "accepted_presets_pass_their_gates", problems, checked=len(accepted))
    yield _expected("renders", "measurements_are_sound", judge_renders(renders))
    refused = [row for row in rows if row["kind"] == "base" and row["status"] == "refused"]
    yield AssetCheckResult(
        asset_key="renders",
        check_name="every_base_is_accepted",
        passed=not refused,
        severity=AssetCheckSeverity.WARN,
        description=f"{len(refused)} requests have no bundle since their base preset was refused",
        metadata={"refused": records([_problem(row, row["refused_because"]) for row in refused])},
    )


@multi_asset_check(
    specs=[
        AssetCheckSpec(
            "checksums_hold", asset="bundles", blocking=True, description="Every file is what its manifest says."
        )
    ]
)
def bundle_checks(context: AssetCheckExecutionContext, store: StoreResource) -> Iterable[AssetCheckResult]:
    """Each zip opens, and holds exactly what its manifest lists."""
    rows = [row for row in _partition(context, store, "bundles").to_pylist() if row["status"] == "bundled"]
    problems = [problem for row in rows for problem in _bundle_problems(row, store.opened())]
    yield _judged("bundles", "checksums_hold", problems, checked=len(rows))


@multi_asset_check(
    specs=[
        AssetCheckSpec(
            "pack_is_whole", asset="packs", blocking=True, description="Hashes, names and gates, on disk."
        ),
        AssetCheckSpec(
            "no_sound_twice",
            asset="packs",
            blocking=True,
            description="No two base presets of the pack are near-duplicates.",
        ),
    ]
)
def pack_checks(context: AssetCheckExecutionContext, store: StoreResource) -> Iterable[AssetCheckResult]:
    """The zip on disk is the one that was recorded, its files are what its manifest lists, its names differ."""
    row = _partition(context, store, "packs").to_pylist()[0]
    archive = store.opened().pack_folder(row["library"]) / f"{row['folder_name']}.zip"
    whole = [{"problem": words} for words in pack_problems(row, archive)]
    yield _judged("packs", "pack_is_whole", whole, checked=row["presets"])
    twice = whole or [{"problem": words} for words in sounds_twice(archive)]
    yield _judged("packs", "no_sound_twice", twice, checked=row["bundles"])


CHECKS = (plan_checks, render_checks, bundle_checks, pack_checks)


def _partition(context: AssetCheckExecutionContext, store: StoreResource, asset: str) -> pa.Table:
    """The partition of the run. As an input, a check would be given all partitions there are."""
    return store.opened().table(asset, context.op_execution_context.partition_key)


def sounds_twice(archive: Path) -> Iterable[str]:
    """The base presets of a pack that sound like an earlier one, as they lie in its zip."""
    with ZipFiles(archive) as files:
        yield from _near_duplicates(files)


def _near_duplicates(files: ZipFiles) -> Iterable[str]:
    manifest = model_from_json(PackManifest, files[MANIFEST])
    measured = {
        bundle.key: model_from_json(BundleManifest, files[bundle.manifest]).presets[0].measurements
        for bundle in manifest.bundles
    }
    kept = Sounds()
    for preset in manifest.presets:
        if preset.kind != "base":
            continue
        sound = preset_sound(
            preset.title, measured[preset.bundle_key], partial(files.__getitem__, preset.files.flac)
        )
        if sound is None:
            continue
        if near := kept.near_duplicate(sound):
            yield f"{preset.title} sounds like {near.title} (distance {near.distance:.2f})"
        kept.add(sound)


def pack_problems(row: tables.Row, archive: Path) -> Iterable[str]:
    """What is wrong with a pack's zip, by its row of PACKS."""
    if not archive.exists() or file_sha256(archive) != row["zip_sha256"]:
        yield "the zip is not the one that was recorded"
        return
    with ZipFiles(archive) as files:
        manifest = model_from_json(PackManifest, files[MANIFEST])
        for entry in manifest.files:
            if hashlib.sha256(files[entry.path]).hexdigest() != entry.sha256:
                yield f"{entry.path} is not the file that the manifest lists"
    names = [preset.title.lower() for preset in manifest.presets]
    if len(set(names)) != len(names):
        yield "two presets have the same name"
    if len(names) != row["presets"]:
        yield f"{len(names)} presets where {row['presets']} were accepted"


def preset_problems(row: tables.Row, store: Store) -> Iterable[dict[str, str]]:
    """Why a row of RENDERS must not count as accepted: gates, the patch, the preview."""
    preset = HeardPreset.model_validate_json(row["document"])
    if preset.measurements is None:
        yield _problem(row, "accepted without measurements")
        return
    report = judge(preset.measurements, profile_for(template(row["template_id"]).category))
    yield from (_problem(row, failure.reason) for failure in report.failures)
    if hashlib.sha256(canonical_bytes(compile_spec(preset.spec))).hexdigest() != row["preset_sha256"]:
        yield _problem(row, "its PatchSpec doesn't compile to the preset that was heard")
    try:
        store.blob(row["preview_sha256"])
    except StoreError as error:
        yield _problem(row, str(error))


def _bundle_problems(row: tables.Row, store: Store) -> Iterable[dict[str, str]]:
    try:
        bundle = open_bundle(store.blob(row["zip_sha256"]))
    except (StoreError, BundleError) as error:
        yield {"request": short(row["key"]), "problem": str(error)}
        return
    if len(bundle.manifest.presets) != row["presets"]:
        yield {"request": short(row["key"]), "problem": "the bundle holds other presets than were accepted"}


def _problem(row: tables.Row, words: str) -> dict[str, str]:
    return {"request": short(row["key"]), "preset": row["preset_id"], "problem": words}


def _judged(asset: str, check: str, problems: Problems, *, checked: int) -> AssetCheckResult:
    first = "; ".join(problem["problem"] for problem in problems[:3])
    return AssetCheckResult(
        asset_key=asset,
        check_name=check,
        passed=not problems,
        severity=AssetCheckSeverity.ERROR,
        description=f"{len(problems)} problems: {first}" if problems else f"{checked} checked",
        metadata={"checked": checked, "problems": records(problems)},
    )


def _expected(asset: str, check: str, verdict: TableVerdict) -> AssetCheckResult:
    return AssetCheckResult(
        asset_key=asset,
        check_name=check,
        passed=verdict.passed,
        severity=AssetCheckSeverity.ERROR,
        description="; ".join(verdict.failed) or f"{verdict.expectations} expectations met",
        metadata={"expectations": verdict.expectations, "failed": len(verdict.failed)},
    )
