"""Values that a prompt asks for outright, in a patch: set and kept (`apply`), and read back from it (`readback`).

Each noun has one setting: what is written for it and how it is read. What is set is pinned in the draft, so that
neither words nor roles move it any more, and the patch's own modulation keeps near it.
"""

from engine.generate.values.apply import hold_values, set_motions, set_values
from engine.generate.values.readback import values_set

__all__ = ["hold_values", "set_motions", "set_values", "values_set"]
