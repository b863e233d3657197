"""What a screen shows without scrolling, measured on every page: desktop, phone, and 200 % zoom."""

from __future__ import annotations

import pytest

from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.phenomenon import BEYOND
from tests.browser.screen import CHART, DESKTOP, PHONE, ZOOMED, box, opened, resize, still
from tests.pages.visit import PAGES, presets

pytestmark = pytest.mark.browser

PHENOMENA = [page for page in PAGES if presets(page)]
BEYOND_THE_PAPER = [phenomenon.stem for phenomenon in CATALOGUE if phenomenon.group == BEYOND]
FIRST, OPEN = 6, 2  # pictures of the overview: the thesis in two, four lessons; below them the open questions
TOUCH = 40  # pixels, the least height of what a finger meets
BETWEEN = [(width, 800) for width in (800, 1000, 1100)]  # sizes of a tablet or a small window
WIDE = 769  # pixels from which the bar has room for pages
ROUNDING = 1  # pixels
LATE, TRIES = 2000, 8  # milliseconds between two looks, looks
WIDTHS = "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
TEXT_SIZE = "size => { document.documentElement.style.fontSize = size; }"
MAIN = "[data-testid=stMain]"
# What reaches beyond the window or beyond its column, among all that can be read or used.
OUTSIDE = """() => {
  const parts = 'h1, h2, button, a, [data-testid=stNumberInput], [data-testid=stSlider], ' +
    '[data-testid=stCaptionContainer], .verdicts, .vega-embed';
  const floating = '.vega-bindings, [role=tablist], [data-testid=stElementToolbar]';
  const main = document.querySelector('[data-testid=stMain]'), found = [];
  const look = root => {
    for (const e of root.querySelectorAll('*')) {
      if (e.shadowRoot) look(e.shadowRoot);
      if (!e.matches(parts) || !e.checkVisibility() || e.closest(floating)) continue;
      const part = e.getBoundingClientRect(), host = e.getRootNode().host ?? e;
      const floats = host.closest('.st-key-share');
      const column = ((!floats && host.closest('[data-testid=stColumn]')) || main).getBoundingClientRect();
      const inside = part.left >= column.left - 1 && part.right <= column.right + 1;
      if (part.width && !inside) found.push(`${e.outerHTML.slice(0, 120)} ${part.left} to ${part.right}`);
    }
  };
  look(main);
  return found;
}"""

# What belongs to the ways to other pages: the name of each part, and whether it can be hit.
WAYS = """() => {
  const parts = '[data-testid=stTopNavLink], [data-testid=stTopNavSection], .st-key-pages input, ' +
    '.st-key-foot a, [data-testid=stExpandSidebarButton], [data-testid=stMainMenuButton]';
  return [...document.querySelectorAll(parts)].flatMap(e => {
    const seen = { opacityProperty: true, visibilityProperty: true };
    if (!e.checkVisibility(seen) || e.closest('[aria-hidden=true], [inert]')) return [];
    e.scrollIntoView({ block: 'nearest' });
    const r = e.getBoundingClientRect();
    const hit = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
    return [[e.textContent || e.ariaLabel, e.contains(hit) || hit?.contains(e)]];
  });
}"""

BEYOND_THE_PAPER = [phenomenon.stem for phenomenon in CATALOGUE if phenomenon.group == BEYOND]


def test_claim_main_charts_and_verdicts_stand_on_one_desktop_screen(page, view):
    resize(view, *DESKTOP)
    if page in PHENOMENA:
        verdicts = view.locator(".verdicts").first
        charts = [chart for chart in view.locator(CHART).all() if box(chart)[1] < box(verdicts)[1]]
        rows = verdicts.locator("tbody tr").all()
        shown = {"first verdict": rows[0], "main control": view.locator(f"{MAIN} input[type=range]").first}
        assert len(charts) >= 3
        if page not in BEYOND_THE_PAPER:  # which has more claims than a screen holds
            own = [row for row in rows if "beyond the paper" not in row.inner_text()]
            shown["verdicts on the paper"] = own[-1]
    else:
        charts, shown = view.locator(CHART).all(), {}
        assert len(charts) == (FIRST + OPEN if page == "overview" else 0)
        charts = charts[:FIRST]
    shown |= {"title": view.locator("h1")} | {f"chart {i}": chart for i, chart in enumerate(charts)}

    def outside() -> dict[str, tuple[float, ...]]:
        places = {name: box(part) for name, part in shown.items()}
        return {
            name: (left, top, right, bottom)
            for name, (left, top, right, bottom) in places.items()
            if min(left, top) < 0 or right > DESKTOP[0] or bottom > DESKTOP[1]
        }

    for _ in range(TRIES):  # charts of a browser under load follow the window late
        if not outside():
            break
        view.wait_for_timeout(LATE)
    assert not outside()


def test_text_alone_grows_to_twice_its_size_without_leaving_its_column(view):
    resize(view, *DESKTOP)
    view.evaluate(TEXT_SIZE, "200%")
    still(view)
    beyond = view.evaluate(OUTSIDE)
    view.evaluate(TEXT_SIZE, "")
    assert beyond == []


@pytest.mark.parametrize("size", [DESKTOP, ZOOMED, PHONE], ids=["desktop", "zoomed", "phone"])
def test_nothing_scrolls_sideways_or_leaves_its_column(view, size):
    resize(view, *size)
    assert max(view.evaluate(WIDTHS)) <= size[0] + ROUNDING
    assert view.evaluate(OUTSIDE) == []


def test_picture_control_and_verdicts_are_in_reach_on_a_phone_while_the_sidebar_is_closed(page, view):
    resize(view, *PHONE)
    assert not view.locator("[data-testid=stSidebar]").is_visible()
    if page not in PHENOMENA:
        pytest.skip("no controls on this page")
    screens = {
        CHART: 0.5,
        f"{MAIN} [data-testid=stSlider] input": 1.5,
        f"{MAIN} [data-testid=stNumberInput] input": 1.5,
        ".verdicts tbody tr": 2.0,
    }
    for part, down in screens.items():
        left, top, right, _ = box(view.locator(part).first)
        assert 0 <= left < right <= PHONE[0], part
        assert 0 <= top <= down * PHONE[1], part


def test_pages_are_in_reach_of_a_finger_on_a_phone(view):
    resize(view, *PHONE)
    choice = box(view.locator(".st-key-pages [role=group]"))
    assert choice[1] < 100
    buttons = view.locator(".st-key-foot a, .share button").all()
    assert len(buttons) >= 3
    for left, top, right, bottom in (choice, *map(box, buttons)):
        assert bottom - top >= TOUCH
        assert 0 <= left < right <= PHONE[0]


@pytest.mark.parametrize("size", [PHONE, *BETWEEN], ids=str)
def test_nothing_lies_over_the_ways_to_other_pages(view, size):
    resize(view, *size)
    ways = view.evaluate(WAYS)
    assert len(ways) >= 3
    assert [way for way in ways if not way[1]] == []
    assert view.locator(".st-key-pages").is_visible() == (size[0] < WIDE)


def test_nothing_lies_over_the_ways_of_an_embedded_page(open_page, app):
    view = opened(open_page, app, "periodic_orbits", "?embed=true")
    for size in (*reversed(BETWEEN), PHONE):
        resize(view, *size)
        ways = view.evaluate(WAYS)
        assert len(ways) >= 3, size
        assert [way for way in ways if not way[1]] == [], size
        shared, foot = box(view.locator(".share")), box(view.locator(".st-key-foot"))
        assert shared[1] >= foot[3], size


def test_a_choice_of_page_on_a_phone_opens_it_and_no_side_bar(open_page, app):
    view = opened(open_page, app, "periodic_orbits", width=PHONE[0], height=PHONE[1])
    view.locator(".st-key-pages input").click()
    view.get_by_role("option", name="ReLU oscillation").click()
    view.get_by_role("heading", name="ReLU oscillation", level=1).wait_for()
    assert view.url.startswith(f"{app}/relu_oscillation")
    assert not view.locator("[data-testid=stSidebar]").is_visible()
    assert view.locator(".st-key-pages input").input_value().startswith("ReLU oscillation")


def test_the_preset_that_is_shown_stands_in_sight_in_its_list(open_page, app):
    last = list(presets("equilibrium_selection").values())[-1]
    fields = ("step_size", "start", "n_steps")
    query = "&".join(f"select.{name}={getattr(last.params, name)}" for name in fields)
    view = opened(open_page, app, "equilibrium_selection", f"?{query}")
    shown = view.locator(".st-key-presets label").filter(has_text=last.title)
    assert shown.locator("input").is_checked()
    top, bottom = box(view.locator(".st-key-presets"))[1::2]
    assert top - ROUNDING <= box(shown)[1] < box(shown)[3] <= bottom + ROUNDING
