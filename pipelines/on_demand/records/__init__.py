"""Where Dagster keeps its records: its storage over pooled connections, its events written in the background.

Everything here is written against the pinned versions of Dagster and of its PostgreSQL library.
"""
