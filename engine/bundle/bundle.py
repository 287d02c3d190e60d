"""One request's presets with all that belongs to them, as files and as a zip."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from engine.bundle.archive import read_zip, sha256, zip_bytes
from engine.bundle.names import safe_stem, unique_stems
from engine.bundle.page import bundle_page
from engine.bundle.pictures import spectrogram_png, waveform_png
from engine.bundle.store import write_archive
from engine.codec import decode, encode_mp3
from engine.compiler import canonical_bytes, compile_spec, dump_spec
from engine.compiler.spec_io import model_from_json
from engine.errors import BundleError, SpecError
from engine.versions import all_versions
from schemas.intent import Style
from schemas.manifest import BundledPreset, BundleManifest, FileEntry, PresetFiles, RefusedPreset
from schemas.result import HeardPreset, MacroPlacement, Plan
from schemas.variations import VariationsDiff

MANIFEST = "meta/manifest.json"
INTENT = "meta/intent.json"
PATCH_SPEC = "meta/patch_spec.json"
VARIATIONS = "meta/variations_diff.json"
PAGE = "index.html"


@dataclass(frozen=True, slots=True)
class BundleContent:
    """What goes into a bundle: the base first, accepted and refused presets, FLAC of each accepted one by id."""

    plan: Plan
    placements: tuple[MacroPlacement, ...]
    presets: tuple[HeardPreset, ...]
    variations: VariationsDiff
    previews: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle in memory: `files` by path in sorted order, and the zip of them, which `sha256` addresses."""

    files: Mapping[str, bytes]
    manifest: BundleManifest
    zip: bytes
    sha256: str

    @property
    def folder_name(self) -> str:
        """A name for a folder or zip that no other content shares."""
        return f"{safe_stem(self.manifest.title)} {self.sha256[:8]}"


def make_bundle(content: BundleContent) -> Bundle:
    """The bundle of a request; equal content gives equal bytes.

    Raises:
        BundleError: the base was refused, a preview is missing, a spec doesn't compile to the preset that was
            heard, two presets share an id, or the whole is too large.
    """
    accepted = _accepted(content)
    files: dict[str, bytes] = {
        INTENT: dump_spec(content.plan.intent),
        PATCH_SPEC: dump_spec(accepted[0].spec),
        VARIATIONS: dump_spec(content.variations),
    }
    bundled = [
        _add_preset(files, preset, stem, content) for preset, stem in zip(accepted, _stems(accepted), strict=True)
    ]
    manifest = _manifest(content, tuple(bundled))
    files[PAGE] = bundle_page(manifest)
    manifest = manifest.model_copy(update={"files": file_entries(files)})
    files[MANIFEST] = dump_spec(manifest)
    return _sealed(files, manifest)


def open_bundle(data: bytes) -> Bundle:
    """A bundle from its zip.

    Raises:
        BundleError: not a zip of a bundle, or a file is not what the manifest says.
    """
    files = read_zip(data)
    manifest = read_manifest(files)
    verify(files, manifest.files)
    return Bundle(MappingProxyType(dict(sorted(files.items()))), manifest, data, sha256(data))


def read_manifest(files: Mapping[str, bytes]) -> BundleManifest:
    """The manifest of an unpacked bundle. Raises BundleError if there is none, or not a valid one."""
    if MANIFEST not in files:
        raise BundleError(f"not a bundle: it has no {MANIFEST}")
    try:
        return model_from_json(BundleManifest, files[MANIFEST])
    except SpecError as error:
        raise BundleError(f"{MANIFEST} is not a bundle's manifest: {error}") from None


def verify(files: Mapping[str, bytes], entries: tuple[FileEntry, ...]) -> None:
    """Raises BundleError unless `files` are exactly the manifest and what it lists."""
    listed = {entry.path for entry in entries} | {MANIFEST}
    if strangers := sorted(listed ^ set(files)):
        raise BundleError(f"missing, or not in the manifest: {', '.join(strangers[:5])}")
    for entry in entries:
        if sha256(files[entry.path]) != entry.sha256:
            raise BundleError(f"{entry.path} is not the file that the manifest lists")


def write_bundle(bundle: Bundle, out_dir: Path) -> Path:
    """Write a bundle's folder and, beside it, its zip, each whole or not at all; returns the folder.

    What stood there under the same name is replaced.
    """
    return write_archive(bundle.folder_name, bundle.files, out_dir, zipped=bundle.zip)


def file_entries(files: Mapping[str, bytes]) -> tuple[FileEntry, ...]:
    """Hash and size of each file, sorted by path."""
    return tuple(FileEntry(path=path, sha256=sha256(data), bytes=len(data)) for path, data in sorted(files.items()))


def _accepted(content: BundleContent) -> list[HeardPreset]:
    accepted = [preset for preset in content.presets if preset.status == "accepted"]
    if not accepted or content.presets[0] is not accepted[0] or accepted[0].kind != "base":
        raise BundleError(f"{content.plan.title}: a bundle needs its base preset, accepted and first")
    ids = [preset.id for preset in content.presets]
    if len(set(ids)) != len(ids):
        raise BundleError(f"{content.plan.title}: two presets share an id")
    return accepted


def _stems(presets: list[HeardPreset]) -> tuple[str, ...]:
    """File names: the title, with the kind of variation where that alone would not tell presets apart."""
    lead = presets[0].title
    same = [preset.kind != "base" and safe_stem(preset.title) == safe_stem(lead) for preset in presets]
    return unique_stems(
        f"{lead} - {preset.kind.capitalize()}" if alike else preset.title
        for preset, alike in zip(presets, same, strict=True)
    )


def _add_preset(files: dict[str, bytes], preset: HeardPreset, stem: str, content: BundleContent) -> BundledPreset:
    """Add a preset, its previews and its pictures to `files`."""
    vital = canonical_bytes(compile_spec(preset.spec))
    if sha256(vital) != preset.preset_sha256:
        raise BundleError(f"{preset.title}: its PatchSpec doesn't compile to the preset that was heard")
    if preset.id not in content.previews:
        raise BundleError(f"{preset.title}: there is no preview of {preset.id!r}")
    flac = content.previews[preset.id]
    pcm, sample_rate = decode(flac)
    paths = PresetFiles(
        preset=f"presets/{stem}.vital",
        flac=f"previews/{stem}.flac",
        mp3=f"previews/{stem}.mp3" if content.plan.request.mp3 else None,
        waveform=f"pictures/{stem}.waveform.png",
        spectrogram=f"pictures/{stem}.spectrogram.png",
    )
    files[paths.preset], files[paths.flac] = vital, flac
    if paths.mp3 is not None:
        files[paths.mp3] = encode_mp3(pcm, sample_rate)
    files[paths.waveform] = waveform_png(pcm)
    files[paths.spectrogram] = spectrogram_png(pcm, sample_rate)
    return BundledPreset(
        id=preset.id,
        kind=preset.kind,
        title=preset.title,
        preset_sha256=preset.preset_sha256,
        preview_s=round(pcm.shape[1] / sample_rate, 3),
        repairs=preset.repairs,
        renders=preset.renders,
        takes=preset.takes,
        measurements=preset.measurements,
        gates=preset.gates,
        macros=preset.macros,
        words=preset.words,
        values=preset.values,
        tuning_renders=preset.tuning_renders,
        files=paths,
    )


def _manifest(content: BundleContent, bundled: tuple[BundledPreset, ...]) -> BundleManifest:
    plan = content.plan
    said = content.presets[0].spec.metadata.style
    return BundleManifest(
        key=plan.key,
        title=plan.title,
        style=next((style for style in get_args(Style) if style == said), plan.intent.style),
        subtypes=plan.intent.subtypes,
        request=plan.request,
        planner_version=plan.intent.planner_version,
        planner_note=plan.planner_note,
        template_id=plan.template_id,
        template_version=plan.template_version,
        draws=plan.draws,
        out_of_reach=plan.out_of_reach,
        macros=content.placements,
        presets=bundled,
        refused=tuple(_refused(preset) for preset in content.presets if preset.status == "refused"),
        versions=all_versions(),
        files=(),
    )


def _refused(preset: HeardPreset) -> RefusedPreset:
    return RefusedPreset(
        id=preset.id,
        kind=preset.kind,
        title=preset.title,
        reasons=preset.refused_because,
        repairs=preset.repairs,
        renders=preset.renders,
        takes=preset.takes,
        measurements=preset.measurements,
        gates=preset.gates,
        macros=preset.macros,
        values=preset.values,
    )


def _sealed(files: dict[str, bytes], manifest: BundleManifest) -> Bundle:
    data = zip_bytes(files)
    return Bundle(MappingProxyType(dict(sorted(files.items()))), manifest, data, sha256(data))
