"""Many requests' bundles as one library: folders by style, names that differ, one gallery."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from engine.bundle.archive import sha256
from engine.bundle.bundle import (
    INTENT,
    MANIFEST,
    PAGE,
    PATCH_SPEC,
    VARIATIONS,
    Bundle,
    file_entries,
    read_manifest,
)
from engine.bundle.likeness import covered, near_duplicates
from engine.bundle.names import safe_stem, unique_groups
from engine.bundle.page import pack_page
from engine.bundle.store import write_archive
from engine.compiler import dump_spec
from engine.diversity import NearSound, refusal_reason
from engine.errors import BundleError
from engine.versions import all_versions
from schemas.diversity import Redrawn
from schemas.manifest import (
    BundleManifest,
    FileEntry,
    PackBundle,
    PackCounts,
    PackManifest,
    PackPreset,
    PackRefusal,
    PresetFiles,
)
from schemas.request import Library
from schemas.result import Plan

_LEVEL = "level"
_META = (INTENT, MANIFEST, PATCH_SPEC, VARIATIONS)


class RefusedRequest(NamedTuple):
    """A request that gave no bundle, and why; if it sounds like another, the title of that."""

    plan: Plan
    reasons: tuple[str, ...]
    sounds_like: str | None = None


class Regenerated(NamedTuple):
    """A bundle that another seed was drawn for than the one asked for, and whose sound it would have had."""

    asked_seed: int
    sounded_like: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack: `files` by path in sorted order, each read only when it is asked for.

    `sha256` is that of the manifest, which names the hash of every other file.
    """

    files: Mapping[str, bytes]
    manifest: PackManifest
    sha256: str

    @property
    def folder_name(self) -> str:
        """A name for a folder or zip that no other content shares."""
        return f"{safe_stem(self.manifest.name, fallback='Library')} {self.sha256[:8]}"


class _Source(NamedTuple):
    manifest: BundleManifest
    files: Mapping[str, bytes]


class _BundledFile(NamedTuple):
    """A file of the pack, and where it comes from."""

    entry: FileEntry
    files: Mapping[str, bytes]
    path: str


def make_pack(
    library: Library,
    bundles: Sequence[Bundle | Mapping[str, bytes]],
    *,
    refused: Sequence[RefusedRequest] = (),
    regenerated: Mapping[str, Regenerated] | None = None,
) -> Pack:
    """A library's pack; equal bundles give equal bytes, whatever their order. Nothing is encoded anew.

    `bundles` are bundles, or the files of unpacked ones (`FolderFiles` reads them from disk one at a time).
    `refused` are the requests that gave none, `regenerated` the bundles by key that another seed was drawn for.
    A bundle whose base preset is a near-duplicate of an earlier one's is left out and listed.

    Raises:
        BundleError: what is given is no bundle, or two that should be equal differ.
    """
    given = [_source(bundle) for bundle in bundles]
    distinct = _distinct(given)
    near = near_duplicates(distinct)
    sources = [source for source in distinct if source.manifest.key not in near]
    names = unique_groups([_stems(source.manifest) for source in sources])
    bundled: dict[str, _BundledFile] = {}
    presets: list[PackPreset] = []
    for source, stems in zip(sources, names, strict=True):
        presets += _add_bundle(bundled, source, stems)
    refusals = tuple(sorted([*_refusals(sources, refused), *_left_out(distinct, near)], key=_refusal_order))
    manifest = _manifest(library, sources, sorted(presets, key=_shelf_order), refusals)
    redrawn = _redrawn(sources, regenerated or {})
    counts = {
        "requests": len(bundles) + len(refused),
        "repeated": len(given) - len(distinct),
        "refused_requests": len(refused) + len(near),
        "regenerated": len(redrawn),
    }
    changes = {"counts": manifest.counts.model_copy(update=counts), "regenerated": redrawn}
    manifest = manifest.model_copy(update=changes)
    page = pack_page(manifest, [source.manifest for source in sources])
    entries = (*(one.entry for one in bundled.values()), *file_entries({PAGE: page}))
    manifest = manifest.model_copy(update={"files": tuple(sorted(entries, key=lambda entry: entry.path))})
    manifest = PackManifest.model_validate(manifest.model_dump())
    own = {PAGE: page, MANIFEST: dump_spec(manifest)}
    return Pack(_PackFiles(own, bundled), manifest, sha256(own[MANIFEST]))


def write_pack(pack: Pack, out_dir: Path) -> Path:
    """Write a pack's folder and, beside it, its zip, each whole or not at all; returns the folder.

    Raises:
        BundleError: a bundle's file is no longer what its manifest says, or the pack is larger than 4 GB.
    """
    return write_archive(pack.folder_name, pack.files, out_dir)


class _PackFiles(Mapping[str, bytes]):
    """Own files in memory, those of bundles where they are; each is checked against its hash as it is read."""

    def __init__(self, own: Mapping[str, bytes], bundled: Mapping[str, _BundledFile]) -> None:
        self._own, self._bundled = MappingProxyType(dict(own)), MappingProxyType(dict(bundled))
        self._paths = sorted([*own, *bundled])

    def __getitem__(self, path: str) -> bytes:
        if path in self._own:
            return self._own[path]
        entry, files, source = self._bundled[path]
        try:
            data = files[source]
        except (KeyError, OSError):
            raise BundleError(f"{source} is missing from its bundle") from None
        if sha256(data) != entry.sha256:
            raise BundleError(f"{source} is not the file that its bundle's manifest lists")
        return data

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _source(bundle: Bundle | Mapping[str, bytes]) -> _Source:
    if isinstance(bundle, Bundle):
        return _Source(bundle.manifest, bundle.files)
    return _Source(read_manifest(bundle), bundle)


def _distinct(given: list[_Source]) -> list[_Source]:
    """Each bundle once, in the order of style, title and key: the one that names are given out in."""
    by_key: dict[str, _Source] = {}
    for source in given:
        first = by_key.setdefault(source.manifest.key, source)
        if first.manifest != source.manifest:
            raise BundleError(f"{source.manifest.title}: two bundles of the same request and versions differ")
    return sorted(
        by_key.values(),
        key=lambda source: (source.manifest.style, source.manifest.title.lower(), source.manifest.key),
    )


def _stems(manifest: BundleManifest) -> tuple[str, ...]:
    return tuple(Path(preset.files.preset).stem for preset in manifest.presets)


def _shelf_order(preset: PackPreset) -> tuple[str, str]:
    """By style, then as titles are read: a base before its variations."""
    return preset.style, preset.files.preset.removesuffix(".vital").lower()


def _add_bundle(bundled: dict[str, _BundledFile], source: _Source, stems: tuple[str, ...]) -> list[PackPreset]:
    """Add everything of a bundle but its page, each file under its path in the pack."""
    manifest = source.manifest
    entries = {entry.path: entry for entry in manifest.files}
    own = source.files[MANIFEST]
    entries[MANIFEST] = FileEntry(path=MANIFEST, sha256=sha256(own), bytes=len(own))

    def put(path: str, origin: str) -> None:
        if origin not in entries:
            raise BundleError(f"{manifest.title}: {origin} is not in the bundle's manifest")
        bundled[path] = _BundledFile(entries[origin].model_copy(update={"path": path}), source.files, origin)

    for origin in _META:
        put(_meta_path(manifest, origin), origin)
    presets = []
    for preset, stem in zip(manifest.presets, stems, strict=True):
        files = _renamed(preset.files, manifest.style, stem)
        for path, origin in zip(files.paths(), preset.files.paths(), strict=True):
            put(path, origin)
        presets.append(
            PackPreset(
                title=stem,
                style=manifest.style,
                kind=preset.kind,
                id=preset.id,
                bundle_key=manifest.key,
                preset_sha256=preset.preset_sha256,
                repairs=tuple(sorted({repair.kind for repair in preset.repairs})),
                files=files,
            )
        )
    return presets


def _renamed(files: PresetFiles, style: str, stem: str) -> PresetFiles:
    return PresetFiles(
        preset=f"{style}/{stem}.vital",
        flac=f"previews/{stem}.flac",
        mp3=f"previews/{stem}.mp3" if files.mp3 else None,
        waveform=f"pictures/{stem}.waveform.png",
        spectrogram=f"pictures/{stem}.spectrogram.png",
    )


def _meta_path(manifest: BundleManifest, path: str) -> str:
    return f"meta/bundles/{manifest.key[:20]}/{Path(path).name}"


def _manifest(
    library: Library, sources: list[_Source], presets: list[PackPreset], refusals: tuple[PackRefusal, ...]
) -> PackManifest:
    return PackManifest(
        name=library.name,
        author=library.author,
        description=library.description,
        version=library.version,
        counts=PackCounts(
            requests=len(sources),
            repeated=0,
            presets=len(presets),
            repaired=sum(bool(set(preset.repairs) - {_LEVEL}) for preset in presets),
            levelled=sum(preset.repairs == (_LEVEL,) for preset in presets),
            refused_requests=0,
            refused_presets=len(refusals),
            near_duplicates=sum(one.sounds_like is not None for one in refusals),
            regenerated=0,
        ),
        bundles=tuple(
            PackBundle(
                key=one.manifest.key,
                title=one.manifest.title,
                style=one.manifest.style,
                prompt=one.manifest.request.prompt,
                manifest=_meta_path(one.manifest, MANIFEST),
            )
            for one in sources
        ),
        presets=tuple(presets),
        refused=refusals,
        coverage=covered([one.manifest for one in sources]),
        versions=all_versions(),
        files=(),
    )


def _refusals(sources: list[_Source], refused: Sequence[RefusedRequest]) -> list[PackRefusal]:
    whole = [
        PackRefusal(
            bundle_key=one.plan.key,
            title=one.plan.title,
            kind="base",
            prompt=one.plan.request.prompt,
            reasons=one.reasons,
            sounds_like=one.sounds_like,
        )
        for one in refused
    ]
    parts = [
        PackRefusal(
            bundle_key=one.manifest.key,
            title=preset.title,
            kind=preset.kind,
            prompt=one.manifest.request.prompt,
            reasons=preset.reasons,
        )
        for one in sources
        for preset in one.manifest.refused
    ]
    return [*whole, *parts]


def _left_out(sources: list[_Source], near: Mapping[str, NearSound]) -> list[PackRefusal]:
    """The bundles that are not packed, since what is packed before them sounds the same."""
    return [
        PackRefusal(
            bundle_key=one.manifest.key,
            title=one.manifest.title,
            kind="base",
            prompt=one.manifest.request.prompt,
            reasons=(refusal_reason(near[one.manifest.key]),),
            sounds_like=near[one.manifest.key].title,
        )
        for one in sources
        if one.manifest.key in near
    ]


def _refusal_order(refusal: PackRefusal) -> tuple[str, str, str]:
    return refusal.title.lower(), refusal.bundle_key, refusal.kind


def _redrawn(sources: list[_Source], regenerated: Mapping[str, Regenerated]) -> tuple[Redrawn, ...]:
    return tuple(
        Redrawn(
            bundle_key=one.manifest.key,
            title=one.manifest.title,
            prompt=one.manifest.request.prompt,
            asked_seed=regenerated[one.manifest.key].asked_seed,
            seed=one.manifest.request.seed,
            sounded_like=regenerated[one.manifest.key].sounded_like,
        )
        for one in sources
        if one.manifest.key in regenerated
    )
