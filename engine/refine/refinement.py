"""One request on its way to presets that may ship: what was planned, and what was learned by rendering it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.audition import Candidate
from engine.audition.arrival import arrival_of
from engine.audition.notes import held, measured_notes
from engine.catalog import template
from engine.errors import SpecError
from engine.gates import profile_for
from engine.generate import apply_patch, make_patch, make_variations
from engine.refine.budget import Budget
from engine.refine.drawings import kept_intent, leaving_out, metadata_of, patch_of, seed_of, variations_of
from engine.render.job import Centre, NotePlan
from engine.render.pool import RenderPool
from engine.repair import means_left_alone
from engine.word_contracts import NOTHING_ASKED, AskedAxis, Drives, TimbreFigures, Tuned, figures_of, without_words
from schemas.intent import AXES, Intent
from schemas.patch_spec import PatchSpec
from schemas.result import MacroHeard, MacroPlacement, Plan
from schemas.template import MacroTemplate, RoleId
from schemas.variations import Variation


@dataclass(frozen=True, slots=True)
class TriedMacros:
    """What was heard of the roles on the macros, and of those that were replaced, and what that cost."""

    kept: tuple[MacroHeard, ...] = ()
    replaced: tuple[MacroHeard, ...] = ()
    renders: int = 0
    takes: int = 0
    centre: Centre | None = None
    """The first note of the base, whichever roles are on its macros."""

    @property
    def timbre(self) -> TimbreFigures | None:
        """Of the base at rest; none where it was not heard, or is almost silent."""
        return figures_of(self.centre)


@dataclass(frozen=True, slots=True)
class Refinement:
    """A plan with its template, the patches that were planned, and how far its words and macros have come."""

    plan: Plan
    template: MacroTemplate
    spec: PatchSpec
    """The base patch as it was planned."""
    variations: tuple[Variation, ...]
    """As they were planned."""
    pool: RenderPool
    budget: Budget
    """Renders that the base may still take; shared by all that is made of this."""
    arrival_s: float = 0.0
    """How long its presets may take to arrive, as far as is known: the slowest of them, where the base is slow."""
    words: Tuned = NOTHING_ASKED
    macros: TriedMacros = TriedMacros()
    placements: tuple[MacroPlacement, ...] = ()
    """Where the macros of the planned patch went, if it was made here."""

    @classmethod
    def of(cls, plan: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> "Refinement":
        """A plan with its patches, before anything was rendered."""
        planned = cls(plan, template(plan.template_id), spec, variations, pool, Budget())
        return planned.with_words(NOTHING_ASKED)

    @classmethod
    def drawn(cls, plan: Plan, pool: RenderPool) -> "Refinement":
        """A plan whose patches nobody has made yet."""
        patch = patch_of(plan)
        planned = cls.of(plan, patch.spec, variations_of(plan, patch.spec), pool)
        return replace(planned, placements=patch.placements)

    @property
    def intent(self) -> Intent:
        """What the prompt asks for, without what is left out."""
        return kept_intent(self.plan)

    @property
    def notes(self) -> tuple[NotePlan, ...]:
        """The notes that its presets are measured at, the centre first, each held until the sound is there."""
        return tuple(held(note, self.arrival_s) for note in measured_notes(self.template, self.plan.intent))

    def with_words(self, words: Tuned) -> "Refinement":
        """The same with its words driven that far, and no macro tried yet; slower sounds get longer notes."""
        driven = replace(self, words=words, macros=TriedMacros())
        longer = replace(driven, arrival_s=max(self.arrival_s, driven._slowest_s(driven.base())))
        if longer.notes[0] == self.notes[0]:
            return longer
        return replace(longer, words=replace(words, centre=None))

    def with_macros(self, macros: TriedMacros) -> "Refinement":
        """The same with what was heard of its macros."""
        return replace(self, macros=macros)

    def patch(self, drives: Drives | None = None, *, intent: Intent | None = None) -> PatchSpec:
        """The base patch with axes driven, or with another intent."""
        return make_patch(
            intent or self.intent,
            self.template,
            seed=seed_of(self.plan),
            metadata=metadata_of(self.plan),
            drives=drives,
            off_macros=self._off_macros,
        ).spec

    def twin(self, asked: AskedAxis) -> PatchSpec:
        """The base patch of the same prompt without the words that ask for an axis."""
        neutral = without_words(self.plan.request, self.intent, asked)
        return self.patch(intent=leaving_out(neutral, self.plan.left_out))

    def base(self) -> PatchSpec:
        """The base patch as far as words and macros have come."""
        if not self.words.drives and not self.macros.replaced:
            return self.spec
        return self.patch(self.words.drives)

    def varied(self, base: PatchSpec, *, push: float = 1.0, without: Collection[str] = ()) -> tuple[Variation, ...]:
        """What varies that base: each type pushed so far, those in `without` passed over."""
        if base is self.spec and push == 1.0 and not without:
            return self.variations
        return make_variations(
            base,
            self.intent,
            self.template,
            seed=seed_of(self.plan),
            count=self.plan.request.variations,
            drives=self.words.drives,
            push=push,
            without=without,
            off_macros=self._off_macros,
        )

    def candidates(self, base: PatchSpec, variations: tuple[Variation, ...]) -> list[Candidate]:
        """The base, then its variations, each ready for an audition."""
        profile, notes = profile_for(self.template.category), self.notes
        first = Candidate("base", "base", base, notes, profile, left_alone=means_left_alone(self.plan.intent))
        return [first, *(replace(first, id=v.id, kind=v.type, spec=apply_patch(base, v.patch)) for v in variations)]

    @property
    def _off_macros(self) -> tuple[RoleId, ...]:
        replaced = {one.role_id for one in self.macros.replaced}
        return tuple(role for role in AXES if role in replaced)

    def _slowest_s(self, base: PatchSpec) -> float:
        """When the last of a base and its variations is there, s; 0 where the base is at once, or makes no file."""
        try:
            arrival = arrival_of(base)
            if not arrival.is_slow:
                return 0.0
            varied = [arrival_of(apply_patch(base, one.patch)).at() for one in self.varied(base)]
        except SpecError:
            return 0.0  # the audition says why
        return max(arrival.at(), *varied, 0.0)
