"""What an audition knows of a preset while it listens to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from hashlib import sha256
from types import MappingProxyType

from engine import macros
from engine.audition.output import Listened
from engine.compiler import canonical_bytes, compile_spec
from engine.errors import SpecError, VitalFileError
from engine.gates import GateProfile
from engine.macros.blame import ReducedMacro
from engine.render.job import Centre, NotePlan
from engine.repair import merged
from schemas.measurements import GateReport, Measurements
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Repaired
from schemas.variations import PresetKind

MAX_PASSES = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patch that wants to ship."""

    id: str
    kind: PresetKind
    spec: PatchSpec
    notes: tuple[NotePlan, ...]
    profile: GateProfile
    macros: tuple[MacroHeard, ...] = ()
    """What was heard of its macros before: these are turned again only if they had to change."""
    centre: Centre | None = None
    """What was heard of its first note before, of this very patch."""
    most_passes: int = MAX_PASSES
    """Renders that it may take."""


@dataclass(frozen=True, slots=True)
class Auditioned:
    """A candidate after its audition, with the FLAC of its last render."""

    preset: HeardPreset
    flac: bytes | None
    centre: Centre | None = None
    """Its first note as it is before anything is mended, where nothing else was heard."""


class Phase(Enum):
    """What the next render of a preset is for."""

    SURVEY = "all notes, phase seeds and takes, to know what to correct"
    MACRO_SURVEY = "only takes with macros turned: nothing but their range has changed"
    AS_IT_SHIPS = "the centre note and the turns of the macros, after all corrections"
    WHOLE_NOTES = "the macros of which nothing was heard, at a whole note"
    DONE = "nothing: it is accepted or refused"


@dataclass(frozen=True, slots=True)
class AuditionState:
    """What is known of a candidate after some passes."""

    candidate: Candidate
    spec: PatchSpec
    phase: Phase = Phase.SURVEY
    repairs: tuple[Repaired, ...] = ()
    passes: int = 0
    listens: int = 0
    measurements: Measurements | None = None
    report: GateReport | None = None
    audio: bytes | None = None
    known: Listened | None = None
    """What is known of the patch as it is now: but for its centre note, it need not be heard again."""
    rest: Listened | None = None
    """What is known of it with its macros at rest, in a macro survey."""
    macros: tuple[MacroHeard, ...] = ()
    to_hear: tuple[int, ...] = (1, 2, 3, 4)
    """Macros that are still to be heard."""
    given: Mapping[int, ReducedMacro] = field(default_factory=lambda: MappingProxyType({}))
    """What each macro gave up that broke something."""
    refused: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """Renders that it may still take."""
        return self.candidate.most_passes - self.passes

    def finished(self, *refused_because: str) -> "AuditionState":
        """The state that ends here: refused for these reasons, accepted without any."""
        return replace(self, refused=refused_because, phase=Phase.DONE)

    @property
    def surveying(self) -> bool:
        """Whether it is rendered to know what to correct, and not yet as it ships."""
        return self.phase in (Phase.SURVEY, Phase.MACRO_SURVEY)

    @property
    def done(self) -> bool:
        """Whether it is accepted or refused."""
        return self.phase is Phase.DONE

    @property
    def is_base(self) -> bool:
        """Whether it is what the others vary."""
        return self.candidate.kind == "base"


def started(candidate: Candidate) -> AuditionState:
    """Before the first pass; a base's macros are still to be heard where they weren't before."""
    known = {macro.number for macro in candidate.macros}
    mine = macros.macro_defaults(candidate.spec) if candidate.kind == "base" else ()
    to_hear = tuple(number for number in mine if number not in known)
    return AuditionState(candidate, candidate.spec, macros=candidate.macros, to_hear=to_hear)


def as_heard(state: AuditionState) -> Auditioned:
    """The candidate after its audition."""
    flac = None if state.refused else state.audio
    return Auditioned(
        HeardPreset(
            id=state.candidate.id,
            kind=state.candidate.kind,
            title=state.spec.metadata.name,
            status="refused" if state.refused else "accepted",
            refused_because=state.refused,
            spec=state.spec,
            preset_sha256=sha256(_file_of(state.spec)).hexdigest(),
            repairs=merged(state.repairs),
            renders=state.passes,
            takes=state.listens,
            measurements=state.measurements,
            gates=state.report,
            macros=state.macros,
        ),
        flac,
    )


def _file_of(spec: PatchSpec) -> bytes:
    """The patch as a file; nothing where it makes none, for which it was refused."""
    try:
        return canonical_bytes(compile_spec(spec))
    except (SpecError, VitalFileError):
        return b""
