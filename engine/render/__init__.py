"""Rendering with the real engine, in processes that may crash: use `pool`; `job` is what goes in and comes out.

Nothing is imported here: the render process starts from this package, and everybody waits for its start.

>>> from engine.render.job import RenderJob, standard_notes
>>> notes = standard_notes(36, 48, 60)
>>> [note.note for note in notes]
[48, 36, 60]
>>> RenderJob("undertow", b"{}", notes, preview=notes[0]).all_notes == notes  # a preview among them is free
True
"""
