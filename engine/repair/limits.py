"""How far each repair may go. How much of it is wanted says `suggest`; `apply` does it.

A level repair is limited three times: the loudest peak that it leaves (the profile's `peak_ceiling`, less
`ROOM_FOR_MACROS_DB`), where the output's volume ends, and where the sources' levels end that take over from there.
"""

ROOM_FOR_MACROS_DB = 0.3
"""What is turned up keeps this much room under the ceiling: a macro turned up may need it."""
LOUDEST_VOLUME_DB, QUIETEST_VOLUME_DB = 6.02, -80.0
"""The ends of Vital's volume: what is wanted above them, the sources take."""
LOUDEST_SOURCE_PERCENT = 100.0
LEAST_SOURCE_STEP_PERCENT = 0.01
"""A source that stands at 0 or at its top is not turned up."""
LEAST_SOURCE_GAIN = 1.01
"""A gain of less than a tenth of a dB is not worth a render."""

MONO_MARGIN_DB = 0.5
"""A narrower sound aims this far inside a mono limit: the synth does not scale its side signal exactly."""

SHORTEST_ATTACK_S, LONGEST_ATTACK_S = 0.004, 0.016
"""Against a click the attack doubles within these: even the longest still is a hard one."""

LOW_CUT_HZ = 25.0
"""Where an offset is cut: the bottom of hearing."""
