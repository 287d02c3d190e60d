"""PatchSpec to `.vital` and back, and the guard that every file passes before it may sound.

`read_vital` parses and checks a file, `decompile` makes a PatchSpec of it, `compile_spec` makes the file,
`canonical_bytes` writes it, `playable` makes it safe to render.

>>> from engine.compiler import canonical_bytes, compile_spec, import_vital, spec_from_dict
>>> modules = {"filter": [{"cutoff_hz": 440.0}, {}]}
>>> spec = spec_from_dict({"engine_version": "0", "metadata": {"name": "Plain"}, "modules": modules})
>>> vital = compile_spec(spec)
>>> vital["settings"]["filter_1_cutoff"]
69.0
>>> import_vital(canonical_bytes(vital)).modules.filter[0].cutoff_hz
440.0
"""

from engine.compiler.canonical import canonical_bytes
from engine.compiler.from_vital import decompile, import_vital, made_modulations, routes_to_nowhere
from engine.compiler.guard import Guarded, playable
from engine.compiler.oddities import oddities
from engine.compiler.reader import read_vital
from engine.compiler.spec_io import dump_spec, load_spec, spec_from_dict
from engine.compiler.to_vital import compile_spec

__all__ = [
    "Guarded",
    "canonical_bytes",
    "compile_spec",
    "decompile",
    "dump_spec",
    "import_vital",
    "load_spec",
    "made_modulations",
    "oddities",
    "playable",
    "read_vital",
    "routes_to_nowhere",
    "spec_from_dict",
]
