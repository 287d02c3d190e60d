"""What holds for every address of the page: taken from their list, so that a new one is tested unasked."""

import uuid
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from api.models import ApiKey, Job, ShareToken, User
from api.services.keys import create_api_key
from api.services.shares import create_share
from api.web.urls import urlpatterns
from tests.web.conftest import ClientOf

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = {"sign-in", "public"}
"""Addresses for people who aren't signed in."""
NAMES = sorted(pattern.name for pattern in urlpatterns)
OF_A_JOB = sorted(pattern.name for pattern in urlpatterns if "job_id" in pattern.pattern.converters)
POSTED = sorted(set(NAMES) - {"public", "history", "account", "job", "job-progress"})


def _address(
    name: str, *, job: Job | None = None, key: ApiKey | None = None, share: ShareToken | None = None
) -> str:
    values = {
        "job_id": job.pk if job else uuid.uuid4(),
        "prefix": key.prefix if key else "abcdefgh",
        "share_id": share.pk if share else uuid.uuid4(),
        "token": "A" * 22,
    }
    pattern = next(one for one in urlpatterns if one.name == name)
    return reverse(name, kwargs={one: values[one] for one in pattern.pattern.converters})


@pytest.mark.parametrize("name", sorted(set(NAMES) - OPEN - {"sign-out"}))
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_the_door(client: Client, name: str, method: str, queued: Job) -> None:
    address = _address(name, job=queued)
    response = getattr(client, method)(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in?next=")
    queued.refresh_from_db()
    assert queued.cancel_requested_at is None


@pytest.mark.parametrize("name", OF_A_JOB)
@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_job_isnt_there(of: ClientOf, eve: User, finished: Job, name: str, method: str) -> None:
    stranger = getattr(of(eve), method)(_address(name, job=finished))
    nobody = getattr(of(eve), method)(_address(name))
    taken = "get" if name in ("job", "job-progress") else "post"
    assert stranger.status_code == nobody.status_code == (404 if method == taken else 405)
    assert finished.title not in stranger.content.decode()
    assert Job.objects.filter(pk=finished.pk, cancel_requested_at=None).exists()
    assert Job.objects.count() == 1
    assert not ShareToken.objects.exists()


def test_each_of_a_jobs_addresses_refuses_strangers_by_404(of: ClientOf, eve: User, finished: Job) -> None:
    """The method that an address takes is the one that is refused: no 405 hides behind the test above."""
    for name in OF_A_JOB:
        address = _address(name, job=finished)
        answers = {of(eve).get(address).status_code, of(eve).post(address).status_code}
        assert answers == {404, 405}, name


def test_somebody_elses_key_and_link_arent_there(of: ClientOf, ada: User, eve: User, finished: Job) -> None:
    key, _ = create_api_key(user=ada, name="mine", actor=ada)
    share, _ = create_share(user=ada, job=finished)
    client = of(eve)
    assert client.post(_address("key-revoke", key=key)).status_code == 404
    assert client.post(_address("share-revoke", share=share)).status_code == 404
    key.refresh_from_db()
    share.refresh_from_db()
    assert not key.revoked
    assert share.revoked_at is None
    assert "mine" not in client.get("/account").content.decode()


def test_somebody_elses_jobs_arent_listed(of: ClientOf, eve: User, finished: Job) -> None:
    for address in ("/", "/history", f"/history?q={finished.title}"):
        assert str(finished.pk) not in of(eve).get(address).content.decode()


@pytest.mark.parametrize("name", POSTED)
def test_a_post_needs_its_token(of: ClientOf, ada: User, finished: Job, name: str) -> None:
    client = of(ada, enforce_csrf_checks=True)
    before = (Job.objects.count(), ApiKey.objects.count(), ShareToken.objects.count(), User.objects.count())
    response = client.post(_address(name, job=finished), {"prompt": "x", "name": "x", "days": "7"})
    assert response.status_code == 403
    assert "Try once more" in response.content.decode()
    after = (Job.objects.count(), ApiKey.objects.count(), ShareToken.objects.count(), User.objects.count())
    assert after == before


class _Page(HTMLParser):
    """Finds what a strict policy would stop, and forms that send nothing to prove where they come from."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.foreign: list[str] = []
        self.unlabelled: list[str] = []
        self.ids: list[str] = []
        self.forms = self.tokens = 0
        self._labels: set[str] = set()
        self._fields: list[tuple[str, str]] = []
        self._open = ""
        self.feed(html)
        self.unlabelled = [name for name, one in self._fields if one not in self._labels]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.inline += [f"{tag} {name}" for name in values if name == "style" or name.startswith(("on", "hx-on"))]
        self._open = tag if tag == "style" or (tag == "script" and "src" not in values) else ""
        self.foreign += [values[name] for name in ("src", "href", "action") if "://" in values.get(name, "")]
        self.ids += [values["id"]] if "id" in values else []
        self.forms += tag == "form" and values.get("method") == "post"
        self.tokens += values.get("name") == "csrfmiddlewaretoken"
        if tag == "label":
            self._labels.add(values.get("for", ""))
        hidden = values.get("type") == "hidden"
        if tag in ("input", "select", "textarea") and not hidden and "aria-label" not in values:
            self._fields.append((values.get("name", tag), values.get("id", "?")))

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.inline.append(f"<{self._open}>")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def test_every_page_keeps_to_the_policy(
    of: ClientOf, ada: User, root: User, finished: Job, failed: Job, running: Job
) -> None:
    _, token = create_share(user=ada, job=finished)
    create_api_key(user=ada, name="one", actor=ada)
    pages = ["/", f"/?like={running.pk}", "/history", "/account", "/password", "/account/delete"]
    pages += [f"/jobs/{job.pk}" for job in (finished, failed, running)]
    clients = [(of(ada), page) for page in pages] + [(Client(), "/sign-in"), (Client(), f"/s/{token}")]
    for client, address in clients:
        response = client.get(address)
        assert response.status_code == 200, address
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        page = _Page(response.content.decode())
        assert not page.inline, address
        assert not page.foreign, address
        assert not page.unlabelled, address
        assert len(set(page.ids)) == len(page.ids), address
        assert page.forms == page.tokens, address


def test_what_isnt_there_looks_like_the_rest(of: ClientOf, ada: User) -> None:
    response = of(ada).get("/no-such-page")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


def test_static_files_come_whole_and_typed(client: Client) -> None:
    for name, kind in (("web/page.css", "text/css"), ("bundle/player.js", "text/javascript")):
        response = client.get(f"/static/{name}")
        assert response.status_code == 200
        assert response["Content-Type"].startswith(kind)
        assert int(response["Content-Length"]) == len(response.content) > 100
        assert client.get(f"/static/{name}", headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.get("/static/../settings.py").status_code == 404


def test_browsers_find_the_icon_where_they_look_for_it(client: Client) -> None:
    response = client.get("/favicon.ico", follow=True)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
