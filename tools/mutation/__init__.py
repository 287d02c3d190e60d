"""Mutation testing: small faults are put into copies of the sources one by one, and each must make a test fail."""
