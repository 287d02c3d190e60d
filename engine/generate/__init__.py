"""From an intent and a template to a patch: the seed's choices within bounds, then words, macros and variations.

>>> from engine.catalog import catalog
>>> from engine.generate import choose_template, make_patch
>>> from engine.planner import plan
>>> from schemas.patch_spec import Metadata
>>> intent = plan("bright reese bass")
>>> template = choose_template(intent, catalog(), seed=1)
>>> named = Metadata(name="Keel")
>>> patch, again, other = (make_patch(intent, template, seed=seed, metadata=named) for seed in (1, 1, 2))
>>> template.category, len(patch.placements), patch == again, patch == other
('Bass', 8, True, False)
"""

from engine.generate.choose import choose_template, templates_alike
from engine.generate.patch import Patch, make_patch
from engine.generate.variations import apply_patch, diff, make_variations

__all__ = ["Patch", "apply_patch", "choose_template", "diff", "make_patch", "make_variations", "templates_alike"]
