"""Dagster assets and checks: each reads, calls one engine function, and returns with metadata."""
