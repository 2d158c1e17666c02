"""The report in a real browser, opened from disk as a reader opens it: `make browser`."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from browser.conftest import Browser
from browser.install import CACHE

LONGEST_S = 20
FOCUSABLE = "a[href], button, input, select, summary, [tabindex='0']"
REACHABLE = f"""
    Array.from(document.querySelectorAll(`{FOCUSABLE}`)).filter(
        each => each.checkVisibility({{visibilityProperty: true}}) && !each.closest(':not(details) [hidden]')
            && !each.classList.contains('skip'))
"""
"""What can be seen and acts; the link over the navigation is seen only when it has the focus."""


def pages(report: Path) -> list[Path]:
    """All pages but those of a kind of which others are there: four of each folder."""
    found = sorted(report.glob("*.html"))
    for folder in ("threads", "persons"):
        found += sorted((report / folder).glob("*.html"))[:4]
    return found


def wait(browser: Browser, script: str) -> None:
    WebDriverWait(browser.driver, LONGEST_S).until(lambda _: browser.ask(script))


def test_pages_open_from_disk_without_a_word_and_ask_nobody(browser: Browser, report: Path) -> None:
    home = report.as_uri()
    for page in pages(report):
        browser.open(page)
        wait(browser, "document.readyState === 'complete'")
        assert browser.messages() == [], page
        asked = [url for url in browser.requests() if url != "about:blank"]
        assert asked, page
        assert [url for url in asked if not url.startswith((home, "data:"))] == [], page
        with pytest.raises(NoAlertPresentException):
            _ = browser.driver.switch_to.alert.text


def test_every_link_resolves(browser: Browser, report: Path) -> None:
    """As the browser reads addresses, which need not be how our other tests read them."""
    home = report.as_uri()
    places: dict[str, set[str]] = {}
    links: set[tuple[str, str]] = set()
    for page in sorted(report.rglob("*.html")):
        browser.driver.get(page.as_uri())
        places[page.as_uri()] = set(browser.ask("Array.from(document.querySelectorAll('[id]'), each => each.id)"))
        found = browser.ask("Array.from(document.links, each => [each.href.baseVal ?? each.href, each.protocol])")
        for href, protocol in found:
            if protocol == "file:":
                assert href.startswith(home)
                address, _, place = href.partition("#")
                links.add((address, place))
            else:
                assert protocol in ("http:", "https:"), (page, href)
    assert len(links) > 10
    assert [link for link in links if link[0] not in places or (link[1] and link[1] not in places[link[0]])] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, report: Path, scheme: str) -> None:
    browser.prefer(scheme)
    for page in pages(report):
        browser.open(page)
        browser.driver.execute_script("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert browser.faults() == [], page
    browser.prefer("light")


@pytest.mark.parametrize("width", [360, 1024, 1600])
def test_nothing_stands_out_of_the_page(browser: Browser, report: Path, width: int) -> None:
    """Takes a picture of each page for people to look at, in .cache/browser."""
    pictures = CACHE / "pictures" / report.parent.name.rstrip("0123456789")
    pictures.mkdir(parents=True, exist_ok=True)
    for page in pages(report):
        browser.open(page, width=width)
        browser.driver.execute_script("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert browser.ask("document.documentElement.scrollWidth") <= width, page
        browser.driver.execute_script("document.querySelectorAll('details').forEach(each => each.open = false)")
        browser.resize(width, min(3000, browser.ask("document.documentElement.scrollHeight")))
        browser.driver.save_screenshot(str(pictures / f"{page.stem}-{width}.png"))


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser, report: Path) -> None:
    for page in pages(report):
        browser.open(page)
        count = browser.ask(f"(window.wanted = {REACHABLE}).length")
        assert count > 5
        reached: set[int] = set()
        for _ in range(min(2 * count + 10, 400)):
            ActionChains(browser.driver).send_keys(Keys.TAB).perform()
            at, is_shown = browser.ask(
                "[window.wanted.indexOf(document.activeElement),"
                " document.activeElement === document.body"
                " || getComputedStyle(document.activeElement).outlineStyle !== 'none']"
            )
            assert is_shown, (page, browser.ask("document.activeElement.outerHTML"))
            reached.add(at)
            if len(reached - {-1}) == count:
                break
        missed = [browser.ask("window.wanted[arguments[0]].outerHTML", place) for place in {*range(count)} - reached]
        assert missed == [], page


def test_the_skip_link_leads_to_the_content(browser: Browser, demo: Path) -> None:
    browser.open(demo / "index.html")
    ActionChains(browser.driver).send_keys(Keys.TAB, Keys.ENTER).perform()
    assert browser.ask("document.activeElement.id") == "content"


def thread_of_the_seed(demo: Path) -> Path:
    [page] = [
        page
        for page in (demo / "threads").glob("*.html")
        if "Is Social Media" in page.read_text("utf-8") and "as-shown" not in page.name
    ]
    return page


WHY_IS_SEEN = "getComputedStyle(document.querySelector('mark .cue').parentElement.nextElementSibling).visibility"


@pytest.mark.parametrize("way", ["hover", "focus", "touch"])
def test_what_shows_an_answer_is_told_on(browser: Browser, demo: Path, way: str) -> None:
    browser.open(thread_of_the_seed(demo), width=360 if way == "touch" else 1024)
    cue = browser.driver.find_element(By.CSS_SELECTOR, "mark .cue")
    assert browser.ask(WHY_IS_SEEN) == "hidden"
    if way == "hover":
        ActionChains(browser.driver).move_to_element(cue).perform()
    elif way == "focus":
        browser.driver.execute_script("arguments[0].focus()", cue)
    else:
        browser.driver.execute_script("arguments[0].scrollIntoView()", cue)
        browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
        place = browser.ask("(r => [r.x + r.width / 2, r.y + r.height / 2])(arguments[0].getBoundingClientRect())", cue)
        for event, points in (("touchStart", [{"x": place[0], "y": place[1]}]), ("touchEnd", [])):
            browser.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": event, "touchPoints": points})
        browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
    wait(browser, f"{WHY_IS_SEEN} === 'visible'")
    why = cue.find_element(By.XPATH, "../following-sibling::*[1]")
    assert "spoken to by name" in why.text
    box = browser.ask("arguments[0].getBoundingClientRect()", why)
    assert box["left"] >= 0
    assert box["right"] <= browser.ask("innerWidth")


def test_from_what_is_told_the_keyboard_goes_on_to_the_answered_comment(browser: Browser, demo: Path) -> None:
    browser.open(thread_of_the_seed(demo))
    cue = browser.driver.find_elements(By.CSS_SELECTOR, "mark .cue")[1]
    browser.driver.execute_script("arguments[0].focus()", cue)
    ActionChains(browser.driver).send_keys(Keys.TAB, Keys.ENTER).perform()
    wait(browser, "document.querySelector('li:target > article strong')?.textContent === 'Pearl Zhu'")


def results(browser: Browser) -> list[str]:
    found = browser.driver.find_elements(By.CSS_SELECTOR, "#results li")
    return [each.text for each in found]


def test_search_finds_posts_and_persons(browser: Browser, demo: Path) -> None:
    browser.open(demo / "find.html")
    wait(browser, "!document.getElementById('find').hidden")
    words = browser.driver.find_element(By.ID, "words")
    words.send_keys("social tool")
    wait(browser, "document.querySelectorAll('#results li').length === 1")
    assert results(browser)[0].startswith("Is Social Media a Corporate or a Personal Tool?")
    words.send_keys(Keys.CONTROL, "a")
    words.send_keys("novak")
    wait(browser, "document.querySelector('#results li')?.textContent.startsWith('Karel Novák')")
    browser.driver.find_element(By.CSS_SELECTOR, "#results a").click()
    wait(browser, "document.querySelector('h1').textContent === 'Karel Novák'")


def test_search_can_be_narrowed(browser: Browser, demo: Path) -> None:
    browser.open(demo / "find.html")
    wait(browser, "!document.getElementById('find').hidden")
    browser.driver.find_element(By.CSS_SELECTOR, "#kind option[value='p']").click()
    wait(browser, "document.querySelectorAll('#results li').length === 5")
    browser.driver.find_element(By.XPATH, "//*[@id='year']/option[.='2011']").click()
    wait(browser, "document.querySelectorAll('#results li').length === 1")
    assert "2011" in results(browser)[0]
    browser.driver.find_element(By.ID, "words").send_keys("nothing has this")
    wait(browser, "document.getElementById('told').textContent === 'Nothing found.'")


def test_search_shows_hostile_names_as_text(browser: Browser, hostile: Path) -> None:
    browser.open(hostile / "find.html")
    wait(browser, "!document.getElementById('find').hidden")
    browser.driver.find_element(By.ID, "words").send_keys("<script>")
    wait(browser, "document.querySelectorAll('#results li').length > 0")
    assert "<script>alert(1)</script>" in results(browser)[0]
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "#results script, #results img")
    assert browser.messages() == []


def test_without_scripts_all_but_search_is_there(browser: Browser, demo: Path) -> None:
    browser.run_scripts(are_run=False)
    try:
        browser.open(demo / "persons.html")
        assert browser.driver.find_elements(By.CSS_SELECTOR, ".network .drawing path")
        browser.open(demo / "find.html")
        assert "needs JavaScript" in browser.driver.find_element(By.TAG_NAME, "main").text
        browser.open(thread_of_the_seed(demo), "#" + cue_label(demo))
        why = browser.driver.find_element(By.ID, cue_label(demo))
        assert why.is_displayed()
    finally:
        browser.run_scripts(are_run=True)


def cue_label(demo: Path) -> str:
    _, _, rest = thread_of_the_seed(demo).read_text("utf-8").partition('class="cue" href="#')
    return rest.partition('"')[0]


def test_pointing_at_a_person_shows_the_neighbours(browser: Browser, demo: Path) -> None:
    browser.open(demo / "persons.html")
    tom = browser.driver.find_element(By.CSS_SELECTOR, "[data-node]")
    assert browser.ask("document.querySelectorAll('.faint').length") == 0
    ActionChains(browser.driver).move_to_element(tom).perform()
    wait(browser, "document.querySelectorAll('line.faint').length > 0")
    shown = browser.ask("document.querySelectorAll('line[data-ends]:not(.faint)').length")
    assert 0 < shown < browser.ask("document.querySelectorAll('line[data-ends]').length")
    assert browser.ask("document.querySelectorAll('.network .drawing a').length") == 13
