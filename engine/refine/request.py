"""What a request's presets go through before they ship: its words driven until they are heard, then all auditioned.

The auditions (`engine.refine.auditions`) try the macros and fit the variations first. Where the base is refused for
what its words were driven to, all is auditioned again with less of them. Where words are not heard, the request is
drawn anew (`engine.refine.drawings`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.audition import Auditioned
from engine.generate import diff
from engine.generate.values import values_set
from engine.refine.auditions import AuditionedRequest, audition_all
from engine.refine.drawings import MOST_DRAWINGS, drawn, left_out, without
from engine.refine.refinement import Refinement
from engine.refine.verdicts import judged
from engine.render.pool import RenderPool
from engine.word_contracts import MAX_AXES, MAX_RENDERS, Tuned, figures_of, heard_at, is_reversed, tune
from schemas.intent import Axis
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, MacroPlacement, Plan, Repaired, ValueSet
from schemas.variations import Variation, VariationsDiff

_MOST_AUDITIONED = 2
"""Drawings of a request that are auditioned, the best first, until one holds."""
_MOST_PLAYED_S = 60.0
"""Audio of the words' loop, s, after which no further drawing is begun."""
_LONG_NOTE_S = 3.5
"""A first note that is rendered for longer is a slow sound's."""
_HELD_BACK_TO = (0.6, 0.25)
"""Parts of what the words were driven to that a base is given which doesn't pass the gates with all of it."""


@dataclass(frozen=True, slots=True)
class RefinedRequest:
    """A request's presets after the last render: base first, and variations against the base as it ships."""

    plan: Plan
    """As it was drawn in the end."""
    placements: tuple[MacroPlacement, ...]
    """Where the macros of its patch went, if that was drawn anew here; else who made the patch knows."""
    presets: tuple[HeardPreset, ...]
    variations: VariationsDiff
    previews: Mapping[str, bytes]
    """FLAC of each accepted preset, by id."""


def refine(plan: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> RefinedRequest:
    """A plan's base patch and its variations as they ship, or why they don't.

    Where not all words are heard, other drawings of the request are driven as well, and the best is auditioned.
    Words that only went the other way are left out of it. What doesn't pass, or has words that are heard the other
    way after all, makes room for the next; at last it gets less of its words, or those that go the other way are
    left out.
    """
    drawings = _drawings(Refinement.of(plan, spec, variations, pool))
    driven = list(drawings)
    while wrong := drawings[0].words.the_other_way:
        drawings[0] = _without(drawings[0], wrong)
        driven.append(drawings[0])
    outcomes = [_outcome(drawings[0])]
    while outcomes[-1].may_make_room and (number := len(outcomes)) < _MOST_AUDITIONED:
        more = number < len(drawings)
        outcomes.append(
            _outcome(drawings[number] if more else _driven(Refinement.drawn(drawn(plan, number), pool)))
        )
    best = max(outcomes, key=lambda one: one.score)
    if best.base.status == "refused":
        outcomes[outcomes.index(best)] = best = _with_less(best)
    while (wrong := best.heard_the_other_way) and len(best.driven.plan.left_out) < MAX_AXES:
        best = _outcome(_without(best.driven, wrong))
        outcomes.append(best)
    unheard = [one for one in driven if all(one is not outcome.driven for outcome in outcomes)]
    in_vain = [*(one.words.renders for one in unheard), *(one.renders for one in outcomes if one is not best)]
    return best.refined(in_vain=sum(in_vain))


def _drawings(first: Refinement) -> list[Refinement]:
    """Drawings of a request with their words driven, best first; one alone if its words are all heard."""
    driven = [_driven(first)]
    while _worth_another(driven):
        driven.append(_driven(Refinement.drawn(drawn(first.plan, len(driven)), first.pool)))
    return sorted(driven, key=lambda one: one.words.score, reverse=True)


def _without(driven: Refinement, wrong: Sequence[Axis]) -> Refinement:
    """The same drawing without the words for these axes."""
    return _driven(Refinement.drawn(without(driven.plan, wrong), driven.pool))


def _worth_another(driven: Sequence[Refinement]) -> bool:
    renders = sum(one.words.renders for one in driven)
    played_s = sum(one.words.renders * one.notes[0].render_s for one in driven)
    may = len(driven) < MOST_DRAWINGS and renders < MAX_RENDERS and played_s < _MOST_PLAYED_S
    return may and not driven[-1].words.complete


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A drawing as it was auditioned, and its presets with the results for their words."""

    driven: Refinement
    auditioned: AuditionedRequest
    heard: tuple[Auditioned, ...]

    @classmethod
    def of(cls, driven: Refinement, auditioned: AuditionedRequest) -> "_Outcome":
        """With the results for the words, those that were left out among them."""
        heard = judged(auditioned.heard, driven.words, left_out=left_out(driven.plan))
        return cls(driven, auditioned, heard)

    @property
    def base(self) -> HeardPreset:
        return self.heard[0].preset

    @property
    def heard_the_other_way(self) -> tuple[Axis, ...]:
        """Axes whose words an accepted base gives the other way."""
        if self.base.status == "refused":
            return ()
        return tuple(word.axis for word in self.base.words if is_reversed(word))

    @property
    def may_make_room(self) -> bool:
        """Whether another drawing may be better: gates refuse this one, or words are heard the other way.

        Slow sounds are auditioned once more for the gates alone: it takes minutes of audio.
        """
        slow = self.driven.notes[0].render_s > _LONG_NOTE_S
        return bool(self.heard_the_other_way and not slow) or self.auditioned.refused_by_gates

    @property
    def renders(self) -> int:
        """All that it took, its words and its variations included."""
        cost, varied = self.auditioned.cost, self.heard[1:]
        mine = self.driven.words.renders + cost.renders
        return mine + sum(one.preset.renders + cost.fitting.get(one.preset.id, 0) for one in varied)

    @property
    def score(self) -> tuple[bool, int, int]:
        """How good the base is, greater is better."""
        satisfied = sum(word.satisfied for word in self.base.words)
        return self.base.status == "accepted", -len(self.heard_the_other_way), satisfied

    @property
    def _audio(self) -> list[tuple[HeardPreset, bytes | None]]:
        return [(one.preset, one.flac) for one in self.heard]

    def refined(self, *, in_vain: int) -> RefinedRequest:
        """What ships, or why it doesn't; `in_vain` are renders of other drawings."""
        driven, auditioned, base = self.driven, self.auditioned, self.base
        changes = {
            "repairs": (*auditioned.held_back, *(_swapped(one) for one in auditioned.replaced), *base.repairs),
            "renders": auditioned.cost.renders,
            "takes": auditioned.cost.takes,
            "tuning_renders": in_vain + driven.words.renders,
            "values": _values(driven, base),
        }
        if base.status == "refused" and not driven.budget.enough_to_audition:
            changes["refused_because"] = (*base.refused_because, driven.budget.used_up)
        cost = auditioned.cost.fitting
        others = (_fitted(one.preset, cost, _values(driven, one.preset)) for one in self.heard[1:])
        ids = {one.preset.id for one in self.heard}
        unheard = (one for one in auditioned.unheard if one.id not in ids) if auditioned.accepted else ()
        return RefinedRequest(
            plan=driven.plan,
            placements=driven.placements,
            presets=(base.model_copy(update=changes), *others, *unheard),
            variations=_against_the_base(self.heard),
            previews={one.id: flac for one, flac in self._audio if one.status == "accepted" and flac},
        )


def _outcome(driven: Refinement) -> _Outcome:
    """A drawing with its words driven, auditioned."""
    return _Outcome.of(driven, audition_all(driven))


def _with_less(refused: _Outcome) -> _Outcome:
    """A base that the gates refuse, with less of what its words were driven to; as it was where none helps."""
    driven, auditioned = refused.driven, refused.auditioned
    for part in _HELD_BACK_TO if driven.words.asked else ():
        if not auditioned.refused_by_gates or not driven.budget.enough_to_audition:
            break
        less = audition_all(driven.with_words(driven.words.weaker(part)), before=auditioned.cost)
        held_back = _held_back(driven.words, part, auditioned.base)
        auditioned = replace(less, held_back=held_back) if less.accepted else replace(auditioned, cost=less.cost)
    return _Outcome.of(driven, auditioned)


def _driven(start: Refinement) -> Refinement:
    """The request with its words' axes driven until they are heard, or as far as they go."""
    note = start.notes[0]
    tuned = tune(start.intent, start.spec, start.patch, start.twin, note=note, pool=start.pool)
    start.budget.spend(tuned.renders)
    driven = start.with_words(tuned)
    if driven.notes[0] == note:
        return driven
    again = _twins_again(driven, tuned)
    start.budget.spend(len(again.asked))
    return driven.with_words(again)


def _twins_again(refinement: Refinement, tuned: Tuned) -> Tuned:
    """The words with their twins heard at the notes of the sound that they made slower: like is told by like."""
    specs = [refinement.twin(one) for one in tuned.asked]
    heard = heard_at(specs, refinement.notes[0], refinement.pool)
    figures = (figures_of(one) for one in heard)
    twins = {one.axis: found for one, found in zip(tuned.asked, figures, strict=True) if found is not None}
    return replace(tuned, twins={**tuned.twins, **twins}, renders=tuned.renders + len(heard), centre=None)


def _values(refinement: Refinement, preset: HeardPreset) -> tuple[ValueSet, ...]:
    return values_set(refinement.plan.intent, preset.spec, preset.repairs, note=refinement.notes[0].note)


def _fitted(variation: HeardPreset, fitting: Mapping[str, int], values: tuple[ValueSet, ...]) -> HeardPreset:
    return variation.model_copy(update={"tuning_renders": fitting.get(variation.id, 0), "values": values})


def _held_back(tuned: Tuned, part: float, refused: HeardPreset) -> tuple[Repaired, ...]:
    subject = ", ".join(one.axis for one in tuned.asked)
    reason, unit = "; ".join(refused.refused_because), "% of what its words ask for"
    return (Repaired(kind="words", subject=subject, amount=round(100 * part), unit=unit, reason=reason),)


def _swapped(macro: MacroHeard) -> Repaired:
    reason = f"{macro.problem}, so the next role took its place"
    return Repaired(kind="role", subject=macro.label, amount=0.0, unit="% of its macro", reason=reason)


def _against_the_base(heard: tuple[Auditioned, ...]) -> VariationsDiff:
    base = heard[0].preset.spec.model_dump(mode="json")
    accepted = [one.preset for one in heard[1:] if one.preset.status == "accepted"]
    documents = [preset.spec.model_dump(mode="json") for preset in accepted]
    return VariationsDiff(
        variations=tuple(
            Variation.model_validate(
                {
                    "id": preset.id,
                    "type": preset.kind,
                    "patch": diff(base, document),
                    "inverse": diff(document, base),
                }
            )
            for preset, document in zip(accepted, documents, strict=True)
        )
    )
