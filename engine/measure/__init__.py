"""Measures of rendered audio: pure functions on float32 arrays of shape (2, n).

Only numpy is imported here: these modules run in the render process, whose start everybody waits for.

>>> import numpy as np
>>> from engine.measure.note import measure_note
>>> tone = np.sin(2 * np.pi * 220.0 * np.arange(88_200) / 44_100).astype(np.float32)
>>> figures = measure_note(np.stack((tone, -tone / 2)), 44_100, note=57, velocity=0.8, hold_s=1.0)
>>> figures["peak"], figures["pitch_hz"], figures["mono_loss_db"]
(1.0, 220.0, -10.0)
"""
