"""The parts of Dagster that we use and that it doesn't promise to keep: nobody else imports below `dagster._`.

A module for each thing that we need them for; a function where that gives us less to lean on than a class. Dagster
is pinned, and `tests/dagster/test_dagster_internals.py` tries each of them: what an upgrade takes away fails there.
What `assets` needs stands in `assets.dagster_internals`.
"""
