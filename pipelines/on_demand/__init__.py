"""The service's side of Dagster: one job at a time, started by a sensor, run by warm workers.

`dispatch` turns waiting jobs into runs, `execution` carries a run out, `housekeeping` ends jobs and removes what is
left of them; `messages`, `resources` and `records` are what they work with. Here is what all of them share:
Dagster's settings, processes, connections. `docs/decisions/on-demand-jobs.md` says why it is built this way.
"""
