"""What style sheet and scripts rely on inside Streamlit and Vega is found in the pages, whatever the upgrade.

Each name has a place in a page where it must appear, so that a test that fails says which name is gone.
"""

from __future__ import annotations

import re

import pytest

from tests.browser.screen import PHONE, opened
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

BROWSER = ROOT / "pages" / "ui" / "browser"
SHEET, SCRIPT = BROWSER / "streamlit.css", BROWSER / "streamlit.js"
NAME = re.compile(r"data-testid=\"?(\w+)")
ATTRIBUTES = {  # of Streamlit's and of Vega's parts, beside the names
    ".vega-bindings",
    ".vega-bind input[name=step]",
    ".katex-display",
    "[data-testid=stSidebar][data-collapsed=true]",
}
FOUND = "selectors => selectors.filter(selector => document.querySelector(selector))"


def names() -> list[str]:
    """Every data-testid in style sheet and script, as a selector."""
    text = SHEET.read_text(encoding="utf-8") + SCRIPT.read_text(encoding="utf-8")
    return [f"[data-testid={name}]" for name in sorted(set(NAME.findall(text)))]


def rules() -> list[str]:
    """The selector of every rule of the style sheet, as it is while nothing has the focus or is dragged."""
    text = re.sub(r"/\*.*?\*/|@media[^{]*{", "", SHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\[data-behind\],|\[data-dragging\] ", "", text.replace(":focus-visible", ":not(none)"))
    return sorted({selector.strip() for selector in re.findall(r"([^{}]+){", text)})


def walk(open_page, app):
    """Views in which, together, every part appears."""
    for page in ("overview", "identity_initialization", "your_function"):
        yield opened(open_page, app, page)
    yield opened(open_page, app, "periodic_orbits", "?tour=1")
    for page in ("equilibrium_selection", "initialization_dependence"):  # two windows; a plane to drag in
        view = opened(open_page, app, page)
        view.wait_for_selector("[data-grip]", state="attached")
        yield view
    view = open_page(f"{app}/scenes")
    view.wait_for_selector(".st-key-scenes-buttons")
    yield view
    view = opened(open_page, app, "relu_oscillation", "?relu.view=Predict")
    yield view
    for button in ("Main menu", "Scalar functions"):
        view.get_by_role("button", name=button).click()
        view.wait_for_selector("[role=menu]")
        yield view
        view.keyboard.press("Escape")
    view.get_by_text("Take it home").click()
    view.wait_for_selector("code .token")
    yield view
    yield opened(open_page, app, "overview", width=PHONE[0], height=PHONE[1])
    view = opened(open_page, app, "reachable_optima", width=PHONE[0], height=PHONE[1])
    yield view
    view.get_by_role("button", name="Expand sidebar").click()
    view.get_by_role("button", name="Collapse sidebar").wait_for()
    yield view


def test_every_name_of_streamlits_parts_and_every_rule_for_them_is_found_in_a_page(open_page, app):
    gone = {*names(), *rules(), *ATTRIBUTES}
    for view in walk(open_page, app):  # through pages, menus, tabs and drawers
        gone -= {*view.evaluate(FOUND, [*gone])}
    assert gone == set(), f"nothing in a page matches these any more: see {SHEET.name} and {SCRIPT.name}"


def test_no_other_file_names_a_part_of_streamlit():
    files = [path for path in (ROOT / "pages").rglob("*") if path.suffix in (".py", ".js", ".css", ".html")]
    naming = {path for path in files if NAME.search(path.read_text(encoding="utf-8").replace("'", '"'))}
    assert naming == {SHEET, SCRIPT}
