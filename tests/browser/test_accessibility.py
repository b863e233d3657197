"""The explorer for readers who use a keyboard, a screen reader, or another colour scheme, on every page."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import pytest

from stepsize_core.paper.parameters import controls_of
from tests.browser.screen import CHART, DESKTOP, PHONE, opened, resize, rest, settle, wait_for_scheme
from tests.pages.visit import PAGES, PHENOMENA, PICTURED

pytestmark = pytest.mark.browser

STEP_SIZES = {stem: controls_of(p.Params)["step_size"].label for stem, p in PHENOMENA.items()}
TALL = 4000  # pixels: axe judges only what is inside the window
RICHEST = "identity_initialization"  # the page with most kinds of tabs and controls
MOST_STOPS = 250  # of the Tab key on one page
VIOLATIONS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`));
}"""
DESCRIPTIONS = f"""() => [...document.querySelectorAll('{CHART}')].map(chart =>
  [chart.ariaLabel, document.getElementById(chart.getAttribute('aria-describedby'))?.textContent ?? ''])"""
AGAIN = "() => { document.activeElement.blur(); window.visited = window.unseen = window.last = undefined; }"
FROM_THE_TOP = """() => {
  const first = document.body.insertBefore(document.createElement('button'), document.body.firstChild);
  first.focus();
  first.remove();
}"""
# After a press of Tab: what has the focus, and whether what had it before looks different without it.
VISIT = """() => {
  const look = element => {
    const looks = [];
    for (let e = element, i = 0; e && i < 5; i++, e = e.parentElement ?? e.getRootNode().host) {
      const style = getComputedStyle(e), outline = style.outlineStyle !== 'none' && style.outline;
      if (style.clipPath === 'none') looks.push(outline, style.boxShadow, style.borderColor);
      else looks.length = 0;  // what it holds is not seen
    }
    return looks.join();
  };
  window.visited ??= new Set(); window.unseen ??= [];
  const last = window.last;
  if (last && last.element.isConnected && look(last.element) === last.look)
    window.unseen.push(last.element.outerHTML.slice(0, 200));
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  window.last = undefined;
  if (element === document.body) return false;  // the way from the last element to the first
  window.last = { element, look: look(element) };
  const again = window.visited.has(element);
  window.visited.add(element);
  return again;
}"""
LINKS = "links => links.map(link => [new URL(link.href).pathname, link.getAttribute('aria-current')])"
UNREACHED = """() => {
  const parts = 'a[href], button, input, select, textarea, summary, [tabindex="0"]', found = [];
  const look = root => {
    for (const e of root.querySelectorAll('*')) {
      if (e.shadowRoot) look(e.shadowRoot);
      const other = e.matches('[role=radio][aria-checked=false], [type=radio]:not(:checked)'); // arrow keys
      const usable = e.matches(parts) && e.tabIndex >= 0 && !e.disabled && !other && !window.visited.has(e);
      if (usable && e.checkVisibility({ visibilityProperty: true })) found.push(e.outerHTML.slice(0, 200));
    }
  };
  look(document);
  return found;
}"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core; without it the test is skipped, in CI it fails."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None:
        reason = "no axe-core found; pip install -r tests/requirements.txt"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(view, axe: str) -> list[str]:
    """What axe finds on the page, each with the element."""
    if not view.evaluate("() => 'axe' in window"):
        view.evaluate(axe)
    return view.evaluate(VIOLATIONS)


@pytest.mark.parametrize(("scheme", "width"), [("light", DESKTOP[0]), ("dark", PHONE[0])])
def test_axe_finds_no_violation(view, axe, scheme, width):
    view.emulate_media(color_scheme=scheme)
    wait_for_scheme(view, scheme)
    resize(view, width, TALL)
    assert violations(view, axe) == []


def test_axe_finds_no_violation_in_what_opens(open_page, app, axe):
    view = opened(open_page, app, RICHEST, width=DESKTOP[0], height=TALL)
    for button, landmark in (("Main menu", "region"), ("Scalar functions", "navigation")):
        view.get_by_role("button", name=button).click()
        view.wait_for_selector(f"[role={landmark}] [role=menu]")
        assert violations(view, axe) == [], button
        view.keyboard.press("Escape")
    view.get_by_text("Take it home").click()
    view.wait_for_selector("[data-testid=stMain] [data-testid=stDataFrame]")
    for tab in view.get_by_role("tab").all():
        tab.click()
        rest(view)
        assert violations(view, axe) == [], tab.inner_text()


def test_axe_finds_no_violation_in_the_sidebar_of_a_phone(open_page, app, axe):
    view = opened(open_page, app, "relu_oscillation", width=PHONE[0], height=TALL)
    view.get_by_role("button", name="Expand sidebar").click()
    view.get_by_role("button", name="Collapse sidebar").wait_for()
    rest(view)
    assert violations(view, axe) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", PHONE[0]), ("dark", DESKTOP[0])])
def test_axe_finds_no_violation_in_a_presentation(open_page, app, axe, scheme, width):
    view = open_page(f"{app}/scenes?set=class&scene=1", width=width, height=DESKTOP[1], scheme=scheme)
    view.wait_for_selector(f"{CHART} svg")
    wait_for_scheme(view, scheme)
    rest(view)
    assert violations(view, axe) == []
    view.get_by_role("button", name="Reveal").click()
    view.wait_for_selector(".answers .right")
    rest(view)
    assert violations(view, axe) == []


def sliders(view) -> list[list[str]]:
    """Of every slider: what it is announced as, the number in its bubble, its name and its label."""
    return view.eval_on_selector_all(
        "[data-testid=stSlider]",
        """sliders => sliders.map(slider => {
          const input = slider.querySelector('input');
          const named = (input.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
          return [
            input.getAttribute('aria-valuetext'),
            slider.querySelector('[data-testid=stSliderThumbValue]').textContent,
            named.map(id => document.getElementById(id).ariaLabel).join(' ') || input.ariaLabel,
            slider.querySelector('label')?.textContent ?? input.ariaLabel,
          ];
        })""",
    )


def test_sliders_are_announced_by_their_values_and_named_once(page, view):
    resize(view, *DESKTOP)
    found = sliders(view)
    assert found or page not in PICTURED
    for announced, bubble, name, label in found:
        assert announced == bubble
        assert name
        assert name in label
    if found:
        address, before = view.url, found[0][0]
        view.locator("[data-testid=stSlider] input").first.focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
            view.keyboard.press(key)
            announced, bubble, *_ = sliders(view)[0]
            assert announced == bubble
        settle(view)
        assert [announced for announced, *_ in sliders(view)] == [bubble for _, bubble, *_ in sliders(view)]
        assert (sliders(view)[0][0], view.url) == (before, address)


def test_no_name_holds_the_name_of_an_icon(view):
    resize(view, *DESKTOP)
    snapshot = view.locator("body").aria_snapshot()
    assert len(snapshot) > 1000
    icons = view.eval_on_selector_all(
        "[data-testid=stIconMaterial]", "icons => icons.map(icon => icon.textContent.trim())"
    )
    names = re.findall(r'"([^"]*)"', snapshot)
    assert not [name for name in names if {*name.split()} & {icon for icon in icons if "_" in icon}]
    assert not [name for name in names if name.endswith(" icon") or name.startswith("keep ")]


def test_every_chart_has_a_name_and_its_caption_as_description(page, view):
    described = view.evaluate(DESCRIPTIONS)
    assert len(described) >= (3 if page in PICTURED else 0)
    for name, sentence in described:
        assert name
        assert sentence.startswith("Table · "), (name, sentence)
        assert sentence.endswith((".", "!", "?")), (name, sentence)
        assert len(sentence.split()) > 5, (name, sentence)


def test_the_keyboard_opens_the_tables_of_every_chart_and_comes_back(page, view, axe):
    if page not in PICTURED:
        pytest.skip("no pictures on this page")
    resize(view, *DESKTOP)
    links = view.locator("[data-testid=stCaptionContainer] a", has_text="Table")
    assert links.count() == view.locator(CHART).count()
    first, last = links.first, links.last
    for link in (first, last):
        name = link.get_attribute("aria-label").removeprefix("Table of ")
        link.focus()
        view.keyboard.press("Enter")
        dialog = view.get_by_role("dialog")
        dialog.get_by_text(name, exact=True).wait_for()
        dialog.locator("[data-testid=stDataFrame]").first.wait_for()
        if link is first:
            assert violations(view, axe) == [], name
        view.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        assert link.evaluate("link => link === document.activeElement")


def test_the_first_stop_leads_to_the_first_control_of_the_page(page, view):
    resize(view, *DESKTOP)
    view.evaluate(FROM_THE_TOP)
    view.keyboard.press("Tab")
    skip = view.locator("#skip")
    assert skip.evaluate("skip => skip === document.activeElement")
    assert skip.inner_text() == "Skip to the picture"
    view.keyboard.press("Enter")
    reached = view.evaluate("() => { const e = document.activeElement; return [e.tagName, e.ariaLabel]; }")
    functions = {"your_function": "function f", "momentum": "function"}  # which is chosen there, first of all
    first = functions.get(page) or STEP_SIZES.get(page, "step size δ")
    assert reached == (["INPUT", first] if page in PICTURED else ["H1", None])


def test_the_bar_says_which_page_is_shown_and_has_no_menu_of_one_page(page, view):
    resize(view, *DESKTOP)
    stems, sections = {"overview": ""}, view.locator("[data-testid=stTopNavSection]").all()
    here = f"/{stems.get(page, page)}"
    links = [view.locator("[data-testid=stTopNavLink]").evaluate_all(LINKS)]
    for section in sections:
        section.click()
        menu = view.locator("[data-testid=stTopNavPopover]")
        menu.wait_for()
        links.append(menu.locator("a").evaluate_all(LINKS))
        assert len(links[-1]) > 1
        assert (section.get_attribute("aria-current") == "true") == (here in dict(links[-1]))
        view.keyboard.press("Escape")
        menu.wait_for(state="detached")
    current = dict(link for group in links for link in group)
    pages = [*PAGES, "scenes"]
    assert current == {f"/{stems.get(p, p)}": "page" if p == page else None for p in pages}


def test_tab_reaches_everything_and_every_stop_is_visible(page, view):
    resize(view, *DESKTOP)
    view.evaluate(AGAIN)
    for _ in range(MOST_STOPS):
        view.keyboard.press("Tab")
        if view.evaluate(VISIT):
            break
    assert view.evaluate("() => window.visited.size") > (15 if page in PICTURED else 10)
    assert view.evaluate(UNREACHED) == []
    assert view.evaluate("() => window.unseen") == []
