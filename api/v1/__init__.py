"""REST API, version 1: thin views over `api.services` (writes) and `api.selectors` (reads)."""
