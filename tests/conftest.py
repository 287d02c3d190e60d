"""What all tests share: property tests draw the same examples each time, however slow the machine."""

from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.load_profile("suite")
