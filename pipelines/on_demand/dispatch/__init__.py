"""From a waiting job to a message that names its run: the sensor, the launcher, and the daemon that runs both.

What a worker makes of the message is `execution`'s affair.
"""
