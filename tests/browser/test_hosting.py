"""The explorer on a public server: what it sends, what it asks for, and what happens when things go wrong."""

from __future__ import annotations

import json
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

import stepsize_core
from pages.ui.server.jobs import AT_ONCE
from tests.browser.screen import settle
from tests.conftest import ROOT, free_port, running_app

CHART = "[data-testid=stVegaLiteChart]"
DRAWN = f"{CHART} :is(svg, canvas)"
UVICORN = ("uvicorn", "--host", "127.0.0.1", "--log-level", "warning")
LEFT = 1500  # milliseconds in which the server notices that a visitor has left
LOOK = 100  # milliseconds between two looks
RECONNECTED = 45_000  # milliseconds: Streamlit tries again at growing intervals

# The explorer whose first page cannot be run.
FAILING = """
from pages import ui

del ui.cached

from app import app
"""

# The explorer with a fault in one study, at one step size, and with a computation that never ends and marks
# every report of its progress.
BROKEN = """
from pathlib import Path
from time import sleep

from stepsize_core.paper import reachable_optima
from stepsize_core.paper.periodic_orbits import PHENOMENON

study = PHENOMENON.study


def raise_at_three(params):
    if params.step_size == 3:
        raise RuntimeError("a fault for the log only")
    return study(params)


object.__setattr__(PHENOMENON, "study", raise_at_three)


def endless(*arguments, progress):
    while True:
        with Path(__file__).with_name("marks").open("a") as marks:
            marks.write(".")
        sleep(0.01)
        progress(0.5)


reachable_optima.singular_value_ensemble = endless

from app import app
"""


def answer(address: str):
    """The body and the headers of an answer."""
    with urllib.request.urlopen(address, timeout=10) as response:
        return response.read(), response.headers


def painted(view, address: str) -> None:
    view.goto(address)
    settle(view)


def shown(view) -> tuple[str, list[str]]:
    """What a page shows: its words, and the shapes of all lines in its charts."""
    lines = view.eval_on_selector_all(f"{CHART} g.mark-line path", "all => all.map(p => p.getAttribute('d'))")
    return view.locator("[data-testid=stMain]").inner_text(), lines


@pytest.mark.parametrize("path", ["/", "/healthz", "/periodic_orbits", "/favicon.png", "/nowhere"])
def test_every_answer_carries_the_security_headers(app, path):
    try:
        _, headers = answer(app + path)
    except urllib.error.HTTPError as refused:
        headers = refused.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "'unsafe-inline'" not in policy["script-src"]


def test_the_health_answer_is_that_of_a_page_and_has_the_numbers(app):
    body, headers = answer(f"{app}/healthz")
    health = json.loads(body)
    assert health["status"] in ("ok", "busy")  # a loaded machine is slow
    assert health["version"] == stepsize_core.__version__
    assert health["page"]["runs"]
    assert health["turns"] == {
        "running": 0,
        "waiting": 0,
        "at_once": AT_ONCE,
        "line": health["turns"]["line"],
    }
    assert 0 < health["store"]["bytes"] < health["store"]["most_bytes"]
    assert health["sessions"]["uploads"] == 0
    assert headers["Cache-Control"] == "no-store"


def test_the_health_answer_fails_where_pages_do(tmp_path):
    (tmp_path / "failing.py").write_text(FAILING, encoding="utf-8")
    with (
        running_app(*UVICORN, "failing:app", "--port", PYTHONPATH=f"{ROOT}:{tmp_path}") as address,
        pytest.raises(urllib.error.HTTPError) as refused,
    ):
        answer(f"{address}/healthz")
    assert refused.value.code == 503
    assert json.loads(refused.value.read())["status"] == "failing"
    refused.value.close()


@pytest.mark.browser
def test_the_browser_refuses_scripts_that_are_not_ours(chromium, app):
    context = chromium.new_context(reduced_motion="reduce")
    view = context.new_page()
    painted(view, app)
    refused = [
        view.evaluate(
            """([tag, attribute]) => new Promise(resolve => {
                const answer = e => resolve(e.effectiveDirective);
                document.addEventListener('securitypolicyviolation', answer, { once: true });
                const element = document.createElement(tag);
                element.setAttribute(attribute, 'https://other.example/a.js');
                if (tag === 'img') element.src = 'no-such-picture.png';
                document.body.append(element);
            })""",
            [tag, attribute],
        )
        for tag, attribute in (("script", "src"), ("img", "onerror"))
    ]
    context.close()
    assert [directive.startswith("script-src") for directive in refused] == [True, True]


@pytest.fixture
def course(tmp_path):
    """The address of another site, which serves the files in tmp_path."""
    serve_quietly = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(serve_quietly, directory=tmp_path))
    Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    site.server_close()


@pytest.mark.browser
def test_a_course_page_can_embed_the_explorer(open_page, app, course, tmp_path):
    frame = f"<iframe src='{app}/periodic_orbits?embed=true' width=1200 height=800></iframe>"
    (tmp_path / "course.html").write_text(f"<link rel=icon href=data:,>{frame}", encoding="utf-8")
    view = open_page(f"{course}/course.html")
    view.frame_locator("iframe").locator(DRAWN).first.wait_for()


@pytest.mark.browser
def test_a_file_is_uploaded_inside_a_frame_of_another_site(open_page, app, course, tmp_path):
    address = f"{app}/relu_oscillation?relu.target=own+points&relu.n_steps=200&embed=true"
    frame = f"<iframe src='{address}' width=1400 height=900></iframe>"
    (tmp_path / "course.html").write_text(f"<link rel=icon href=data:,>{frame}", encoding="utf-8")
    view = open_page(f"{course.replace('127.0.0.1', 'localhost')}/course.html")
    inside = view.frame_locator("iframe")
    inside.locator(DRAWN).first.wait_for()
    chosen = {"name": "points.csv", "mimeType": "text/csv", "buffer": b"0.25, 1\n0.5, 3\n0.875, 2\n"}
    with view.expect_response(lambda response: response.request.method == "PUT") as uploaded:
        inside.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(chosen)
    assert uploaded.value.status == 204
    box = inside.locator("textarea").first
    wait_until(view, lambda: "0.875" in box.input_value())


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """The address of the explorer with the faults of BROKEN, and the folder of its log and of its marks."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "broken.py").write_text(BROKEN, encoding="utf-8")
    paths = f"{ROOT}:{folder}"
    with (
        (folder / "log").open("w") as log,
        running_app(*UVICORN, "broken:app", "--port", log=log, PYTHONPATH=paths) as address,
    ):
        yield address, folder


@pytest.mark.browser
def test_a_page_that_raises_says_so_in_one_line_and_leads_back(chromium, broken):
    address, folder = broken
    context = chromium.new_context(reduced_motion="reduce")
    visitor, other = context.new_page(), context.new_page()
    painted(other, f"{address}/periodic_orbits?orbit.step_size=2")
    visitor.goto(f"{address}/periodic_orbits?orbit.step_size=3")
    visitor.get_by_text("could not be drawn").wait_for()
    words = visitor.locator("[data-testid=stMain]").inner_text()
    assert "RuntimeError" not in words
    assert "a fault for the log only" not in words
    before = shown(other)
    other.locator("[data-testid=stMain] input[type=range]").first.press("ArrowRight")
    wait_until(other, lambda: shown(other)[1] != before[1])
    assert other.get_by_text("could not be drawn").count() == 0
    visitor.get_by_role("link", name="first values").click()
    visitor.wait_for_selector(DRAWN)
    assert "step_size" not in visitor.url
    context.close()
    traceback = (folder / "log").read_text()
    assert "raise_at_three" in traceback
    assert "a fault for the log only" in traceback


@pytest.mark.browser
def test_a_long_computation_ends_when_its_visitor_leaves(chromium, broken):
    address, folder = broken
    marks = folder / "marks"
    context = chromium.new_context(reduced_motion="reduce")
    view = context.new_page()
    view.goto(f"{address}/reachable_optima?reach.view=Corollary+2+and+rescalings")
    view.get_by_text("Running many networks …").wait_for()
    wait_until(view, lambda: marks.stat().st_size > 10)
    view.goto("about:blank")
    view.wait_for_timeout(LEFT)
    made = marks.stat().st_size
    view.wait_for_timeout(LEFT)
    assert marks.stat().st_size == made
    context.close()


@pytest.mark.browser
def test_a_cold_process_restores_a_link_and_shows_the_same_page_as_another(chromium, app):
    link = "equilibrium_selection?select.step_size=0.3&select.start=1.9&select.seed=5&select.n_steps=80"
    with running_app(*UVICORN, "app:app", "--port") as replica:
        pictures = []
        for address in (replica, app):
            context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            view = context.new_page()
            painted(view, f"{address}/{link}")
            pictures.append(shown(view))
            boxes = view.locator("[data-testid=stNumberInput] input")
            assert {"0.3", "1.9", "80"} <= set(boxes.evaluate_all("all => all.map(e => e.value)"))
            assert view.get_by_role("dialog").count() == 0
            context.close()
    assert pictures[0] == pictures[1]
    assert "At δ = 0.3 only x = 1 is stable. The run from x[0] = 1.9" in pictures[0][0]
    assert pictures[0][1]


@pytest.mark.browser
def test_a_page_left_open_continues_on_the_process_that_takes_over(chromium):
    port, connections = free_port(), []
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    view = context.new_page()
    view.on("websocket", lambda opened: connections.append(opened.url))
    box = view.locator("[data-testid=stMain] [data-testid=stNumberInput] input").first
    with running_app(port=port) as address:
        painted(view, f"{address}/periodic_orbits?orbit.start=0.7")
        choose(box, "2")
        view.get_by_text("With δ = 2 the run").wait_for()
        settle(view)
        chosen, before = view.url, shown(view)
    with running_app(port=port):
        wait_until(view, lambda: len(connections) == 2 and box.is_enabled())
        settle(view)
        assert (view.url, shown(view)) == (chosen, before)
        choose(box, "2.5")
        view.get_by_text("With δ = 2.5 the run").wait_for()
        assert "orbit.start=0.7" in view.url
    context.close()


def choose(box, value: str) -> None:
    """Write a number into a box as a reader does."""
    box.fill(value)
    box.press("Enter")


def wait_until(view, holds) -> None:
    """Look again and again; Streamlit tries to reconnect at growing intervals."""
    for _ in range(RECONNECTED // LOOK):
        if holds():
            return
        view.wait_for_timeout(LOOK)
    raise AssertionError(f"not so after {RECONNECTED / 1000:g} s")
