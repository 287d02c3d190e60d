"""From an intent and a template to a patch: bounded ranges, a seed's picks, words, macros, variations."""

from engine.generate.choose import choose_template
from engine.generate.patch import Patch, make_patch
from engine.generate.variations import apply_patch, diff, make_variations

__all__ = ["Patch", "apply_patch", "choose_template", "diff", "make_patch", "make_variations"]
