"""One page of the explorer in one browser tab, at any size and in either colour scheme."""

from __future__ import annotations

from pages.charts.kit.style import STYLES
from tests.conftest import PAGE_PATIENCE

CHART = "[data-testid=stVegaLiteChart]"
LAST = ".st-key-foot a"  # what a page draws last
STILL = 200  # milliseconds in which nothing changes any more
DESKTOP, PHONE, ZOOMED = (1440, 900), (390, 844), (720, 450)  # ZOOMED: a 1440 × 900 screen at 200 %
PAINT = f"""() => [...document.querySelectorAll('{CHART}')].map(chart => {{
    const svg = chart.querySelector('svg'), canvas = chart.querySelector('canvas');
    if (svg) return svg.style.backgroundColor;
    if (!canvas) return 'nothing drawn';
    return `rgb(${{[...canvas.getContext('2d').getImageData(1, 1, 1, 1).data].slice(0, 3).join(', ')}})`;
}})"""
DRAWN = f"() => [...document.querySelectorAll('{CHART}')].every(e => e.querySelector('svg, canvas'))"
READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
IDLE = f"() => document.querySelector('{READY}') && !document.querySelector('[data-stale=true]')"
AT_REST = """([still, patience]) => new Promise(resolve => {
    const watcher = new MutationObserver(() => wait());
    const end = (atRest) => { watcher.disconnect(); resolve(atRest); };
    let timer;
    const wait = () => { clearTimeout(timer); timer = setTimeout(end, still, true); };
    setTimeout(end, patience, false);
    watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    wait();
})"""


def opened(open_page, app: str, page: str, query: str = "", **options):
    """The page with everything drawn."""
    view = open_page(f"{app}/{'' if page == 'overview' else page}{query}", **options)
    settle(view)
    return view


def settle(view) -> None:
    """Wait until the page is complete, every picture drawn, nothing computes and nothing moves."""
    view.wait_for_selector(LAST)
    view.wait_for_function(DRAWN)
    rest(view)


def rest(view) -> None:
    """Wait until nothing computes and nothing on the page has changed for a while; not while a run plays."""
    view.wait_for_function(IDLE)
    still(view)
    view.wait_for_function(IDLE)


def still(view) -> None:
    """Wait until nothing on the page has changed for a while."""
    assert view.evaluate(AT_REST, [STILL, PAGE_PATIENCE])


def resize(view, width: int, height: int) -> None:
    """Another size of the window, charts redrawn to it, seen from the top of the page."""
    view.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    if view.viewport_size != {"width": width, "height": height}:
        view.set_viewport_size({"width": width, "height": height})
        still(view)


def background(scheme: str) -> str:
    """What charts of a scheme are painted on, as a browser writes colours."""
    colour = next(style.background for style in STYLES if style.name == scheme)
    red, green, blue = bytes.fromhex(colour.lstrip("#"))
    return f"rgb({red}, {green}, {blue})"


def wait_for_scheme(view, scheme: str) -> None:
    """Wait until every chart is drawn in the scheme."""
    view.wait_for_function(f"wanted => ({PAINT})().every(paint => paint === wanted)", arg=background(scheme))


def box(locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an element, in pixels of the window."""
    place = locator.bounding_box()
    return place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"]
