"""From a message to the end of its run: the warm workers.

What the end means for the job is `housekeeping`'s affair.
"""
