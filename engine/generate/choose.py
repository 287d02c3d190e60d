"""Which template answers an intent.

Style and kinds of sound decide, never how the sound is meant to be: "dark bell" and "bright bell" start from the
same template and differ by what the words do to it. That keeps a word a contract, and opposite words comparable.
Among templates that fit equally well, one answers that can be moved along the axes that the words ask for.
"""

from collections.abc import Mapping

from engine.generate.owners import lacking
from engine.generate.seeds import pick
from schemas.intent import Intent, Style
from schemas.template import MacroTemplate

_STYLE_POINTS = 60.0
"""Counts more than all sub-types together: a bass that bounces "like a ball" is still a bass."""
_SUBTYPE_POINTS = (24.0, 5.0, 3.0, 2.0, 1.0, 1.0, 1.0, 1.0)
"""For the strongest sub-type mentioned, the next, and so on."""
_LISTED = 0.5
"""Share for a sub-type that isn't the first in a template's list: a kalimba wins over mallets that could be one."""
_PLAIN_POINTS = 4.0
_CLOSE = 1.0
"""Templates within these points of the best are equally good: of those that lack the fewest of the axes that words
ask for, the seed picks one."""

_PLAIN: Mapping[Style, frozenset[str]] = {
    "Bass": frozenset({"analog-bass", "square-bass", "fm-bass", "pluck", "reese", "sub"}),
    "Lead": frozenset({"saw", "supersaw", "pwm", "wavetable"}),
    "Keys": frozenset({"e-piano", "piano", "fm-keys", "pluck"}),
    "Pad": frozenset({"saw", "swell", "wavetable", "digital-pad"}),
    "Percussion": frozenset({"drum", "hit", "kick", "snare", "metal-perc", "zap-perc"}),
    "Sequence": frozenset({"arp", "pluck", "bass-sequence", "chord-gate"}),
    "SFX": frozenset({"whoosh", "riser", "impact", "machine", "computer", "glitch-fx"}),
}
"""What a style's name alone may mean: "a pad" is no choir, "a bass" no foghorn."""


def choose_template(intent: Intent, templates: Mapping[str, MacroTemplate], *, seed: int) -> MacroTemplate:
    """The template that fits best; among equally good ones the seed decides.

    The style counts most, then the sub-types in their order. Which of those that fit equally well is drawn stays
    the same whatever words ask for, as long as it owns it. Where a style stands alone and none of its plain kinds
    owns all axes that words ask for, any template of that style that does may answer. The prompt's own text has no
    say, so that two prompts that ask for the same thing in other words get the same template at the same seed.
    """
    own = {
        kind for template in templates.values() if template.category == intent.style for kind in template.subtypes
    }
    plain = not own & set(intent.subtypes)
    scores = {name: score(intent, template, plain=plain) for name, template in templates.items()}
    best = max(scores.values())
    close = sorted(name for name, points in scores.items() if points >= best - _CLOSE)
    drawn_by = ("template", seed, intent.style, *intent.subtypes)
    fewest, first = min(lacking(name, intent) for name in close), pick(close, *drawn_by)
    if fewest and plain:
        of_style = sorted(name for name, template in templates.items() if template.category == intent.style)
        owners = [name for name in of_style if not lacking(name, intent)]
        close, fewest = (owners, 0) if owners else (close, fewest)
    able = [name for name in close if lacking(name, intent) == fewest]
    return templates[first if first in able else pick(able, *drawn_by)]


def templates_alike(
    intent: Intent, templates: Mapping[str, MacroTemplate], chosen: MacroTemplate
) -> tuple[MacroTemplate, ...]:
    """Other templates for the kind of sound that `chosen` answers, those first that fit best and own most.

    They are of its style, and of the first sub-type mentioned that it has; of all that it has where none was.
    """
    mentioned = next((kind for kind in intent.subtypes if kind in chosen.subtypes), None)
    kinds = {mentioned} if mentioned else set(chosen.subtypes) & _PLAIN[chosen.category] or set(chosen.subtypes)
    alike = (one for one in templates.values() if one.category == chosen.category and kinds & set(one.subtypes))
    plain = mentioned is None
    return tuple(
        sorted(
            (one for one in alike if one.id != chosen.id),
            key=lambda one: (-score(intent, one, plain=plain), lacking(one.id, intent), one.id),
        )
    )


def score(intent: Intent, template: MacroTemplate, *, plain: bool) -> float:
    """How well a template fits, in points; `plain` if no template of the style has a sub-type mentioned."""
    points = _STYLE_POINTS * (template.category == intent.style)
    for kind, worth in zip(intent.subtypes, _SUBTYPE_POINTS, strict=False):
        if kind in template.subtypes:
            points += worth * (1.0 if kind == template.subtypes[0] else _LISTED)
    if plain:
        points += _PLAIN_POINTS * bool(_PLAIN[intent.style] & set(template.subtypes))
    if intent.register_midi is not None:
        low, high = template.compass.low, template.compass.high
        points -= 0.05 * max(low - intent.register_midi, intent.register_midi - high, 0)
    return points
