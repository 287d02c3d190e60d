"""Measures of rendered audio: pure functions on float32 arrays of shape (2, n).

Only numpy is imported here: these modules run in the render process, whose start everybody waits for.
"""
