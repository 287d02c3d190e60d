"""Links by which anybody can hear a sound, and what they don't tell."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from api.models import Job, ShareToken, User
from engine.bundle import Bundle
from tests.web.conftest import PROMPT, ClientOf

pytestmark = pytest.mark.django_db(transaction=True)


def _link(client: Client, job: Job, days: str = "7") -> str:
    """Makes a link in the page; its path."""
    text = client.post(f"/jobs/{job.pk}/shares", {"days": days}, headers={"HX-Request": "true"}).content.decode()
    found = re.search(r'value="http://127.0.0.1:8000(/s/[A-Za-z0-9_-]{22})"', text)
    assert found, text
    return found[1]


def test_a_link_is_shown_once(of: ClientOf, ada: User, finished: Job) -> None:
    client = of(ada)
    token = _link(client, finished).removeprefix("/s/")
    assert token not in client.get(f"/jobs/{finished.pk}").content.decode()
    assert token not in str(vars(ShareToken.objects.get()))


@pytest.mark.parametrize(
    ("days", "lasts"),
    [("7", timedelta(days=7)), ("30", timedelta(days=30)), ("", None), ("9", timedelta(days=30)),
     ("nonsense", timedelta(days=30))],
)  # fmt: skip
def test_a_link_lasts_as_long_as_was_chosen(
    of: ClientOf, ada: User, finished: Job, days: str, lasts: timedelta | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = of(ada), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    _link(client, finished, days)
    assert ShareToken.objects.get().expires_at == (None if lasts is None else now + lasts)


def test_without_a_script_the_page_comes_back_with_the_link(of: ClientOf, ada: User, finished: Job) -> None:
    text = of(ada).post(f"/jobs/{finished.pk}/shares", {"days": ""}).content.decode()
    assert "<html" in text
    assert re.search(r"/s/[A-Za-z0-9_-]{22}", text)
    assert ShareToken.objects.get().expires_at is None


def test_anybody_hears_it_and_learns_no_more(of: ClientOf, ada: User, finished: Job, bundle: Bundle) -> None:
    response = Client().get(_link(of(ada), finished))
    text = response.content.decode()
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in text
    assert bundle.manifest.title in text
    assert not [word for word in (PROMPT, "zorbly", "900ms", "ada", str(finished.pk)) if word in text]
    assert "<b>release 900 ms</b>" in text
    assert 'aria-label="How the words came out"' not in text


def test_its_files_open_with_the_link_alone(of: ClientOf, ada: User, finished: Job, bundle: Bundle) -> None:
    path = _link(of(ada), finished)
    text = Client().get(path).content.decode()
    addresses = {unescape(one) for one in re.findall(r'(?:src|href|data-src)="(/api/v1/[^"]+)"', text)}
    assert len(addresses) == 4 * len(bundle.manifest.presets)
    for address in addresses:
        response = Client().get(address)
        assert response.status_code == 200, address
        response.close()


@pytest.mark.parametrize("how", ["revoked", "expired", "unknown", "inactive"])
def test_a_closed_link_opens_nothing(of: ClientOf, ada: User, finished: Job, how: str) -> None:
    client = of(ada)
    path = _link(client, finished)
    share = ShareToken.objects.get()
    if how == "revoked":
        assert client.post(f"/shares/{share.pk}/revoke").status_code == 302
    elif how == "expired":
        ShareToken.objects.update(expires_at=timezone.now())
    elif how == "inactive":
        User.objects.update(is_active=False)
    else:
        path = "/s/" + "A" * 22
    response = Client().get(path)
    assert response.status_code == 404
    assert finished.title not in response.content.decode()


def test_a_revoked_link_says_so(of: ClientOf, ada: User, finished: Job) -> None:
    client = of(ada)
    _link(client, finished)
    share = ShareToken.objects.get()
    text = client.post(f"/shares/{share.pk}/revoke", headers={"HX-Request": "true"}).content.decode()
    assert "revoked" in text
    assert f"/shares/{share.pk}/revoke" not in text


def test_only_what_is_finished_is_shared(of: ClientOf, ada: User, running: Job) -> None:
    response = of(ada).post(f"/jobs/{running.pk}/shares", {"days": "7"}, follow=True)
    assert "only a job that has succeeded can be shared" in response.content.decode()
    assert not ShareToken.objects.exists()
