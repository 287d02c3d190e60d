"""A template's map, made by rendering what isn't known of it yet."""

from collections.abc import Mapping, Sequence

from engine import versions
from engine.compiler import compile_spec, playable
from engine.errors import RenderError, SpecError, VitalFileError
from engine.render.job import NotePlan, RenderJob
from engine.render.pool import RenderPool
from engine.responses.contexts import MapContext, contexts_of, lexicon_hash, template_hash
from engine.responses.figures import FIGURES, MapFigures, figures_of, in_grains
from engine.responses.moves import Moved, moved, patch_hash
from schemas.patch_spec import PatchSpec
from schemas.responses import ContextResponses, ResponseMap
from schemas.template import MacroTemplate

_BASE = "base"


def measure_responses(
    template: MacroTemplate,
    pool: RenderPool,
    known: ResponseMap | None = None,
    *,
    contexts: Sequence[str] | None = None,
) -> ResponseMap:
    """The map of a template; rows of `known` whose patches are what they were are not heard again.

    Deterministic: what is taken over is what would be measured. Of contexts that aren't named in `contexts` (None:
    all are) only what is known is taken over.

    Raises:
        RenderError: the template's own sound can't be rendered, or is silent.
    """
    found = dict(current_rows(template, known).contexts) if known else {}
    for one in contexts_of(template):
        if contexts is None or one.name in contexts:
            found[one.name] = _measured(one, pool, found.get(one.name))
    return ResponseMap(
        template_id=template.id,
        template=template_hash(template),
        lexicon=lexicon_hash(template),
        measures=versions.MEASURES,
        figures=FIGURES,
        contexts={one.name: found[one.name] for one in contexts_of(template) if one.name in found},
    )


def to_render(template: MacroTemplate, known: ResponseMap | None) -> int:
    """How many rows of a template's map are missing, or were measured on other patches than the engine makes now.

    All that a map depends on shows in its patches and the version of the measures: the template, what the lexicon
    says of its name, and the engine's moves. No map at all has everything missing.
    """
    return sum(to_render_by_context(template, known).values())


def to_render_by_context(template: MacroTemplate, known: ResponseMap | None) -> dict[str, int]:
    """The same by context."""
    before = known.contexts if known and _same_measures(known) else {}
    return {one.name: _left(one, before.get(one.name)) for one in contexts_of(template)}


def current_rows(template: MacroTemplate, known: ResponseMap) -> ResponseMap:
    """What still holds of a map: without the rows and contexts in which another sound would be heard now."""
    found = {}
    for context in contexts_of(template) if _same_measures(known) else ():
        before, wanted = known.contexts.get(context.name), moved(context)
        if before is not None and before.patch == wanted.base_hash:
            hashes = {key: patch_hash(spec) for key, spec in wanted.patches.items()}
            rows = {key: row for key, row in before.rows.items() if hashes.get(key) == row[0]}
            found[context.name] = before.model_copy(update={"rows": rows})
    changes = {"template": template_hash(template), "lexicon": lexicon_hash(template), "contexts": found}
    return known.model_copy(update={**changes, "measures": versions.MEASURES, "figures": FIGURES})


def is_of(known: ResponseMap, template: MacroTemplate) -> bool:
    """Whether a map is of this template, lexicon and measures, as far as their hashes and versions tell."""
    made_of = (known.template, known.lexicon)
    return _same_measures(known) and made_of == (template_hash(template), lexicon_hash(template))


def _same_measures(known: ResponseMap) -> bool:
    return (known.measures, known.figures) == (versions.MEASURES, FIGURES)


def _left(context: MapContext, known: ContextResponses | None) -> int:
    return len(_unknown(moved(context), known))


def _unknown(wanted: Moved, known: ContextResponses | None) -> dict[str, PatchSpec]:
    if known is None or known.patch != wanted.base_hash:
        return dict(wanted.patches)
    stands = {key: digest for key, (digest, _) in known.rows.items()}
    return {key: spec for key, spec in wanted.patches.items() if stands.get(key) != patch_hash(spec)}


def _measured(context: MapContext, pool: RenderPool, known: ContextResponses | None) -> ContextResponses:
    wanted = moved(context)
    unknown = _unknown(wanted, known)
    if known is not None and not unknown:
        return known.model_copy(update={"rows": {key: known.rows[key] for key in wanted.patches}})
    # The base again as well: a map holds its figures in grains, and differences are taken before they are rounded.
    heard = _heard({_BASE: wanted.base, **unknown}, wanted.note, pool)
    base = heard.pop(_BASE)
    if base is None:
        raise RenderError(f"template {context.template.id}: nothing is heard of its context {context.name!r}")
    kept = known.rows if known is not None else {}
    rows = {
        key: (patch_hash(spec), _change(heard[key], base)) if key in heard else kept[key]
        for key, spec in wanted.patches.items()
    }
    return ContextResponses(patch=wanted.base_hash, base=in_grains(base), rows=rows)


def _change(figures: MapFigures | None, base: MapFigures) -> tuple[int, ...] | None:
    return None if figures is None else in_grains(figures, less=base)


def _heard(specs: Mapping[str, PatchSpec], note: NotePlan, pool: RenderPool) -> dict[str, MapFigures | None]:
    found: dict[str, MapFigures | None] = dict.fromkeys(specs)
    jobs = (_job(key, spec, note) for key, spec in specs.items())
    for outcome in pool.map([job for job in jobs if job is not None]):
        found[outcome.key] = figures_of(outcome)
    return found


def _job(key: str, spec: PatchSpec, note: NotePlan) -> RenderJob | None:
    try:
        return RenderJob(key, playable(compile_spec(spec)).preset, (note,), timbre=True)
    except (SpecError, VitalFileError):
        return None
