"""How dispatch and workers reach each other: Celery's app, and its messages as files where there is no server."""
