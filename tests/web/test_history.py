"""The list of everything somebody made."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from api.models import Job, JobState, User
from tests.web.conftest import ClientOf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def many(ada: User) -> list[Job]:
    """Forty-five jobs, the last one newest."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    jobs = [
        Job(
            user=ada, job_key=f"key-{number}", partition_key=f"job-{number}", prompt=f"sound number {number:02}",
            prompt_sha256="0" * 64, generator_version="x", title=f"Title {number:02}",
            created_at=start + timedelta(minutes=number),
            state=JobState.SUCCEEDED if number % 3 else JobState.FAILED, style="Pad" if number % 2 else "Bass",
        )
        for number in range(45)
    ]  # fmt: skip
    return Job.objects.bulk_create(jobs)


def _titles(text: str) -> list[str]:
    return [part.split("</b>")[0] for part in text.split("<b>")[1:]]


def test_pages_hold_every_job_once_newest_first(of: ClientOf, ada: User, many: list[Job]) -> None:
    client, address, seen = of(ada), "/history", []
    for _ in range(3):
        text = client.get(address).content.decode()
        seen += _titles(text)
        if 'rel="next"' in text:
            address = "/history" + text.split('rel="next" href="')[1].split('"')[0]
    assert seen == [f"Title {number:02}" for number in reversed(range(45))]
    assert 'rel="next"' not in text
    assert 'rel="first"' in text


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("state=failed", lambda number: number % 3 == 0),
        ("style=Bass", lambda number: number % 2 == 0),
        ("q=NUMBER+07", lambda number: number == 7),
        ("q=title+1&style=Pad&state=succeeded", lambda number: number // 10 == 1 and number % 2 and number % 3),
        ("state=nonsense&style=<script>", lambda number: True),
        ("q=%00&after=nonsense", lambda number: True),
    ],
)
def test_filters(of: ClientOf, ada: User, many: list[Job], query: str, fits: Callable[[int], bool]) -> None:
    text = of(ada).get(f"/history?{query}").content.decode()
    expected = [f"Title {number:02}" for number in reversed(range(45)) if fits(number)]
    assert _titles(text) == expected[:20]
    assert "<script>" not in text.replace('<script src="', "")


def test_the_next_page_keeps_the_filter(of: ClientOf, ada: User, many: list[Job]) -> None:
    text = of(ada).get("/history?style=Pad").content.decode()
    assert "style=Pad" in text.split('rel="next" href="')[1].split('"')[0]


def test_nothing_says_so(of: ClientOf, eve: User) -> None:
    assert "Nothing here yet" in of(eve).get("/history").content.decode()
    assert "Nothing matches" in of(eve).get("/history?q=x").content.decode()


def test_a_page_costs_the_same_however_many_jobs_there_are(
    of: ClientOf, ada: User, many: list[Job], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = of(ada)
    client.get("/history")
    with django_assert_max_num_queries(6):
        client.get("/history")
