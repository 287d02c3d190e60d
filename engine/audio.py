"""What holds of all audio in the engine."""

SAMPLE_RATE = 44_100
"""Of all that is rendered, measured and written, Hz."""
SILENT_LUFS = -60.0
"""What is softer counts as silence: some 40 dB below a usual preset."""
