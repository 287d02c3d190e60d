"""What Django is told of a deployment: by HTTP and by HTTPS, on SQLite and on PostgreSQL, word by word."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings

SETTINGS = Path(__file__).resolve().parents[2] / "api" / "settings.py"
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Django's settings as they follow from a deployment's."""

    def read(**given: Any) -> dict[str, Any]:
        ours = Settings(home=tmp_path, **given)
        monkeypatch.setattr("service.settings.settings", lambda: ours)
        return runpy.run_path(str(SETTINGS))

    return read


BY_HTTP = {
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
    "SECURE_HSTS_SECONDS": 0,
    "SECURE_PROXY_SSL_HEADER": None,
}
BY_HTTPS = {
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
}
ALWAYS = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SAMESITE": "Lax",
    "SECURE_REFERRER_POLICY": "same-origin",
    "X_FRAME_OPTIONS": "DENY",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,
    "AUTHENTICATION_BACKENDS": ["api.web.throttle.ThrottledBackend"],
    "USE_TZ": True,
    "TIME_ZONE": "UTC",
}


@pytest.mark.parametrize("https", [False, True])
def test_cookies_and_addresses_are_kept_to_https_where_people_come_by_it(told: Told, https: bool) -> None:
    made = told(https=https, public_url="https://studio.example")
    expected = ALWAYS | (BY_HTTPS if https else BY_HTTP)
    assert {name: made[name] for name in expected} == expected
    assert made["CSRF_TRUSTED_ORIGINS"] == ["https://studio.example"]


def test_passwords_are_held_against_names_length_lists_and_numbers(told: Told) -> None:
    names = [one["NAME"].rpartition(".")[2] for one in told()["AUTH_PASSWORD_VALIDATORS"]]
    assert names == [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]


def test_everything_of_the_api_wants_somebody_unless_it_says_otherwise(told: Told) -> None:
    rest = told()["REST_FRAMEWORK"]
    assert rest["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.IsAuthenticated"]
    assert rest["DEFAULT_AUTHENTICATION_CLASSES"] == [
        "api.v1.auth.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ]
    assert rest["EXCEPTION_HANDLER"] == "api.v1.problems.exception_handler"


def test_requests_are_told_of_before_and_after_everything_else_happens(told: Told) -> None:
    order = [one.rpartition(".")[2] for one in told()["MIDDLEWARE"]]
    assert order[0] == "request_middleware"
    assert order.index("csp_middleware") < order.index("StaticFiles")
    assert order.index("SessionMiddleware") < order.index("CsrfViewMiddleware")
    assert order.index("CsrfViewMiddleware") < order.index("AuthenticationMiddleware")
    assert {"SecurityMiddleware", "XFrameOptionsMiddleware"} <= set(order)


def test_sqlite_lies_in_the_home_and_overwrites_what_is_deleted(told: Told, tmp_path: Path) -> None:
    made = told()["DATABASES"]["default"]
    assert made["ENGINE"] == "django.db.backends.sqlite3"
    assert made["NAME"] == str(tmp_path / "app.sqlite3")
    assert made["OPTIONS"] == {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }


def test_postgresql_is_reached_as_its_address_says(told: Told) -> None:
    url = "postgresql://ap%40p:p%2Fw@db.example:6543/jobs"
    made = told(
        database_url=url, dagster_database_url=url, broker_url="redis://r/0", cache_url="redis://r/1",
        storage_url="s3://b", secret_key="k" * 50,
    )  # fmt: skip
    assert made["SECRET_KEY"] == "k" * 50
    assert made["DATABASES"]["default"] == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "jobs",
        "USER": "ap@p",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6543",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}},
    }
    assert made["CACHES"]["default"] == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://r/1",
    }
    assert told()["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
