"""Dagster definitions: which assets, jobs and resources make a code location, and how runs are started."""
