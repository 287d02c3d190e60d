"""Writes: each function is one thing that a user or an operator does, through the API, the page or a shell."""
