"""A job's page in each of its states, and everything that its buttons do."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from api.models import Artifact, Job, JobState, User
from api.store import store
from api.v1 import throttle
from engine.bundle import Bundle, open_bundle
from service.layout import blob_key
from service.ledger import Ledger
from tests.web.conftest import PROMPT, ClientOf, text_of

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"prompt": "a glassy bell", "template_id": "", "variations": "1", "seed": "7", "tags": "dark, slow ,dark"}


def test_a_prompt_becomes_a_job(of: ClientOf, ada: User) -> None:
    response = of(ada).post("/", FORM)
    job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/jobs/{job.pk}")
    assert (job.prompt, job.seed, job.variations, job.tags) == ("a glassy bell", 7, 1, ["dark", "slow"])
    assert (job.state, job.template_id, job.user) == (JobState.QUEUED, None, ada)


def test_the_same_prompt_again_joins_the_job(of: ClientOf, ada: User) -> None:
    client = of(ada)
    assert client.post("/", FORM)["Location"] == client.post("/", FORM)["Location"]
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("prompt", "   ", "Say what the sound should be"),
        ("prompt", "x" * 2001, "2000"),
        ("prompt", "null \0 byte", "Null characters"),
        ("template_id", "no_such", "not one of the available choices"),
        ("variations", "17", "less than or equal to 16"),
        ("variations", "-1", "greater than or equal to 0"),
        ("seed", "4294967296", "less than or equal to"),
        ("seed", "one", "whole number"),
        ("tags", ",".join(f"t{n}" for n in range(17)), "At most 16 tags"),
        ("tags", "y" * 41, "at most 40 characters"),
    ],
)
def test_what_cant_be_used_is_said_at_its_field(
    of: ClientOf, ada: User, field: str, value: str, words: str
) -> None:
    response = of(ada).post("/", {**FORM, field: value})
    assert response.status_code == 422
    assert words in text_of(response).replace("&#x27;", "'")
    assert f'id="id_{field}_error"' in text_of(response)
    assert not Job.objects.exists()


def test_a_plan_without_room_says_so(of: ClientOf, ada: User) -> None:
    client = of(ada)
    for seed in range(4):
        assert client.post("/", {**FORM, "seed": str(seed)}).status_code == 302
    response = client.post("/", {**FORM, "seed": "99"})
    assert response.status_code == 429
    assert "4 jobs at a time" in text_of(response)
    assert "a glassy bell" in text_of(response)  # nobody has to write it again


def test_the_preview_says_what_each_word_gives(of: ClientOf, ada: User) -> None:
    text = text_of(of(ada).post("/explain", {**FORM, "prompt": "dark pad, zorbly", "tags": ""}))
    assert "brightness -0.60" in text
    assert "zorbly" in text
    assert "has no effect" in text
    assert not Job.objects.exists()


def test_the_preview_lists_what_is_set_and_says_what_cant_be(of: ClientOf, ada: User) -> None:
    prompt = "pad, cutoff at 1200 Hz, attack <10 ms>, volume -3 dB"
    text = unescape(text_of(of(ada).post("/explain", {**FORM, "prompt": prompt})))
    assert '<b>cutoff</b> 1.2 kHz <span>from <q dir="auto">cutoff at 1200 Hz</q></span>' in text
    assert '"volume -3 dB" is not set: every preset is levelled' in text
    without = text_of(of(ada).post("/explain", {**FORM, "prompt": "dark pad"}))
    assert 'class="is-set"' in text
    assert 'class="is-set"' not in without


def test_the_preview_tells_a_value_once_and_as_near_as_vital_goes(of: ClientOf, ada: User) -> None:
    text = unescape(
        text_of(of(ada).post("/explain", {**FORM, "prompt": "pad, attack 60 s, release 2 s", "tags": ""}))
    )
    assert "<b>attack</b> 60 s: as near as Vital goes: 32 s" in text
    assert text.count("release") == 2, "its name and its words, and no row of what the words give"


@pytest.mark.parametrize("prompt", ["", "<script>alert(1)</script>", "\u202e\u0000", "🎹" * 300])
def test_the_preview_takes_anything(of: ClientOf, ada: User, prompt: str) -> None:
    response = of(ada).post("/explain", {**FORM, "prompt": prompt})
    assert response.status_code == 200
    assert "<script>" not in text_of(response)


def test_a_running_job_shows_how_far_it_is(of: ClientOf, ada: User, running: Job, ledger: Ledger) -> None:
    client = of(ada)
    page = text_of(client.get(f"/jobs/{running.pk}"))
    assert 'value="42"' in page
    assert "Rendering, listening, repairing" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    seen = page.split("?seen=")[1].split('"')[0]
    address = f"/jobs/{running.pk}/progress"
    assert client.get(f"{address}?seen={seen}").status_code == 204
    assert ledger.report(running.pk, attempt=1, stage="bundling", progress=0.9)
    assert "Packing" in text_of(client.get(f"{address}?seen={seen}"))


def test_the_end_replaces_the_whole_job(of: ClientOf, ada: User, failed: Job) -> None:
    response = of(ada).get(f"/jobs/{failed.pk}/progress?seen=running")
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#job", "outerHTML")
    assert 'id="progress"' not in text_of(response)


def test_a_failure_says_why_and_what_to_try(of: ClientOf, ada: User, failed: Job) -> None:
    text = text_of(of(ada).get(f"/jobs/{failed.pk}"))
    assert "too quiet, -61.2 LUFS" in text
    assert "Another seed often passes" in text


def test_cancelling_a_queued_job_ends_it(of: ClientOf, ada: User, queued: Job) -> None:
    response = of(ada).post(f"/jobs/{queued.pk}/cancel", headers={"HX-Request": "true"})
    queued.refresh_from_db()
    assert queued.state == JobState.CANCELLED
    assert "You stopped it" in text_of(response)


def test_cancelling_a_running_job_asks_its_worker(of: ClientOf, ada: User, running: Job) -> None:
    response = of(ada).post(f"/jobs/{running.pk}/cancel", headers={"HX-Request": "true"})
    running.refresh_from_db()
    assert running.cancel_requested_at is not None
    assert "Stopping" in text_of(response)


def test_a_finished_job_shows_all_of_its_bundle(of: ClientOf, ada: User, finished: Job, bundle: Bundle) -> None:
    client = of(ada)
    text = text_of(client.get(f"/jobs/{finished.pk}"))
    for preset in bundle.manifest.presets:
        assert preset.title in text
        for word in preset.words:
            assert ("heard: " if word.satisfied else "not fully heard: ") in text
    for macro in bundle.manifest.macros:
        assert macro.label in text
    assert f"/api/v1/jobs/{finished.pk}/files/previews/" in text
    data = client.get(f"/api/v1/jobs/{finished.pk}/bundle")
    assert open_bundle(b"".join(data) if data.streaming else data.content).sha256 == bundle.sha256


def test_every_file_that_the_cards_name_is_there(of: ClientOf, ada: User, finished: Job) -> None:
    client = of(ada)
    text = text_of(client.get(f"/jobs/{finished.pk}"))
    addresses = {unescape(one) for one in re.findall(r'(?:src|href|data-src)="(/api/v1/jobs/[^"]+)"', text)}
    assert len(addresses) >= 9  # bundle; preset, FLAC and two pictures of each of two presets
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        response.close()


def test_no_word_of_a_prompt_becomes_markup(of: ClientOf, ada: User) -> None:
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% now "Y" %}'
    client = of(ada)
    at = client.post("/", {**FORM, "prompt": nasty, "tags": nasty[:39].replace(",", "")})["Location"]
    for address in (at, "/history", "/", f"/?like={at.rsplit('/', 1)[1]}"):
        text = text_of(client.get(address))
        assert "&lt;script&gt;alert(1)" in text, address
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_another_seed_asks_for_the_same_words(of: ClientOf, ada: User, finished: Job) -> None:
    response = of(ada).post(f"/jobs/{finished.pk}/again", {"seed": "other"})
    made = Job.objects.exclude(pk=finished.pk).get()
    assert response["Location"] == f"/jobs/{made.pk}"
    assert (made.prompt, made.variations) == (finished.prompt, finished.variations)
    assert made.seed != finished.seed


def test_trying_again_after_a_failure_is_a_new_job(of: ClientOf, ada: User, failed: Job) -> None:
    of(ada).post(f"/jobs/{failed.pk}/again", {"seed": "same"})
    made = Job.objects.exclude(pk=failed.pk).get()
    assert (made.prompt, made.seed, made.job_key) == (failed.prompt, failed.seed, failed.job_key)


def test_erased_words_cant_be_asked_for_again(of: ClientOf, ada: User, finished: Job) -> None:
    Job.objects.update(prompt="", tags=[], prompt_erased_at=timezone.now())
    client = of(ada)
    page = text_of(client.get(f"/jobs/{finished.pk}"))
    assert "The words were erased on" in page
    assert "Another seed" not in page
    client.post(f"/jobs/{finished.pk}/again", {"seed": "other"})
    assert Job.objects.count() == 1


def test_an_export_is_a_job_of_its_own(of: ClientOf, ada: User, finished: Job) -> None:
    client = of(ada)
    at = client.post(f"/jobs/{finished.pk}/export", {"format": "vitalbank"})["Location"]
    made = Job.objects.exclude(pk=finished.pk).get()
    assert at == f"/jobs/{made.pk}"
    assert (made.queue, made.export_format, made.source) == ("export", "vitalbank", finished)
    assert finished.title in text_of(client.get(at))
    refused = client.post(f"/jobs/{finished.pk}/export", {"format": "exe"}, follow=True)
    assert "must be one of" in text_of(refused)
    assert Job.objects.count() == 2


def test_deleting_takes_the_files_along(of: ClientOf, ada: User, finished: Job) -> None:
    hashes = list(Artifact.objects.filter(job=finished).values_list("sha256", flat=True))
    assert all(store().exists(blob_key(one)) for one in hashes)
    response = of(ada).post(f"/jobs/{finished.pk}/delete", follow=True)
    assert response.redirect_chain == [("/history", 302)]
    assert not Job.objects.exists()
    assert not any(store().exists(blob_key(one)) for one in hashes)


def test_a_job_in_flight_isnt_deleted(of: ClientOf, ada: User, running: Job) -> None:
    response = of(ada).post(f"/jobs/{running.pk}/delete", follow=True)
    assert "cancel it first" in text_of(response)
    assert Job.objects.filter(pk=running.pk).exists()


def test_changing_the_words_begins_with_them(of: ClientOf, ada: User, eve: User, queued: Job) -> None:
    text = text_of(of(ada).get(f"/?like={queued.pk}"))
    assert "a queued bell" in text
    assert "Would be" in text
    assert "a queued bell" not in text_of(of(eve).get(f"/?like={queued.pk}"))
    assert of(ada).get("/?like=nonsense").status_code == 404


def test_the_bundle_of_the_page_is_of_the_prompt(bundle: Bundle) -> None:
    """The fixture is what these tests believe it to be."""
    assert bundle.manifest.request.prompt == PROMPT
    assert len(bundle.manifest.presets) >= 1


def test_what_helps_comes_first(of: ClientOf, ada: User, failed: Job) -> None:
    client = of(ada)
    for code, button in (
        ("refused", "Another seed"),
        ("timeout", "Try again"),
        ("bad_request", "Change the words"),
    ):
        Job.objects.update(error_code=code)
        text = text_of(client.get(f"/jobs/{failed.pk}"))
        assert button in text.split('class="primary"')[1][:200], code
        assert ("Try again" in text) == (code == "timeout"), code


def test_a_job_whose_time_is_over_says_so(of: ClientOf, ada: User, finished: Job) -> None:
    Job.objects.update(expires_at=timezone.now())
    client = of(ada)
    text = text_of(client.get(f"/jobs/{finished.pk}"))
    assert "The files have been deleted" in text
    assert "/api/v1/jobs/" not in text
    client.post(f"/jobs/{finished.pk}/again", {"seed": "same"})
    made = Job.objects.get()
    assert (made.state, made.job_key) == (JobState.QUEUED, finished.job_key)


def test_files_that_cant_be_reached_break_no_page(of: ClientOf, ada: User, finished: Job) -> None:
    client = of(ada)
    made = client.post(f"/jobs/{finished.pk}/shares", {"days": "7"})
    link = text_of(made).split("http://127.0.0.1:8000")[1].split('"')[0]
    for one in Artifact.objects.filter(path="meta/manifest.json"):
        store().delete(blob_key(one.sha256))
    assert "can’t be reached just now" in text_of(client.get(f"/jobs/{finished.pk}"))
    assert Client().get(link).status_code == 503


def test_a_session_that_ends_leads_the_whole_page_to_the_door(client: Client, running: Job) -> None:
    here = f"/jobs/{running.pk}"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}"}
    response = client.get(f"{here}/progress", headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == f"/sign-in?next=%2Fjobs%2F{running.pk}"
    assert not response.content


def test_a_hundred_and_fifty_previews_a_minute_are_shown(
    of: ClientOf, ada: User, eve: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock stands still, and the counts of the first 149 are put where they would be."""
    monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: 6_000.0))
    cache.clear()
    cache.set(f"rate:explain:{ada.pk}:100", 149)
    client = of(ada)
    assert [client.post("/explain", FORM).status_code for _ in range(2)] == [200, 204]
    assert of(eve).post("/explain", FORM).status_code == 200
    monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: 6_060.0))
    assert client.post("/explain", FORM).status_code == 200


def test_the_first_page_has_the_five_newest_jobs(of: ClientOf, ada: User) -> None:
    Job.objects.bulk_create(
        Job(
            user=ada, job_key=f"{n}", partition_key=f"{n}", prompt_sha256="0", generator_version="1",
            title=f"Title {n}", state="succeeded", created_at=timezone.now() + timedelta(minutes=n),
        )
        for n in range(7)
    )  # fmt: skip
    shown = re.findall(r"Title (\d)", text_of(of(ada).get("/")))
    assert list(dict.fromkeys(shown)) == ["6", "5", "4", "3", "2"]
