"""Rendering with the real engine, in processes that may crash: use `pool`; `job` is what goes in and comes out.

Nothing is imported here: the render process starts from this package, and everybody waits for its start.
"""
