"""How far each repair may go; `suggest` says how much is wanted, and `apply` does it.

A level repair has three limits: the highest peak it may leave (the profile's `peak_ceiling` less
`ROOM_FOR_MACROS_DB`), the end of the output's volume, and the end of the sources' levels, which take over there.
"""

ROOM_FOR_MACROS_DB = 0.3
"""A sound that is turned up stays this far below the ceiling: a macro may need the room."""
LOUDEST_VOLUME_DB, QUIETEST_VOLUME_DB = 6.02, -80.0
"""The ends of Vital's volume; whatever is wanted above the loudest, the sources are turned up for."""
LOUDEST_SOURCE_PERCENT = 100.0
LEAST_SOURCE_STEP_PERCENT = 0.01
"""A source at 0, or at its maximum, is not turned up."""
LEAST_SOURCE_GAIN = 1.01
"""A gain of less than a tenth of a dB is not worth a render."""

MONO_MARGIN_DB = 0.5
"""Narrowing aims this far inside the mono limit, because the synth doesn't scale its side signal exactly."""

SHORTEST_ATTACK_S, LONGEST_ATTACK_S = 0.004, 0.016
"""The attack is doubled within these limits to remove a click; even the longest still sounds hard."""

LOW_CUT_HZ = 25.0
"""Below this an offset is cut: the bottom of hearing."""
