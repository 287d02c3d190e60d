"""A real browser: Debian's Chromium, headless, without any network but loopback."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1200, 900), (360, 740)


def need_chromium() -> None:
    """Skip where Chromium isn't installed; in CI, where it must be, fail."""
    missing = [str(path) for path in (CHROMIUM, DRIVER) if not path.exists()]
    if not missing:
        return
    words = f"not installed: {', '.join(missing)} (Debian: apt-get install chromium chromium-driver)"
    if os.environ.get("CI"):
        pytest.fail(f"CI must run this: {words}")
    pytest.skip(words)


class Browser:
    """A window, and what a person does with it. `base` is the server's address."""

    def __init__(self, driver: webdriver.Chrome, base: str, downloads: Path) -> None:
        self.driver, self.base, self.downloads = driver, base, downloads

    def open(self, path: str) -> None:
        """Go to a page."""
        self.driver.get(f"{self.base}{path}")

    @property
    def path(self) -> str:
        """Where it is."""
        return urlsplit(self.driver.current_url).path

    def one(self, selector: str) -> WebElement:
        """The element, as soon as it is shown."""
        return self.until(lambda: next((one for one in self.all(selector) if one.is_displayed()), None), selector)

    def all(self, selector: str) -> list[WebElement]:
        """All elements."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def button(self, text: str) -> WebElement:
        """The button, link or summary that says `text`."""
        path = f"//*[self::button or self::a or self::summary][starts-with(normalize-space(.), '{text}')]"
        return self.until(
            lambda: next((one for one in self.driver.find_elements(By.XPATH, path) if one.is_displayed()), None),
            text,
        )

    @property
    def text(self) -> str:
        """What is written on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def until(self, look: Callable[[], Any], what: object = "", *, limit_s: float = 20) -> Any:
        """What `look` finds, as soon as it is something; elements that were replaced are looked for again."""
        end = time.monotonic() + limit_s
        while True:
            try:
                if found := look():
                    return found
            except Exception as error:
                if type(error).__name__ not in ("StaleElementReferenceException", "NoSuchElementException"):
                    raise
            assert time.monotonic() < end, f"never seen: {what}\n{self.driver.current_url}\n{self.text[:2000]}"
            time.sleep(0.05)

    def until_text(self, words: str, *, limit_s: float = 20) -> None:
        """Wait until the page says it."""
        self.until(lambda: words in self.text, words, limit_s=limit_s)

    def keys(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def sign_in(self, name: str, password: str) -> None:
        """As a person would."""
        self.open("/sign-in")
        self.one("#id_username").send_keys(name)
        self.one("#id_password").send_keys(password)
        self.button("Sign in").click()
        self.until(lambda: self.path == "/", "the first page")

    def size(self, width: int, height: int) -> None:
        """Of the page itself."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def prefer(self, **features: str) -> None:
        """What the system says of its user's wishes: `prefers_color_scheme="dark"`."""
        said = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": said})

    def offline(self, yes: bool) -> None:
        """Cut the wire, or mend it."""
        state = {"offline": yes, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", state)

    def complaints(self) -> list[str]:
        """What the console has said since the last time."""
        return [
            entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
        ]

    def downloaded(self, pattern: str, *, limit_s: float = 20) -> Path:
        """The file that a click has fetched, as soon as all of it is there."""
        found: Path = self.until(lambda: next(iter(self.whole_files(pattern)), None), pattern, limit_s=limit_s)
        return found

    def whole_files(self, pattern: str) -> list[Path]:
        """What was fetched; none while Chromium still writes, which first makes an empty file of the last name."""
        if any(self.downloads.glob("*.crdownload")):
            return []
        return [one for one in self.downloads.glob(pattern) if one.stat().st_size]


@contextmanager
def started(*, scripts: bool = True) -> Iterator[webdriver.Chrome]:
    """A Chromium; without `scripts` no page can run any."""
    need_chromium()
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for one in _OPTIONS:
        options.add_argument(one)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    preferences: dict[str, Any] = {"download.prompt_for_download": False}
    if not scripts:
        preferences["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", preferences)
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def window(driver: webdriver.Chrome, base: str, downloads: Path) -> Iterator[Browser]:
    """A window of its own in a Chromium that others have used: no cookie, choice or file of theirs is left."""
    others = driver.window_handles
    driver.switch_to.new_window("tab")
    mine = driver.current_window_handle
    for one in others:
        driver.switch_to.window(one)
        driver.close()
    driver.switch_to.window(mine)
    for command in ("Network.clearBrowserCookies", "Network.clearBrowserCache"):
        driver.execute_cdp_cmd(command, {})
    driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": base, "storageTypes": "all"})
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
    made = Browser(driver, base, downloads)
    made.size(*DESKTOP)
    made.complaints()  # of another
    yield made
    driver.get("about:blank")  # nothing asks the server any more


@contextmanager
def chromium(base: str, downloads: Path, *, scripts: bool = True) -> Iterator[Browser]:
    """A window in a Chromium of its own."""
    with started(scripts=scripts) as driver, window(driver, base, downloads) as made:
        yield made


def accessible_names(browser: Browser) -> list[tuple[str, str]]:
    """What a screen reader calls each control, with the control's own markup."""
    found = browser.all("button, a[href], input:not([type=hidden]), select, textarea, summary, progress")
    return [(one.accessible_name, one.get_attribute("outerHTML")[:120]) for one in found if one.is_displayed()]


def overflow(browser: Browser) -> str:
    """What sticks out of the page to the right, if anything does."""
    script = """
    const wide = document.documentElement.clientWidth;
    return JSON.stringify([...document.querySelectorAll("body *")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.right > wide + 1 && box.width > 1 && one.checkVisibility();
    }).map((one) => one.outerHTML.slice(0, 100))
      .concat(document.documentElement.scrollWidth > wide ? ["page"] : []));
    """
    return "\n".join(json.loads(browser.driver.execute_script(script)))
