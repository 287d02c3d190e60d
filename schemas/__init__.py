"""The shapes that everything at a boundary must have: frozen models that forbid what they don't know."""
