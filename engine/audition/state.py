"""What is known of a preset in the middle of its audition, and what each step of the audition makes of that."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from hashlib import sha256
from types import MappingProxyType

from engine import macros
from engine.audition.output import KnownSound
from engine.compiler import canonical_bytes, compile_spec
from engine.errors import SpecError, VitalFileError
from engine.gates import GateProfile
from engine.macros.blame import ReducedMacro
from engine.render.job import Centre, NotePlan, Outcome, Rendered
from engine.repair import Means, PeakStep, RoundedOff, merged
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
    """What was heard of its first note before: of this patch, or of one that sounds the same at rest."""
    most_passes: int = MAX_PASSES
    """Renders that it may take."""
    left_alone: frozenset[Means] = frozenset()
    """What may not be done about its peaks, since the prompt has something to say about that."""


@dataclass(frozen=True, slots=True)
class Auditioned:
    """A candidate after its audition, with the FLAC of its last render."""

    preset: HeardPreset
    flac: bytes | None


class Phase(Enum):
    """What the next render of a preset is for."""

    MACRO_TRIAL = "some macros turned, before anything else: a role can still be replaced"
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
    notes_played: int = 0
    measurements: Measurements | None = None
    report: GateReport | None = None
    audio: bytes | None = None
    known: KnownSound | None = None
    """What is known of the patch as it is now: but for its centre note, it need not be heard again."""
    known_at_rest: KnownSound | None = None
    """What is known of it with its macros at rest, in a macro survey."""
    macros: tuple[MacroHeard, ...] = ()
    to_hear: tuple[int, ...] = (1, 2, 3, 4)
    """Macros that are still to be heard."""
    reduced: Mapping[int, ReducedMacro] = field(default_factory=lambda: MappingProxyType({}))
    """What each macro has given up that broke something."""
    peak_steps: tuple[PeakStep, ...] = ()
    """What was done about peaks that stood against its level."""
    refused: tuple[str, ...] = ()
    trying: bool = False
    """Whether its macros are tried before anything else: what is heard is told on, and nothing ships."""
    heard_first: Centre | None = None
    """What is known of its first note in a trial."""

    @property
    def centre(self) -> Centre | None:
        """What is known of its first note, as the patch is now."""
        return self.heard_first or (self.candidate.centre if self.spec is self.candidate.spec else None)

    @property
    def left(self) -> int:
        """Renders that it may still take."""
        return self.candidate.most_passes - self.passes

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

    def rendered(self, outcome: Outcome) -> "AuditionState":
        """The state after one more render; refused if that failed."""
        again = replace(self, passes=self.passes + 1)
        if not isinstance(outcome, Rendered):
            return again.finished(f"{outcome.kind}: {outcome.reason}")
        return replace(again, notes_played=self.notes_played + outcome.notes_played)

    def measured(
        self, measurements: Measurements, report: GateReport | None = None, audio: bytes | None = None
    ) -> "AuditionState":
        """The state with what was measured of its patch, how that was judged, and its FLAC."""
        return replace(self, measurements=measurements, report=report, audio=audio)

    def first_heard(self, outcome: Rendered) -> "AuditionState":
        """The state with what a trial has heard of its first note."""
        return replace(self, heard_first=outcome.centre)

    def survey_of(self, outcome: Rendered) -> KnownSound:
        """What a survey tells of its patch; where only its macros were turned, the rest is known from before."""
        if self.known_at_rest:
            return self.known_at_rest.joined(outcome.measurements, outcome.kept)
        return KnownSound(self.spec, outcome.measurements, outcome.kept, self.spec)

    def surveyed(self, known: KnownSound) -> "AuditionState":
        """The state after a survey, which tells all of its patch."""
        return replace(self, known=known, known_at_rest=None)

    def repaired(self, spec: PatchSpec, done: tuple[Repaired, ...], known: KnownSound | None) -> "AuditionState":
        """The state with a changed patch and what was done to it: surveyed next, unless all of it is known."""
        phase = Phase.AS_IT_SHIPS if known else Phase.SURVEY
        repairs = (*self.repairs, *done)
        return replace(self, spec=spec, repairs=repairs, known=known, known_at_rest=None, phase=phase)

    def with_reduced_macros(
        self,
        spec: PatchSpec,
        done: tuple[Repaired, ...],
        reduced: Mapping[int, ReducedMacro],
        *,
        to_hear: Collection[int],
    ) -> "AuditionState":
        """The state after macros gave way: what sounds the same with them at rest is surveyed with them turned."""
        changed = self.repaired(spec, done, self.known.after(spec) if self.known else None)
        at_rest = self.known.at_rest(spec) if self.known and changed.known is None else None
        return replace(
            changed,
            reduced=MappingProxyType(dict(reduced)),
            known_at_rest=at_rest,
            phase=Phase.MACRO_SURVEY if at_rest else changed.phase,
            to_hear=tuple(sorted({*self.to_hear, *to_hear})),
        )

    def with_peaks_rounded(self, rounded: RoundedOff) -> "AuditionState":
        """The state after a step against its peaks: all is heard again, a base's macros too."""
        told = list(self.repairs)
        if rounded.takes_back:
            told.remove(next(one for one in reversed(told) if one.kind == "peaks"))
        mine = macros.macro_defaults(rounded.spec) if self.is_base else ()
        return replace(
            self.repaired(rounded.spec, (), None),
            repairs=(*told, rounded.done),
            peak_steps=(*self.peak_steps, rounded.step),
            to_hear=tuple(sorted({*self.to_hear, *mine})),
        )

    def to_survey(self) -> "AuditionState":
        """The state of which all is to be heard again."""
        return replace(self, phase=Phase.SURVEY, known=None, known_at_rest=None)

    def to_ship(self) -> "AuditionState":
        """The state that is to be heard as it ships."""
        return replace(self, phase=Phase.AS_IT_SHIPS)

    def to_whole_notes(self, to_hear: tuple[int, ...]) -> "AuditionState":
        """The state with these macros to be heard at a whole note."""
        return replace(self, phase=Phase.WHOLE_NOTES, to_hear=to_hear)

    def with_macros(self, heard: tuple[MacroHeard, ...]) -> "AuditionState":
        """The state with what was heard of its macros."""
        return replace(self, macros=heard)

    def finished(self, *refused_because: str) -> "AuditionState":
        """The state that ends here: refused for these reasons, accepted without any."""
        return replace(self, refused=refused_because, phase=Phase.DONE)


def started(candidate: Candidate) -> AuditionState:
    """Before the first pass; a base's macros are still to be heard where they weren't before."""
    known = {macro.number for macro in candidate.macros}
    mine = macros.macro_defaults(candidate.spec) if candidate.kind == "base" else ()
    to_hear = tuple(number for number in mine if number not in known)
    return AuditionState(candidate, candidate.spec, macros=candidate.macros, to_hear=to_hear)


def begun_trial(candidate: Candidate, numbers: Collection[int]) -> AuditionState:
    """Before these macros are tried, and nothing else is heard."""
    return AuditionState(candidate, candidate.spec, phase=Phase.MACRO_TRIAL, to_hear=tuple(numbers), trying=True)


def ended(state: AuditionState) -> Auditioned:
    """The candidate with the result of its audition."""
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
            takes=state.notes_played,
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
