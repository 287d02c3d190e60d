"""The page under real clicks and keys, with a real bundle."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from api.models import ApiKey, Job, JobState, ShareToken, User
from api.selectors.keys import usable_key
from api.services.jobs import create_job
from api.services.shares import create_share
from api.store import store
from engine.bundle import Bundle, open_bundle
from schemas.request import Request
from service.ledger import Ledger
from tests.web.browser import PHONE, Browser, accessible_names, chromium, need_chromium, overflow, started, window
from tests.web.conftest import PASSWORD, PROMPT
from tests.web.delivering import deliver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The ASGI application under uvicorn, in this process: it sees the tests' database."""
    need_chromium()
    from api.asgi import application

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    made = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]})
    thread.start()
    while not made.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    made.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with started() as made:
        yield made


@pytest.fixture
def browser(driver: webdriver.Chrome, server: str, tmp_path: Path, transactional_db: None) -> Iterator[Browser]:
    """A window of its own for each test; whatever its console complains of fails the test."""
    with window(driver, server, tmp_path) as made:
        yield made
        assert made.complaints() == []


@pytest.fixture
def inside(browser: Browser, ada: User) -> Browser:
    """Signed in."""
    browser.sign_in("ada", PASSWORD)
    return browser


def test_signing_in_by_keyboard_alone(browser: Browser, ada: User) -> None:
    browser.open("/")
    browser.until(lambda: browser.path == "/sign-in", "the door")
    browser.keys("ada", Keys.TAB, "wrong", Keys.ENTER)
    browser.until_text("That name and password don’t go together".replace("’", "'"))
    assert any("422" in one for one in browser.complaints())  # the status, and nothing else
    browser.one("#id_username").clear()
    browser.one("#id_username").send_keys("ada", Keys.TAB, PASSWORD, Keys.ENTER)
    browser.until(lambda: browser.path == "/", "the first page")
    browser.button("Sign out").click()
    browser.until(lambda: browser.path == "/sign-in", "the door again")


def test_from_words_to_a_playing_preset(inside: Browser, ledger: Ledger, bundle: Bundle, ada: User) -> None:
    inside.one("#id_prompt").send_keys(PROMPT)
    inside.until_text("has no effect")  # the preview knows no zorbly
    assert "release 900 ms from release 900ms" in inside.text
    assert "Would be" in inside.text
    variations = inside.one("#id_variations")
    variations.clear()
    variations.send_keys("1")
    inside.button("Make it").click()
    inside.until_text("Waiting for its turn")
    job = Job.objects.get(user=ada)
    assert inside.path == f"/jobs/{job.pk}"

    now = datetime.now(UTC)
    assert ledger.start(job.pk, attempt=1, run_id="run-1", now=now)
    assert ledger.report(job.pk, attempt=1, stage="rendering", progress=0.4)
    inside.until_text("Rendering, listening, repairing")
    assert inside.all("#status")[0].get_property("textContent") == "Rendering, listening, repairing"
    assert inside.one("progress").get_attribute("value") == "40"
    deliver(ledger, store(), job, bundle, started=True)
    inside.until_text(bundle.manifest.title)  # without a reload
    assert inside.driver.title.startswith(bundle.manifest.title)
    assert inside.one("h1") == inside.driver.switch_to.active_element

    play = inside.one(".preset.base .play")
    inside.until(lambda: play.get_attribute("aria-pressed") == "false" and _player_is_ready(inside), "the player")
    play.click()
    _until_it_plays(inside, ".preset.base")
    play.send_keys(Keys.SPACE)
    inside.until(lambda: play.get_attribute("aria-pressed") == "false", "silence")


def _player_is_ready(browser: Browser) -> bool:
    return browser.all(".preset.base .wave input")[0].get_attribute("max") != "1"


def _until_it_plays(browser: Browser, preset: str) -> None:
    """Until the sound has moved on by a tenth of a second: it was fetched, decoded, and runs."""
    position = f"{preset} .wave input"
    browser.until(lambda: float(browser.all(position)[0].get_property("value")) > 0.1, f"sound from {preset}")
    assert browser.one(f"{preset} .play").get_attribute("aria-pressed") == "true"


def test_the_player_by_keyboard(inside: Browser, finished: Job) -> None:
    inside.open(f"/jobs/{finished.pk}")
    inside.until(lambda: _player_is_ready(inside), "the player")
    first, second = inside.all(".play")[:2]
    first.send_keys(Keys.SPACE)
    _until_it_plays(inside, ".preset.base")
    first.send_keys(Keys.ARROW_DOWN)
    inside.until(lambda: second.get_attribute("aria-pressed") == "true", "the next preset")
    assert first.get_attribute("aria-pressed") == "false"
    assert inside.driver.switch_to.active_element == second
    inside.keys(Keys.ESCAPE)
    inside.until(lambda: second.get_attribute("aria-pressed") == "false", "silence")


def test_everything_of_a_finished_job_is_seen(inside: Browser, finished: Job, bundle: Bundle) -> None:
    inside.open(f"/jobs/{finished.pk}")
    for detail in inside.all(".preset details summary"):
        detail.click()
    for picture in inside.all(".wave .shape, .spectrum"):
        inside.driver.execute_script("arguments[0].scrollIntoView()", picture)
        inside.until(lambda one=picture: int(one.get_property("naturalWidth")) > 0, "a picture")
    text = inside.text
    assert "release 900 ms from release 900ms" in text
    for preset in bundle.manifest.presets:
        assert preset.title in text
        for word in preset.words:
            assert (
                f"{', '.join(word.words)} {'heard' if word.satisfied else 'not fully heard'}: {word.reason}" in text
            )
        assert [value.noun for value in preset.values] == ["release"]
        for repair in preset.repairs:
            assert repair.reason in text
        assert preset.measurements is not None
        assert f"{preset.measurements.overall.loudness_lufs:.1f} LUFS".replace("-", "−") in text
    for macro in bundle.manifest.macros:
        assert macro.label.lower() in text.lower()


def test_the_zip_that_a_click_fetches_is_the_bundle(inside: Browser, finished: Job, bundle: Bundle) -> None:
    inside.open(f"/jobs/{finished.pk}")
    inside.button("Download all").click()
    assert open_bundle(inside.downloaded("*.zip").read_bytes()).sha256 == bundle.sha256
    inside.all(".links a")[0].click()
    preset = inside.downloaded("*.vital")
    assert preset.read_bytes() == bundle.files[bundle.manifest.presets[0].files.preset]


def test_cancelling(inside: Browser, running: Job, ledger: Ledger) -> None:
    inside.open(f"/jobs/{running.pk}")
    inside.button("Cancel").click()
    inside.until_text("Stopping")
    assert ledger.cancel(running.pk, attempt=1, now=datetime.now(UTC))
    inside.until_text("You stopped it")
    assert not inside.all("#progress")


def test_a_lost_connection_is_said_and_survived(inside: Browser, running: Job, ledger: Ledger) -> None:
    inside.open(f"/jobs/{running.pk}")
    inside.one("#progress")
    inside.offline(True)
    inside.until_text("The connection was lost")
    assert ledger.report(running.pk, attempt=1, stage="bundling", progress=0.9)
    inside.offline(False)
    inside.until_text("Packing")
    inside.until(lambda: "The connection was lost" not in inside.text, "the note to go")
    expected = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    assert [one for one in inside.complaints() if not any(word in one for word in expected)] == []


def test_a_failure_leads_to_another_seed(inside: Browser, failed: Job) -> None:
    inside.open("/history")
    inside.button("No sound").click()
    inside.until_text("too quiet, -61.2 LUFS")
    inside.button("Another seed").click()
    inside.until_text("Waiting for its turn")
    assert Job.objects.filter(prompt=failed.prompt).count() == 2


def test_sharing_and_revoking(inside: Browser, finished: Job, bundle: Bundle, server: str, tmp_path: Path) -> None:
    inside.open(f"/jobs/{finished.pk}")
    inside.button("Make a link").click()
    link = inside.one("#new-link").get_property("value")
    path = re.search(r"/s/[A-Za-z0-9_-]{22}$", link)[0]
    with chromium(server, tmp_path / "stranger") as stranger:
        stranger.open(path)
        stranger.until_text(bundle.manifest.title)
        assert "zorbly" not in stranger.driver.page_source
        stranger.until(lambda: _player_is_ready(stranger), "the player")
        stranger.one(".preset.base .play").click()
        _until_it_plays(stranger, ".preset.base")
        assert stranger.complaints() == []
        inside.button("Revoke").click()
        inside.until_text("revoked")
        stranger.open(path)
        stranger.until_text("Nothing here")
    inside.open(f"/jobs/{finished.pk}")
    assert not inside.all("#new-link")
    assert ShareToken.objects.get().revoked_at is not None


def test_a_key_is_made_shown_once_and_revoked(inside: Browser, ada: User) -> None:
    inside.open("/account")
    inside.one("#key-name").send_keys("plugin", Keys.ENTER)
    key = inside.one("#new-key").get_property("value")
    assert usable_key(key).user == ada
    inside.open("/account")
    assert key not in inside.driver.page_source
    inside.button("Revoke").click()
    inside.driver.switch_to.alert.dismiss()
    assert usable_key(key) is not None
    inside.button("Revoke").click()
    inside.driver.switch_to.alert.accept()
    inside.until_text("revoked")
    assert ApiKey.objects.get().revoked


def test_deleting_a_job_asks_first(inside: Browser, failed: Job) -> None:
    inside.open(f"/jobs/{failed.pk}")
    inside.button("Delete").click()
    inside.driver.switch_to.alert.dismiss()
    assert Job.objects.count() == 1
    inside.button("Delete").click()
    inside.driver.switch_to.alert.accept()
    inside.until_text("are deleted")
    assert not Job.objects.exists()


def test_deleting_the_account_ends_at_its_proof(inside: Browser, ada: User, finished: Job) -> None:
    inside.open("/account")
    inside.button("Delete my account").click()
    inside.one("#id_username").send_keys("ada", Keys.TAB, PASSWORD, Keys.ENTER)
    inside.until_text("All gone")
    assert "artifacts" in inside.text
    assert not User.objects.exists()
    inside.open("/")
    assert inside.path == "/sign-in"


def test_the_history_filters_while_one_types(inside: Browser, ada: User, queued: Job, failed: Job) -> None:
    inside.open("/history")
    inside.one("#id_q").send_keys("queued bell")
    inside.until(lambda: len(inside.all(".job")) == 1, "one job")
    assert "q=queued" in inside.driver.current_url
    inside.driver.refresh()
    assert len(inside.all(".job")) == 1


def test_examples_and_dice(inside: Browser) -> None:
    inside.all(".examples button")[1].click()
    assert inside.one("#id_prompt").get_property("value") == "fat reese bass, gritty and moving"
    inside.until_text("Would be")
    inside.button("Any").click()
    assert inside.one("#id_seed").get_property("value") != "0"


def test_the_theme_follows_the_system_until_somebody_chooses(browser: Browser) -> None:
    def page() -> str:
        return str(browser.one("body").value_of_css_property("background-color"))

    browser.prefer(prefers_color_scheme="light")
    browser.open("/sign-in")
    light = page()
    browser.prefer(prefers_color_scheme="dark")
    dark = page()
    assert light != dark
    browser.one(".theme").click()
    assert page() == light
    browser.open("/sign-in")
    assert page() == light
    assert browser.one(".theme").get_attribute("aria-pressed") == "false"


def test_whoever_wants_less_motion_gets_none(inside: Browser, running: Job) -> None:
    inside.prefer(prefers_reduced_motion="reduce")
    inside.open(f"/jobs/{running.pk}")
    script = """return [...document.querySelectorAll("*")].flatMap((one) => [getComputedStyle(one),
      getComputedStyle(one, "::before")]).filter((style) => style.animationName !== "none"
      || !/^(0s(, )?)+$/.test(style.transitionDuration)).length"""
    assert inside.driver.execute_script(script) == 0


PAGES = (
    "/",
    "/history",
    "/account",
    "/password",
    "/account/delete",
    "finished",
    "running",
    "failed",
    "share",
    "/sign-in",
)


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_pages_fit_and_everything_has_a_name(
    inside: Browser, finished: Job, running: Job, failed: Job, ada: User, width: str
) -> None:
    jobs = {"finished": finished, "running": running, "failed": failed}
    _, token = create_share(user=ada, job=finished)
    if width == "phone":
        inside.size(*PHONE)
    for page in PAGES:
        path = f"/jobs/{jobs[page].pk}" if page in jobs else f"/s/{token}" if page == "share" else page
        inside.open(path)
        for one in inside.all("details:not(.menu) > summary"):
            one.click()
        assert overflow(inside) == "", page
        assert [markup for name, markup in accessible_names(inside) if not name.strip()] == [], page
        assert len(inside.all("h1")) == 1, page
        assert inside.complaints() == [], page


def test_tab_reaches_everything_visibly_and_is_never_trapped(inside: Browser, finished: Job) -> None:
    inside.open(f"/jobs/{finished.pk}")
    inside.until(lambda: _player_is_ready(inside), "the player")
    wanted = {
        one.get_attribute("outerHTML")
        for one in inside.all("a[href], button, select, summary, input:not([type=hidden])")
        if one.is_displayed()
    }
    inside.driver.execute_script("document.body.focus()")
    reached, unseen = set(), []
    for _ in range(2 * len(wanted)):
        inside.keys(Keys.TAB)
        here = inside.driver.switch_to.active_element
        if here.tag_name == "body":
            break
        reached.add(here.get_attribute("outerHTML"))
        script = """const one = arguments[0], frame = one.closest(".wave") || one;
          return getComputedStyle(frame).outlineStyle"""
        if inside.driver.execute_script(script, here) == "none":
            unseen.append(here.get_attribute("outerHTML")[:100])
    assert wanted <= reached
    assert unseen == []


def test_without_scripts_the_basics_work(
    server: str, tmp_path: Path, ada: User, ledger: Ledger, bundle: Bundle
) -> None:
    with chromium(server, tmp_path, scripts=False) as plain:
        plain.sign_in("ada", PASSWORD)
        plain.one("#id_prompt").send_keys(PROMPT)
        plain.one("#id_variations").clear()
        plain.one("#id_variations").send_keys("1")
        plain.button("Make it").click()
        plain.until_text("Waiting for its turn")
        job = Job.objects.get()
        deliver(ledger, store(), job, bundle)
        plain.until_text(bundle.manifest.title)  # the page loads itself anew
        assert plain.all("noscript audio") or plain.all("audio[controls]")
        plain.button("Another seed").click()
        plain.until_text("Waiting for its turn")
        plain.button("Cancel").click()
        plain.until_text("You stopped it")
        assert Job.objects.filter(state=JobState.CANCELLED).count() == 1
        plain.open(f"/jobs/{job.pk}")
        plain.button("Make a link").click()
        assert "/s/" in plain.one("#new-link").get_attribute("value")


def test_someone_elses_page_tells_nothing(browser: Browser, eve: User, finished: Job) -> None:
    browser.sign_in("eve", PASSWORD)
    browser.open(f"/jobs/{finished.pk}")
    browser.until_text("Nothing here")
    assert any("404" in one for one in browser.complaints())


def test_a_job_deleted_elsewhere_leaves_no_page_that_asks_for_ever(inside: Browser, running: Job) -> None:
    inside.open(f"/jobs/{running.pk}")
    inside.one("#progress")
    Job.objects.all().delete()
    inside.until_text("Nothing here")
    assert all("404" in one or "htmx" in one for one in inside.complaints())


def test_a_session_that_ends_shows_the_door(inside: Browser, running: Job) -> None:
    inside.open(f"/jobs/{running.pk}")
    inside.one("#progress")
    inside.driver.delete_cookie("sessionid")
    inside.until(lambda: inside.path == "/sign-in", "the door")
    inside.one("#id_username").send_keys("ada", Keys.TAB, PASSWORD, Keys.ENTER)
    inside.until(lambda: inside.path == f"/jobs/{running.pk}", "the job again")
    assert all("401" in one or "htmx" in one for one in inside.complaints())


def test_another_job_of_the_same_person_isnt_mixed_up(inside: Browser, ada: User, finished: Job) -> None:
    """Two windows, two jobs: each follows its own."""
    other = create_job(user=ada, request=Request(prompt="a second sound", seed=5)).job
    inside.open(f"/jobs/{other.pk}")
    inside.driver.switch_to.new_window("tab")
    inside.open(f"/jobs/{finished.pk}")
    assert "a second sound" not in inside.text
    inside.driver.switch_to.window(inside.driver.window_handles[0])
    assert "a second sound" in inside.text


def test_the_admin_works_under_the_policy(browser: Browser, root: User, running: Job, queued: Job) -> None:
    browser.sign_in("root", PASSWORD)
    browser.button("Admin").click()
    browser.button("Jobs").click()
    browser.one("#action-toggle").click()  # the admin's own script ticks the rest
    assert len(browser.all("tr.selected")) == 2
    browser.one("select[name=action] option[value=cancel]").click()
    browser.button("Go").click()
    browser.until_text("2 jobs asked to stop.")
    running.refresh_from_db()
    assert running.cancel_requested_at is not None
    browser.open(f"/admin/api/user/{root.pk}/change/")
    browser.one("#id_username")


def test_the_apis_own_page_shows_its_addresses(browser: Browser) -> None:
    browser.open("/api/v1/docs")
    browser.until_text("/api/v1/jobs/{job_id}/cancel")
    # The viewer sets one style inline, which the policy stops and nobody misses; nothing else is stopped.
    assert [one for one in browser.complaints() if "inline style" not in one] == []
