"""What the page's views decide: which answer, which status, what of a request is used."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.models import ApiKey, Entitlement, Job, JobState, User
from api.services.keys import create_api_key
from api.services.shares import create_share
from api.web.views import jobs as views
from service.ledger import Ledger
from tests.web.conftest import PASSWORD, ClientOf, text_of

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"prompt": "a glassy bell", "template_id": "", "variations": "1", "seed": "7", "tags": ""}
BEFORE = "You asked for exactly this before"
HTMX = {"HX-Request": "true"}


def _planned(user: User, **limits: Any) -> None:
    user.entitlement = Entitlement.objects.create(name="own", **limits)
    user.save()


@pytest.mark.parametrize(("state", "said"), [("succeeded", True), ("running", False), ("queued", False)])
def test_whoever_asks_for_what_is_there_is_told(of: ClientOf, ada: User, state: str, said: bool) -> None:
    client = of(ada)
    first = client.post("/", FORM, follow=True)
    assert BEFORE not in text_of(first)
    Job.objects.update(state=state)
    again = client.post("/", FORM, follow=True)
    assert (BEFORE in text_of(again)) == said


def test_what_a_plan_doesnt_have_is_429_and_what_is_being_cancelled_409(
    of: ClientOf, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = of(ada)
    client.post("/", FORM)
    Job.objects.update(state="running", cancel_requested_at=timezone.now())
    monkeypatch.setattr("api.services.asking._CANCEL_WAIT_S", 0.0)
    waiting = client.post("/", FORM)
    assert waiting.status_code == 409
    assert "The same job is being cancelled; ask again in a moment." in text_of(waiting)
    _planned(ada, jobs_per_day=1)
    full = of(ada).post("/", {**FORM, "seed": "8"})
    assert full.status_code == 429
    assert "The plan own allows 1 job a day" in text_of(full)


def test_the_first_page_counts_what_is_used(of: ClientOf, ada: User, queued: Job, running: Job) -> None:
    _planned(ada, jobs_per_day=9)
    text = " ".join(text_of(of(ada).get("/")).split())
    assert "2 of 9 jobs today · 2 in progress" in text


def test_the_first_page_lists_the_newest_five(of: ClientOf, ada: User, eve: User) -> None:
    start = timezone.now()
    for number, user in enumerate([ada, ada, ada, ada, ada, ada, eve]):
        Job.objects.create(
            user=user, job_key=f"key-{number}", partition_key=f"job-{number}", prompt_sha256="0" * 64,
            generator_version="1", title=f"Title {number}", created_at=start + timedelta(minutes=number),
            state=JobState.SUCCEEDED,
        )  # fmt: skip
    listed = [part.split("</b>")[0] for part in text_of(of(ada).get("/")).split("<b>")[1:]]
    assert listed == ["Title 5", "Title 4", "Title 3", "Title 2", "Title 1"]


@pytest.mark.parametrize(("like", "shown"), [("kept", True), ("erased", False), ("theirs", False)])
def test_a_form_begins_with_the_words_of_ones_own_job(
    of: ClientOf, ada: User, eve: User, queued: Job, like: str, shown: bool
) -> None:
    if like == "erased":
        Job.objects.update(prompt_erased_at=timezone.now())
    text = text_of(of(eve if like == "theirs" else ada).get(f"/?like={queued.pk}"))
    assert ("a queued bell" in text.split("<textarea")[1].split("</textarea>")[0]) == shown


def test_a_form_begins_with_every_option_of_a_job(of: ClientOf, ada: User, queued: Job) -> None:
    Job.objects.update(template_id="warm_pad", variations=5, seed=123, tags=["slow", "dark"])
    text = text_of(of(ada).get(f"/?like={queued.pk}"))
    assert '<option value="warm_pad" selected>' in text
    for value in ("5", "123", "slow, dark"):
        assert f'value="{value}"' in text


@pytest.mark.parametrize("words", ["", "   "])
def test_a_preview_of_no_words_says_nothing(of: ClientOf, ada: User, words: str) -> None:
    text = text_of(of(ada).post("/explain", {**FORM, "prompt": words}))
    assert "Would be" not in text
    assert "has no effect" not in text


def test_a_preview_of_what_cant_be_asked_for_says_why(of: ClientOf, ada: User) -> None:
    text = text_of(of(ada).post("/explain", {**FORM, "variations": "17"}))
    assert "less than or equal to 16" in text
    assert "Would be" not in text


def test_a_preview_offers_what_was_meant_and_refuses_what_was_not_understood(of: ClientOf, ada: User) -> None:
    text = text_of(of(ada).post("/explain", {**FORM, "prompt": "brite pluk with bras"}))
    assert "(read as: bright)" in text
    assert "(read as: pluck)" in text
    assert "did you mean brass?" in text
    refused = text_of(of(ada).post("/explain", {**FORM, "prompt": "แพดอบอุ่น"}))
    assert "This was not understood; it looks like Thai." in refused
    assert "Would be" not in refused


@pytest.mark.parametrize(("sent", "seed"), [("same", 3), ("other", 77), ("", 77)])
def test_another_try_draws_one_of_a_million_seeds_or_keeps_its_own(
    of: ClientOf, ada: User, failed: Job, monkeypatch: pytest.MonkeyPatch, sent: str, seed: int
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(views.secrets, "randbelow", lambda most: drawn.append(most) or 77)
    of(ada).post(f"/jobs/{failed.pk}/again", {"seed": sent})
    assert Job.objects.exclude(pk=failed.pk).get().seed == seed
    assert drawn == ([] if sent == "same" else [1_000_000])


@pytest.mark.parametrize("what", ["cancel", "share", "key"])
def test_without_a_script_a_button_leads_back_to_its_page(
    of: ClientOf, ada: User, finished: Job, what: str
) -> None:
    key, _ = create_api_key(user=ada)
    share, _ = create_share(user=ada, job=finished)
    page = f"/jobs/{finished.pk}"
    address, back = {
        "cancel": (f"{page}/cancel", page),
        "share": (f"/shares/{share.pk}/revoke", page),
        "key": (f"/account/keys/{key.prefix}/revoke", "/account"),
    }[what]
    plain = of(ada).post(address)
    assert (plain.status_code, plain["Location"]) == (302, back)
    drawn = of(ada).post(address, headers=HTMX)
    assert drawn.status_code == 200
    assert "<html" not in text_of(drawn)


def test_a_step_back_shows_progress_only_where_it_changed(
    of: ClientOf, ada: User, running: Job, ledger: Ledger
) -> None:
    client, address = of(ada), f"/jobs/{running.pk}/progress"
    assert client.get(f"{address}?seen=running.rendering.42.0").status_code == 204
    for seen in (
        "running.rendering.41.0",
        "running.rendering.42.1",
        "queued.rendering.42.0",
        "running.bundling.42.0",
    ):
        assert client.get(f"{address}?seen={seen}").status_code == 200
    assert client.get(address).status_code == 200


def test_links_are_shown_of_what_has_succeeded(of: ClientOf, ada: User, finished: Job, running: Job) -> None:
    share, _ = create_share(user=ada, job=finished)
    mark = f"/shares/{share.pk}/revoke"
    assert mark in text_of(of(ada).get(f"/jobs/{finished.pk}"))
    assert mark not in text_of(of(ada).get(f"/jobs/{running.pk}"))
    assert mark in text_of(of(ada).get("/account"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [("n" * 50, "n" * 50), ("  plug in ", "plug in"), ("a\0b", "ab"), ("n", "n"), (" " * 9 + "n" * 50, "n" * 50)],
)
def test_a_key_has_a_name_of_up_to_fifty_characters(of: ClientOf, ada: User, name: str, kept: str) -> None:
    assert of(ada).post("/account/keys", {"name": name}).status_code == 200
    assert ApiKey.objects.get().name == kept


@pytest.mark.parametrize("name", ["", " ", "\0", "n" * 51])
def test_a_key_without_a_name_is_not_made(of: ClientOf, ada: User, name: str) -> None:
    plain = of(ada).post("/account/keys", {"name": name})
    assert plain.status_code == 422
    assert "A key needs a name of at most 50 characters." in text_of(plain)
    drawn = of(ada).post("/account/keys", {"name": name}, headers=HTMX)
    assert drawn.status_code == 200, "htmx draws nothing of a 422"
    assert "A key needs a name" in text_of(drawn)
    assert not ApiKey.objects.exists()


def test_an_account_shows_each_limit_of_its_plan(of: ClientOf, ada: User) -> None:
    _planned(
        ada, jobs_per_day=11, concurrent_jobs=12, requests_per_minute=13, max_variations=14, retention_days=15,
        template_ids=["warm_pad", "sub_bass"],
    )  # fmt: skip
    text = " ".join(text_of(of(ada).get("/account")).split())
    for words in (
        "Own",
        "0 of 11",
        "0 of 12",
        "13 calls a minute",
        "up to 14 a sound",
        "after 30 days",
        "after 15.",
    ):
        assert words in text, words
    assert "begins at 00:00 UTC" in text
    ada.entitlement.template_ids = []
    ada.entitlement.save()
    assert "Templates</dt><dd>2<" in text
    assert "Templates</dt><dd>all<" in " ".join(text_of(of(ada).get("/account")).split())


def test_deleting_an_account_says_how_many_jobs_go(of: ClientOf, ada: User, queued: Job, running: Job) -> None:
    page = of(ada).get("/account/delete")
    assert page.status_code == 200
    assert "2 " in text_of(page)
    assert of(ada).post("/account/delete", {"username": "ada", "password": "x"}).status_code == 422
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(("letters", "expected"), [(79, True), (80, True), (81, True)])
def test_a_search_is_for_the_first_eighty_letters(
    of: ClientOf, ada: User, queued: Job, letters: int, expected: bool
) -> None:
    Job.objects.update(prompt="x" * 80, title="Glacial Keel")
    text = text_of(of(ada).get(f"/history?q={'x' * letters}"))
    assert ("Glacial Keel" in text) == expected
    Job.objects.update(prompt="x" * 79)
    assert ("Glacial Keel" in text_of(of(ada).get(f"/history?q={'x' * 80}"))) is False


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_file_that_is_gone_is_never_linked(of: ClientOf, ada: User, finished: Job, state: str) -> None:
    page, file = f"/jobs/{finished.pk}", f"/api/v1/jobs/{finished.pk}/bundle"
    assert file in text_of(of(ada).get(page))
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert file not in text_of(of(ada).get(page))
    Job.objects.update(state=state, expires_at=None)
    assert file not in text_of(of(ada).get(page))
    assert Job.objects.get().state == JobState(state)
