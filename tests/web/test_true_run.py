"""One true run: the service's own processes, a person in a browser, and a sound made while they watch."""

import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from engine.bundle import open_bundle
from tests.once import LENGTHY, QUICK
from tests.service.running import DAGSTER, Running, running
from tests.web.browser import chromium, need_chromium

NAME, PASSWORD = "ada", "glassy-bell-9"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Web server, daemon, code server and workers; limits for machines that are busy with other tests."""
    need_chromium()
    with running(tmp_path_factory.mktemp("true-run"), soft_time_limit_s=240, hard_time_limit_s=300) as one:
        assert set(DAGSTER) <= set(one.processes)
        one.start("web")
        _until_it_answers(one)
        command = [sys.executable, "-m", "cli.main", "user", "create", NAME, "--password-stdin"]
        env = {**one.env, **one.programs["web"].env}
        subprocess.run(command, env=env, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
        yield one


def _until_it_answers(service: Running) -> None:
    end = time.monotonic() + 180
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{service.port}/healthz") as answer:
                assert answer.status == 200
            return
        except URLError:
            assert time.monotonic() < end, service.log("web")
            time.sleep(0.1)


def test_from_words_to_a_bundle(service: Running, tmp_path: Path) -> None:
    with chromium(f"http://127.0.0.1:{service.port}", tmp_path) as browser:
        browser.sign_in(NAME, PASSWORD)
        browser.one("#id_prompt").send_keys(QUICK)
        browser.until_text("Would be")
        variations = browser.one("#id_variations")
        variations.clear()
        variations.send_keys("1")
        browser.button("Make it").click()

        seen: list[str] = []

        def finished() -> bool:
            """Notes each thing that the page says of the work, and waits for what comes after."""
            stage = browser.all("#progress .stage")
            if stage and stage[0].text not in seen:
                seen.append(stage[0].text)
            return bool(browser.all(".preset"))

        browser.until(finished, "the presets", limit_s=240)
        assert "Rendering, listening, repairing" in seen
        browser.until(lambda: browser.all(".preset.base .wave input")[0].get_attribute("max") != "1", "the player")
        browser.one(".preset.base .play").click()
        position = ".preset.base .wave input"
        browser.until(lambda: float(browser.all(position)[0].get_property("value")) > 0.1, "sound")
        browser.button("Download all").click()
        bundle = open_bundle(browser.downloaded("*.zip").read_bytes())
        assert bundle.manifest.request.prompt == QUICK
        assert browser.one("h1").text == bundle.manifest.title

        browser.button("Export").click()
        browser.button("Presets only").click()
        browser.button("Download Presets only").click()
        exported = browser.until(
            lambda: next((one for one in browser.whole_files("*.zip") if bundle.sha256[:8] not in one.name), None),
            "the export",
            limit_s=180,
        )
        with zipfile.ZipFile(exported) as archive:
            assert len(archive.namelist()) == len(bundle.manifest.presets)
        assert browser.complaints() == []


def test_cancelling_is_seen(service: Running, tmp_path: Path) -> None:
    with chromium(f"http://127.0.0.1:{service.port}", tmp_path) as browser:
        browser.sign_in(NAME, PASSWORD)
        browser.one("#id_prompt").send_keys(LENGTHY)
        browser.button("Make it").click()
        browser.until_text("Rendering, listening, repairing", limit_s=180)
        browser.button("Cancel").click()
        browser.until_text("You stopped it", limit_s=60)
