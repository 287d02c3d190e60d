"""The OpenAPI schema: complete, and kept by what the service really answers, whatever is sent."""

import json
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import schemathesis
import yaml
from django.test import Client
from django.urls import URLPattern
from hypothesis import HealthCheck, Phase, settings

from api.errors import ServiceError
from api.models import Entitlement
from api.v1 import throttle
from api.v1.problems import CODES
from api.v1.schema import openapi
from api.v1.urls import urlpatterns

EXAMPLES = int(os.environ.get("API_EXAMPLES", "6"))
"""Of each operation, beside all that its schema's bounds suggest; `make schemathesis` takes many more."""
NOT_IN_IT = {"docs", "nothing"}
SLOW_FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in openapi()["paths"].items():
        for operation in methods.values():
            yield path, operation


OPERATIONS = list(_operations())


def test_it_is_openapi_3_1_and_as_valid_as_can_be(nobody: Client) -> None:
    document = nobody.get("/api/v1/schema").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"ApiKey", "cookieAuth"}


@pytest.mark.parametrize(("query", "accept", "kind"), [
    ("", "", "json"), ("?format=json", "application/yaml", "json"), ("?format=yaml", "", "yaml"),
    ("", "application/yaml", "yaml"), ("", "application/json", "json"),
    ("", "application/yaml, application/json", "json"), ("", "*/*", "json"),
])  # fmt: skip
def test_it_comes_as_json_and_as_yaml(nobody: Client, query: str, accept: str, kind: str) -> None:
    answer = nobody.get(f"/api/v1/schema{query}", headers={"Accept": accept} if accept else {})
    assert answer["Content-Type"] == f"application/{kind}"
    assert yaml.safe_load(answer.content)["info"]["title"] == "SynthCopilot"


@pytest.mark.parametrize(
    "route", [one for one in urlpatterns if one.name not in NOT_IN_IT], ids=lambda one: one.name
)
def test_each_address_and_method_is_in_it(route: URLPattern) -> None:
    path = "/api/v1/" + str(route.pattern)
    for name, converter in route.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        path = path.replace(f"<{kind}:{name}>", f"{{{name}}}")
    view = route.callback.cls
    offered = {method for method in ("get", "post", "delete") if hasattr(view, method)}
    assert set(openapi()["paths"][path]) == offered


@pytest.mark.parametrize(
    ("path", "operation"), OPERATIONS, ids=[operation["operationId"] for _, operation in OPERATIONS]
)
def test_each_operation_tells_what_it_answers(path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    answers = operation["responses"]
    assert {"401", "429", "500", "503"} <= set(answers)
    for status, answer in answers.items():
        if int(status) >= 400:
            assert list(answer["content"]) == ["application/problem+json"]
            assert answer["description"]
    if "{job_id}" in path:
        assert "404" in answers
    if "requestBody" in operation:
        assert {"400", "413", "415", "422"} <= set(answers)
    assert any(int(status) < 300 for status in answers)


def test_operation_ids_differ() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(names) == len(set(names)) >= 20


def test_the_guide_names_each_address_and_each_code() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    for path, _ in OPERATIONS:
        assert f"`{path.removeprefix('/api/v1')}`" in guide
    codes = {kind.code for kind in ServiceError.__subclasses__()} | set(CODES.values())
    missing = {code for code in codes if f"`{code}`" not in guide}
    assert not missing


# -- whatever is sent ------------------------------------------------------------------------------------------


@pytest.fixture
def generous(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits out of the way: they have tests of their own."""
    Entitlement.objects.filter(name="free").update(
        requests_per_minute=10**6, jobs_per_day=10**6, concurrent_jobs=10**6
    )
    monkeypatch.setattr(throttle, "ANONYMOUS_A_MINUTE", 10**6)


@pytest.fixture
def known(ada: Any, done: str) -> dict[str, str]:
    """Ids that lead somewhere, by parameter."""
    made = ada.post(f"/jobs/{done}/shares", {}).json()
    path = ada.get(f"/jobs/{done}").json()["files"][0]["path"]
    return {"job_id": done, "share_id": made["id"], "token": made["token"], "preset_id": "base", "path": path,
            "template_id": "warm_pad"}  # fmt: skip


every_operation = schemathesis.openapi.from_dict(json.loads(json.dumps(openapi())))
some = partial(
    settings, deadline=None, suppress_health_check=SLOW_FIXTURES, phases=[Phase.explicit, Phase.generate]
)


def _prepared(case: Any, known: dict[str, str]) -> Any:
    """What no schema can say: ids of what is there, for half of the cases; keys for one use; links that last."""
    if not case.meta.generation.mode.is_positive:
        return case
    if case.path_parameters and crc32(str(case.path_parameters).encode()) % 2:
        case.path_parameters |= {name: known[name] for name in case.path_parameters}
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if isinstance(case.body, dict) and isinstance(case.body.get("expires_at"), str):
        case.body["expires_at"] = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    if isinstance(case.body, dict) and isinstance(case.body.get("prompt"), str) and case.body["prompt"].strip():
        # That a prompt says something is no matter of form: what nobody understands is refused.
        case.body["prompt"] = f"pad, {case.body['prompt']}"[:2_000]
    return case


@every_operation.parametrize()
@some(max_examples=EXAMPLES)
def test_a_user_gets_what_the_schema_says(
    case: Any, ada: Any, server: str, generous: None, known: dict[str, str]
) -> None:
    key = {"Authorization": f"Api-Key {ada.key}"}
    _prepared(case, known).call_and_validate(base_url=server, headers=key, timeout=30)


@every_operation.parametrize()
@some(max_examples=max(2, EXAMPLES // 3))
def test_a_stranger_gets_what_the_schema_says(
    case: Any, server: str, generous: None, known: dict[str, str]
) -> None:
    _prepared(case, known).call_and_validate(base_url=server, timeout=30)
