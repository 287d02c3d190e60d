"""What a file is that was taken for a preset or a PatchSpec: told by its first bytes, or by what its JSON holds."""

from collections.abc import Mapping
from typing import Any

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "packed with gzip; unpack it first"),
    (b"PK\x03\x04", "a zip archive, such as a bank of presets"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself; `git lfs pull` fetches that"),
    (b"\x00\x05\x16\x07", "what macOS notes about another file"),
    (b"RIFF", "audio"),
    (b"CcnK", "a VST preset (.fxp) of another synth"),
    (b"\xff\xfe", "text in UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16; save it as UTF-8"),
)
_WEB_PAGE = "a web page; where it came from, look for “Download raw file” or the like"
_BINARY = "not text; a preset is JSON"


def other_kind(data: bytes) -> str:
    """What a file is if it can't be JSON; empty if it may be."""
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return "empty" if len(data) <= 1000 else ""
    found = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), "")
    if found or start.startswith((b"{", b"[")):
        return found
    if start.startswith(b"<"):
        return _WEB_PAGE
    return _BINARY if b"\x00" in start else ""


def encoding_problem(data: bytes) -> str:
    """Where text is not UTF-8; empty if it is."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        before = data[max(error.start - 30, 0) : error.start].decode("latin-1").replace("\n", " ")
        byte = f"{data[error.start]:#04x}"
        return f"not UTF-8 but another encoding, such as Latin-1 (byte {byte} behind {before!r}); save it as UTF-8"
    return ""


def instead_of_a_preset(document: Any) -> str:
    """What a JSON document is that isn't a preset; empty if it can't be told."""
    if isinstance(document, Mapping) and "modules" in document and "engine_version" in document:
        return "a PatchSpec; `synthcopilot export` makes a preset of it"
    return _part_of_a_preset(document)


def instead_of_a_spec(document: Any) -> str:
    """What a JSON document is that isn't a PatchSpec; empty if it can't be told."""
    if isinstance(document, Mapping) and isinstance(document.get("settings"), Mapping):
        return "a Vital preset; `synthcopilot import` makes a PatchSpec of it"
    return _part_of_a_preset(document)


def _part_of_a_preset(document: Any) -> str:
    if isinstance(document, Mapping) and "groups" in document:
        return "a wavetable"
    return "the shape of an LFO" if isinstance(document, Mapping) and "num_points" in document else ""
