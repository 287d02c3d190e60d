"""What holds of all audio in the engine."""

import numpy as np
from numpy.typing import NDArray

Stereo = NDArray[np.float32]
"""Audio of shape (2, n): left and right, 1 = full scale."""
SAMPLE_RATE = 44_100
"""Of all that is rendered, measured and written, Hz."""
SILENT_LUFS = -60.0
"""What is softer counts as silence: some 40 dB below a usual preset."""
