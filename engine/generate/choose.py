"""Which template answers an intent."""

import re
from collections.abc import Mapping

from engine.generate.seeds import pick
from schemas.intent import Intent
from schemas.template import MacroTemplate

_STYLE_POINTS = 10.0
_SUBTYPE_POINTS = (8.0, 5.0, 3.0, 2.0, 1.0, 1.0, 1.0, 1.0)
"""For the strongest sub-type that was spoken of, the next, and so on."""
_FIT_POINTS = 1.5
"""For every axis that was spoken of and is one of the template's roles."""
_NAME_POINTS = 2.0
"""For every word of the template's name that the prompt has, its style aside."""
_CLOSE = 1.0
"""Templates within these points of the best are equally good, and the seed picks one."""


def choose_template(intent: Intent, templates: Mapping[str, MacroTemplate], *, seed: int) -> MacroTemplate:
    """The template that fits best; among equally good ones the seed decides.

    The style counts most, then the sub-types in their order, then the template's own name, then how many of the
    words its roles can answer.
    """
    scores = {name: score(intent, template) for name, template in templates.items()}
    best = max(scores.values())
    close = sorted(name for name, points in scores.items() if points >= best - _CLOSE)
    return templates[pick(close, "template", seed, intent.prompt)]


def score(intent: Intent, template: MacroTemplate) -> float:
    """How well a template fits, in points."""
    points = _STYLE_POINTS * (template.category == intent.style)
    points += sum(
        worth for kind, worth in zip(intent.subtypes, _SUBTYPE_POINTS, strict=False) if kind in template.subtypes
    )
    roles = {role.role_id for role in template.roles}
    points += _FIT_POINTS * sum(abs(value) for axis, value in intent.axes.items() if axis in roles)
    spoken = set(re.findall(r"[a-z0-9]+", intent.prompt.lower()))
    named = set(template.id.split("_")) - {template.category.lower()}
    points += _NAME_POINTS * len(named & spoken)
    if intent.register_midi is not None:
        low, high = template.compass.low, template.compass.high
        points -= 0.05 * max(low - intent.register_midi, intent.register_midi - high, 0)
    return points
