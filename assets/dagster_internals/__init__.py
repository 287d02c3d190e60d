"""The parts of Dagster that assets use and that it doesn't promise to keep; no other file of `assets` has any.

`pipelines.dagster_internals` holds those that runs and jobs use, and says how both are kept in step with Dagster.
"""
