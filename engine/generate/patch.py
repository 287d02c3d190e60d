"""Intent + template + seed to a patch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import orjson

from engine.compiler.spec_io import dump_spec
from engine.errors import SpecError
from engine.generate.bans import apply_bans, drop_banned
from engine.generate.draft import Draft
from engine.generate.features import apply_features, apply_motions
from engine.generate.placement import manifest, place_roles, write_macros
from engine.generate.roles import axis_positions, move_bases
from engine.generate.seeds import pick, share
from engine.generate.values import hold_values, set_motions, set_values
from engine.generate.words import MOST_DRIVE, apply_axes, apply_beyond, apply_playing
from engine.versions import ENGINE
from schemas.intent import Axis, Intent
from schemas.patch_spec import Metadata, PatchSpec
from schemas.result import MacroPlacement
from schemas.template import MacroTemplate, RoleId


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch and where its template's eight roles went."""

    spec: PatchSpec
    placements: tuple[MacroPlacement, ...]


def make_patch(
    intent: Intent,
    template: MacroTemplate,
    *,
    seed: int,
    metadata: Metadata,
    nudges: Mapping[Axis, float] | None = None,
    drives: Mapping[Axis, float] | None = None,
    off_macros: Collection[RoleId] = (),
) -> Patch:
    """The patch for an intent: the template's base, the seed's picks, the words, then the macros.

    `drives` say how far an axis of the intent is driven, −2..2, where its own value was not enough to be heard.
    `nudges` are added to these, for variations: −2..2, the sum kept in the same range. Roles of `off_macros` don't
    come to a macro: they were turned and nothing was heard.
    """
    note = template.compass.center if intent.register_midi is None else intent.register_midi
    draft = Draft.of(_base(template.model_dump_json()), note=note)
    _pick(draft, template, seed)
    axes = _nudged({**intent.axes, **(drives or {})}, nudges or {})
    set_values(draft, intent)
    apply_bans(draft, intent)
    apply_features(draft, intent)
    apply_playing(draft, intent)
    roles = frozenset(role.role_id for role in template.roles)
    apply_axes(draft, axes, in_roles=roles)
    positions = axis_positions(template.roles, axes)
    for role in template.roles:
        if role.role_id in axes:
            move_bases(draft, role, positions[role.role_id])
    apply_beyond(draft, axes, in_roles=roles)
    apply_motions(draft, intent)
    set_motions(draft, intent)
    hold_values(draft, intent)
    placed = place_roles(draft, template, positions, intent.axes, off_macros=off_macros)
    placed = drop_banned(draft, placed)
    write_macros(draft, placed)
    draft.document["metadata"] = metadata.model_dump()
    return Patch(draft.spec(), manifest(placed))


def _nudged(axes: Mapping[Axis, float], nudges: Mapping[Axis, float]) -> dict[Axis, float]:
    found = dict(axes)
    for axis, nudge in nudges.items():
        found[axis] = min(max(found.get(axis, 0.0) + nudge, -MOST_DRIVE), MOST_DRIVE)
    return found


@lru_cache(maxsize=512)
def _base(template_json: str) -> bytes:
    """A template's base patch, before any draw, as JSON."""
    template = MacroTemplate.model_validate_json(template_json)
    draft = Draft.of(dump_spec(PatchSpec(engine_version=ENGINE)))
    draft.document["modulation"]["routes"] = [route.model_dump(mode="json") for route in template.routes]
    draft.document["modules"]["fx_order"] = list(template.fx_order)
    for pointer, value in template.base.items():
        try:
            draft.set(pointer, value)
        except SpecError as error:
            raise SpecError(f"template {template.id}: base: {error}") from None
    return orjson.dumps(draft.document)


def _pick(draft: Draft, template: MacroTemplate, seed: int) -> None:
    """The seed's picks: each from a hash of template, path and seed, so that one more range changes no other."""
    for span in template.ranges:
        parameter = draft.parameter(span.path)
        part = share("range", template.id, template.version, span.path, seed)
        low, high = parameter.to_stored(span.min), parameter.to_stored(span.max)
        draft.set_stored(span.path, low + part * (high - low))
    for choice in template.choices:
        option = pick(choice.options, "choice", template.id, template.version, choice.path, seed)
        draft.set(choice.path, option)
