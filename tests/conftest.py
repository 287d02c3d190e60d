"""What all tests share: a home of their own, and property tests that draw the same examples each time."""

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.example_library import BuiltExample, build_example
from tests.once import once

HOME = Path(tempfile.mkdtemp(prefix="synthcopilot-tests-"))
"""Of this process; Django and all that tests start read it from the environment."""
os.environ["SYNTHCOPILOT_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "api.settings"
ROOT = Path(__file__).resolve().parents[1]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
"""What the tests start imports the checkout that they lie in, and not another one that is installed."""
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
"""Hundreds of processes are started, and each would compile our modules for itself: a third of a second or more."""
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
if "TESTS_OF_ONE_RUN" not in os.environ:
    # A folder that the processes of one run share: those that this one starts inherit it.
    os.environ["TESTS_OF_ONE_RUN"] = tempfile.mkdtemp(prefix="synthcopilot-run-")
    atexit.register(shutil.rmtree, os.environ["TESTS_OF_ONE_RUN"], ignore_errors=True)

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.load_profile("suite")


def pytest_sessionstart() -> None:
    import engine

    assert Path(engine.__file__).is_relative_to(ROOT), f"tests of {ROOT} would test {engine.__file__}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-mutants", default=1_500, type=int, help="how many files the fuzzer spoils")
    parser.addoption("--whole-library", action="store_true", help="build all of examples/library.yaml")


@pytest.fixture(scope="session")
def example(request: pytest.FixtureRequest) -> BuiltExample:
    """The example library, built: the first prompt of each style, or all of them. Look, don't touch."""
    whole = bool(request.config.getoption("--whole-library"))
    return once("example", lambda folder: build_example(folder, whole=whole))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first, so that no process is left alone at the end. pytest-django sorts before."""
    items.sort(key=lambda item: min(map(_place, item.path.parts)))


_LONG_ONES = ("service", "claims", "web", "dagster", "privacy", "cli")
"""Folders of tests that take long, those with the longest ones first."""


def _place(folder: str) -> int:
    return _LONG_ONES.index(folder) if folder in _LONG_ONES else len(_LONG_ONES)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Rendering makes its thread flush subnormal numbers, which would fail the property tests of other modules."""
    assert sys.float_info.min / 2 > 0, f"{item.nodeid} rendered in the tests' own thread: see vital_documents.play"


def _keep_what_migrations_made() -> None:
    """Permissions and kinds of content stay when a test's rows go: making them anew took half of a test's time."""
    from django.core.management.commands import flush
    from django.db.backends.base.base import BaseDatabaseWrapper

    def sql_flush(style: object, connection: BaseDatabaseWrapper, **options: bool) -> list[str]:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        ours = [one for one in tables if one not in ("auth_permission", "django_content_type")]
        return connection.ops.sql_flush(style, ours, **options)

    flush.sql_flush = sql_flush
    flush.emit_post_migrate_signal = lambda *args, **options: None


def pytest_unconfigure() -> None:
    """Hypothesis leaves a function in `gc.callbacks`, which the interpreter drops after its last collection only.

    By its globals it holds pytest, the test modules and so vita's types, and vita aborts a process that ends with
    those alive.
    """
    gc.callbacks[:] = [call for call in gc.callbacks if not call.__module__.startswith("hypothesis.")]


def _set_up_django() -> None:
    """After the home is known, and before another conftest imports a model; pytest-django does the rest."""
    import django
    from django.conf import settings as django_settings

    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, as in service: threads meet in it.
        database.setdefault("TEST", {})["NAME"] = str(HOME / "test.sqlite3")
    django.setup()
    _keep_what_migrations_made()
    del os.environ["DJANGO_SETTINGS_MODULE"]  # a worker of pytest-xdist would set Django up before it has a home


_set_up_django()
