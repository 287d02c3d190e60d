"""How each job ends, exactly once, and what is removed afterwards: runs, partitions, and files whose time is over.

Nothing is started here, and nothing here knows Celery.
"""
