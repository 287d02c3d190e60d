"""`meta/manifest.json` of a bundle and of a pack: what is in it, where it came from, what was measured.

A manifest is made from content alone: no time, no host, no user. It lists every other file of its archive, so that
its own hash addresses the whole.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.base import Strict
from schemas.diversity import Coverage, Redrawn
from schemas.intent import Style
from schemas.measurements import GateReport, Measurements, RepairedKind
from schemas.request import Request
from schemas.result import MacroHeard, MacroPlacement, Repaired, Sha256, ValueSet, WordHeard
from schemas.variations import PresetKind

_PART = r"[A-Za-z0-9_][ !#&'()+,.0-9A-Z_a-z-]*"
Path = Annotated[
    str,
    StringConstraints(pattern=f"^{_PART}(/{_PART})*$", max_length=240),
    Field(description="Relative to the root of the archive, with forward slashes."),
]
PresetId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Versions = dict[str, str]


class FileEntry(Strict):
    """One file of the archive."""

    path: Path
    sha256: Sha256
    bytes: int = Field(ge=0)


class PresetFiles(Strict):
    """Where a preset and what belongs to it lie."""

    preset: Path
    flac: Path
    mp3: Path | None = None
    waveform: Path
    spectrogram: Path

    def paths(self) -> tuple[str, ...]:
        """All of them."""
        found = (self.preset, self.flac, self.mp3, self.waveform, self.spectrogram)
        return tuple(path for path in found if path is not None)


class BundledPreset(Strict):
    """A preset that passed the gates."""

    id: PresetId
    kind: PresetKind = Field(description="`base`, or the variation's type.")
    title: str
    preset_sha256: Sha256 = Field(description="Of the `.vital` file.")
    preview_s: float = Field(gt=0, description="Length of the preview, s.")
    repairs: tuple[Repaired, ...] = ()
    renders: int = Field(ge=0)
    takes: int = Field(default=0, ge=0, description="Notes that were rendered and listened to in all renders.")
    measurements: Measurements | None = None
    gates: GateReport | None = None
    macros: tuple[MacroHeard, ...] = Field(default=(), description="What each macro was heard to do.")
    words: tuple[WordHeard, ...] = Field(
        default=(),
        description="The result for each word, against a neutral twin; for a variation's type, against the base.",
    )
    values: tuple[ValueSet, ...] = Field(
        default=(), description="Each value that the prompt asks for outright, beside what the preset has."
    )
    tuning_renders: int = Field(default=0, ge=0, description="Renders that were made to find the sound.")
    files: PresetFiles


class RefusedPreset(Strict):
    """A preset that did not pass and is not in the bundle."""

    id: PresetId
    kind: PresetKind
    title: str
    reasons: tuple[str, ...]
    repairs: tuple[Repaired, ...] = ()
    renders: int = Field(ge=0)
    takes: int = Field(default=0, ge=0, description="Notes that were rendered and listened to in all renders.")
    measurements: Measurements | None = None
    gates: GateReport | None = None
    macros: tuple[MacroHeard, ...] = ()
    values: tuple[ValueSet, ...] = Field(
        default=(), description="What the prompt asks for in numbers, and what this preset had."
    )


class _FileList(Strict):
    """A manifest's list of files."""

    versions: Versions = Field(description="Of every part that decides a byte of this archive.")
    files: tuple[FileEntry, ...] = Field(description="Every file but the manifest, sorted by path.")

    @model_validator(mode="after")
    def _every_path_once(self) -> Self:
        paths = [entry.path for entry in self.files]
        if paths != sorted(paths) or len({path.lower() for path in paths}) != len(paths):
            raise ValueError("files must be sorted by path and differ in more than case")
        missing = self.referenced() - set(paths)
        if paths and missing:
            raise ValueError(f"not listed under files: {', '.join(sorted(missing))}")
        return self

    def referenced(self) -> set[str]:
        """Paths that other fields name."""
        return set()


class BundleManifest(_FileList):
    """`meta/manifest.json` of a bundle."""

    kind: Literal["bundle"] = "bundle"
    schema_version: Literal["1.0"] = "1.0"
    key: Sha256 = Field(description="Hash of the request and the versions; equal keys make equal bundles.")
    title: str
    style: Style
    subtypes: tuple[str, ...] = ()
    request: Request
    planner_version: str
    planner_note: str = Field(
        default="", description="Who read the prompt, unless it was simply the rules; quotes none of it."
    )
    template_id: str
    template_version: int
    draws: int = Field(
        default=0,
        ge=0,
        description="Drawings of the request before this one, in which words were not heard or gates not passed.",
    )
    out_of_reach: tuple[str, ...] = Field(
        default=(), description="What words ask for and this template can't be made; quotes none of the prompt."
    )
    macros: tuple[MacroPlacement, ...] = Field(description="Where each role of the template went.")
    presets: tuple[BundledPreset, ...] = Field(min_length=1, description="The base first.")
    refused: tuple[RefusedPreset, ...] = ()

    def referenced(self) -> set[str]:
        """Paths that the presets name."""
        return {path for preset in self.presets for path in preset.files.paths()}


class PackCounts(Strict):
    """The result of building a library."""

    requests: int = Field(ge=0, description="prompts of the library that were built")
    repeated: int = Field(ge=0, description="of these, the ones equal to an earlier one, packed once")
    presets: int = Field(ge=0, description="presets in the pack")
    repaired: int = Field(ge=0, description="of these, changed in more than their level before they passed")
    levelled: int = Field(ge=0, description="of these, changed in nothing but their level")
    refused_requests: int = Field(ge=0, description="requests whose base preset was refused")
    refused_presets: int = Field(ge=0, description="presets that were refused, bases included")
    near_duplicates: int = Field(
        ge=0, description="of the refused requests, the ones whose base preset sounds like another of the pack"
    )
    regenerated: int = Field(
        ge=0, description="requests that another seed was drawn for, since the first sound was a near-duplicate"
    )


class PackPreset(Strict):
    """A preset of a pack; its measurements stand in its bundle's manifest."""

    title: str
    style: Style
    kind: PresetKind
    id: PresetId
    bundle_key: Sha256
    preset_sha256: Sha256
    repairs: tuple[RepairedKind, ...] = Field(default=(), description="Kinds of repair, each once, sorted.")
    files: PresetFiles


class PackBundle(Strict):
    """A bundle that a pack holds."""

    key: Sha256
    title: str
    style: Style
    prompt: str
    manifest: Path


class PackRefusal(Strict):
    """A preset, or a whole request, that is not in the pack."""

    bundle_key: Sha256
    title: str
    kind: PresetKind
    prompt: str
    reasons: tuple[str, ...]
    sounds_like: str | None = Field(
        default=None, description="Title of the preset that it is a near-duplicate of, if that is why."
    )


class PackManifest(_FileList):
    """`meta/manifest.json` of a pack."""

    kind: Literal["pack"] = "pack"
    schema_version: Literal["1.0"] = "1.0"
    name: str
    author: str
    description: str
    version: str
    counts: PackCounts
    bundles: tuple[PackBundle, ...]
    presets: tuple[PackPreset, ...]
    refused: tuple[PackRefusal, ...] = ()
    regenerated: tuple[Redrawn, ...] = Field(default=(), description="Requests that another seed was drawn for.")
    coverage: Coverage | None = Field(
        default=None, description="How much of what people make the presets cover; none if nothing was measured."
    )

    def referenced(self) -> set[str]:
        """Paths that presets and bundles name."""
        presets = {path for preset in self.presets for path in preset.files.paths()}
        return presets | {bundle.manifest for bundle in self.bundles}
