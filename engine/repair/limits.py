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

LITTLE_NARROWER = 0.85
"""A part of its width that a sound may lose at once; before it loses more, its bass is moved to the middle."""
WET_FROM_HZ = 300.0
"""Chorus, delay and reverb get nothing below it then: no ear tells left from right there."""
LEAST_SPREAD_PERCENT = 8.0
"""Voices that are spread no wider are left as they are."""
MONO_MARGIN_DB = 0.5
"""Narrowing aims this far inside the mono limit, because the synth doesn't scale its side signal exactly."""

SHORTEST_ATTACK_S, LONGEST_ATTACK_S = 0.004, 0.016
"""The attack is doubled within these limits to remove a click; even the longest still sounds hard."""

LOW_CUT_HZ = 25.0
"""Below this an offset is cut: the bottom of hearing."""

MOST_MISSING_DB = 0.9
"""A sound that its peaks keep further below its level than this has its peaks rounded off, as follows."""
COMPRESSED_BELOW_PEAK_DB = (6.0, 12.0, 18.0)
"""Steps of a compressor: its threshold below the peak of the loudest note."""
COMPRESSOR_RATIO = 0.8
"""Vital's ratio, 0 none and 1 a limiter: five to one."""
COMPRESSOR_GAINS_DB = (2.5,)
"""What its first step gains in loudness, about: where more is missing, the second is made at once."""
DRIVEN_ABOVE_CLIPPING_DB = (0.0, 4.0, 8.0, 12.0, 16.0)
"""Steps of a saturation: how far the loudest note is driven above full scale."""
SATURATION_GAINS_DB = (1.5, 3.0, 4.5, 6.0)
"""What its steps gain, about: the first is made that is enough for what is missing."""
LEAST_VELOCITY_PERCENT = 10.0
"""A velocity that changes the level by less than this is left; otherwise it is halved, once."""
LEAST_HELP_DB = 0.4
"""A step of a compressor that gains less than this is taken back, and no further one follows."""
