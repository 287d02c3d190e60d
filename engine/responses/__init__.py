"""What each axis and macro of a template does to every figure of its sound: measured once, then known.

>>> from engine.responses import expected, read_map
>>> known = read_map("warm_pad")
>>> change = expected(known, "brightness", 0.8)
>>> change["brightness"] > 0 > change["weight"]
True
"""

from engine.responses.contexts import contexts_of, lexicon_hash, template_hash
from engine.responses.directions import FELT, Direction, directions
from engine.responses.figures import FIGURES, GRAINS
from engine.responses.files import map_text, not_owned_text, read_map
from engine.responses.measure import current_rows, is_of, measure_responses, to_render, to_render_by_context
from engine.responses.moves import DRIVE
from engine.responses.predict import expected

__all__ = [
    "DRIVE",
    "FELT",
    "FIGURES",
    "GRAINS",
    "Direction",
    "contexts_of",
    "current_rows",
    "directions",
    "expected",
    "is_of",
    "lexicon_hash",
    "map_text",
    "measure_responses",
    "not_owned_text",
    "read_map",
    "template_hash",
    "to_render",
    "to_render_by_context",
]
