"""What all tests share: property tests draw the same examples each time, however slow the machine."""

import pytest
from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-mutants", default=1_500, type=int, help="how many files the fuzzer spoils")
