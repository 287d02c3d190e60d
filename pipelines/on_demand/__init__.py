"""The service's side of Dagster: one job at a time, started by a sensor, run by warm workers.

`docs/decisions/on-demand-jobs.md` says why it is built this way.
"""
