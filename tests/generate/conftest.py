import pytest

from engine.catalog import catalog
from engine.planner import plan
from schemas.patch_spec import Metadata


@pytest.fixture(scope="session")
def templates():
    return catalog()


@pytest.fixture(scope="session")
def intent():
    return plan("warm evolving sound")


@pytest.fixture
def metadata():
    return Metadata(name="Test Tone", author="Tester", comments="A test.", style="Bass")
