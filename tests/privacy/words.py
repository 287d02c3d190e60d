"""A prompt that nothing but itself can have put anywhere."""

from pathlib import Path

from service.erasure.search import contents

PROMPT = "Grittty closd hihatt, veryy zzyzxian, like a quokkaphone, slow swel, 140 bpm"
"""Misspelt, so that even the words that are understood can't come from the lexicon or the templates."""
TAGS = ("plinthcore", "wobblestep dub")
TRACES = ("grittty", "hihatt", "veryy", "zzyzx", "quokka", "swel,", "plinthcore", "wobblestep")
"""Pieces of it; found in any case, any of them is a find."""


def traces_in(data: bytes) -> list[str]:
    """Which pieces are in some bytes, as UTF-8 or UTF-16."""
    lower = data.lower()
    return [one for one in TRACES if one.encode() in lower or one.encode("utf-16-le") in lower]


def traces_in_file(path: Path) -> list[str]:
    """Which pieces are in a file or its name; what is compressed in it is unpacked."""
    data = b"\n".join([path.name.encode(), *contents(path)])
    return traces_in(data)
