"""Visiting the pages through the router, without a browser."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.parameters import Preset

ROUTER = Path(__file__).parents[2] / "pages" / "router.py"
PAGES = sorted(path.stem for path in ROUTER.parent.glob("*.py") if path.stem not in ("router", "scenes"))
PICTURED = [page for page in PAGES if page != "standing"]  # the pages that show pictures
PHENOMENA = {phenomenon.stem: phenomenon for phenomenon in CATALOGUE}
PATIENCE = 600  # seconds for one run: a busy machine must not fail it


def visit(page: str, query: dict[str, str] | None = None) -> AppTest:
    """The page as a first visitor sees it whose link carries `query`; fails if it raises."""
    app = AppTest.from_file(str(ROUTER), default_timeout=PATIENCE)
    if page != "overview":
        app.switch_page(f"{page}.py")
    for name, value in (query or {}).items():
        app.query_params[name] = value
    return without_exception(app.run())


def without_exception(app: AppTest) -> AppTest:
    """The same app; fails if its last run raised."""
    assert not app.exception, [exception.message for exception in app.exception]
    return app


def presets(page: str) -> dict[str, Preset]:
    """The declared presets of a page; none where the page is not about one phenomenon."""
    return PHENOMENA[page].PRESETS if page in PHENOMENA else {}


def choose_preset(app: AppTest, name: str) -> AppTest:
    """Choose a preset, by its key, as a reader would."""
    box = next(box for box in app.selectbox if box.label == "Preset")
    return without_exception(box.set_value(name).run())
