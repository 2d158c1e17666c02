"""A real browser, and reports for it to open."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rejoinder.report import write_report
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from browser.install import AXE, CHROMIUM, DRIVER, install
from engines.install import InstallError
from support.golden import given_records
from support.reports import GONE, built, hostile_data

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Browser:
    """Chromium without a window: opens pages from disk and says what they did."""

    def __init__(self) -> None:
        options = ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for argument in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu", "hide-scrollbars"):
            options.add_argument(f"--{argument}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(str(DRIVER)))
        self.axe = AXE.read_text("utf-8")

    def open(self, page: Path, fragment: str = "", *, width: int = 1024, height: int = 900) -> None:
        self.resize(width, height)
        # Another place on the page that is open would not load it anew.
        self.driver.get("about:blank")
        self.messages()
        self.requests()
        self.driver.get(page.as_uri() + fragment)

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def prefer(self, scheme: str) -> None:
        """Ask for 'light' or 'dark' pages."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def run_scripts(self, *, are_run: bool) -> None:
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not are_run})

    def ask(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(f"return {script}", *arguments)

    def messages(self) -> list[str]:
        """What the console was told since the last time, faults of the content policy included."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """What was asked for since the last time."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def faults(self) -> list[str]:
        """What axe finds that is serious or worse: rule, and where."""
        self.driver.execute_script(self.axe)
        done = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(done, done)"
        )
        return [
            f"{fault['id']}: {node['html'][:200]}"
            for fault in done["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"][:3]
        ]


@pytest.fixture(scope="session")
def installed() -> None:
    """A test fails where the browser cannot be had: skipped, it would pass for tested."""
    try:
        install()
    except InstallError as error:
        pytest.fail(f"the browser tests need Chromium and axe-core: {error}", pytrace=False)


@pytest.fixture(scope="session")
def browser(installed: None) -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report that `rejoinder demo` writes."""
    data = tmp_path_factory.mktemp("demo") / "data"
    subprocess.run([sys.executable, "-m", "rejoinder.cli", "demo", "--out", str(data)], capture_output=True, check=True)
    return data / "report"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of texts that would act somewhere."""
    folder = tmp_path_factory.mktemp("hostile")
    write_report(hostile_data(folder / "data"), folder / "report")
    return folder / "report"


@pytest.fixture(scope="session")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of comments that went, and of runs that fell short."""
    folder = tmp_path_factory.mktemp("changed")
    write_report(built(folder / "data", given_records(GONE)), folder / "report")
    return folder / "report"


@pytest.fixture(params=["demo", "hostile", "changed"])
def report(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)
