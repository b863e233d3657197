"""What the pages offer for copying: a link that names everything, a citation of the state shown."""

from __future__ import annotations

import json

import pytest

from pages.ui.links import address
from pages.ui.share import LINK, citation
from stepsize_core import __version__
from stepsize_core.paper import periodic_orbits
from tests.pages.visit import PAGES, PHENOMENA, presets, visit


def offered(app) -> dict:
    """The data of the one component that copies."""
    texts = [element.proto.json for element in app.get("bidi_component") if "citation" in element.proto.json]
    assert len(texts) == 1
    return json.loads(texts[0])


@pytest.mark.parametrize("page", PAGES)
def test_every_page_offers_a_citation_of_what_it_shows(page):
    app = visit(page)
    data = offered(app)
    assert app.title[0].value in data["citation"] or page == "overview"
    assert data["citation"].endswith(LINK)
    assert data["place"] == LINK


@pytest.mark.parametrize("page", PHENOMENA)
def test_a_copied_link_names_every_parameter_though_it_has_its_default(page):
    default = next(iter(presets(page).values())).params
    query = address(PHENOMENA[page], default)
    assert offered(visit(page, query))["address"] == query


def test_a_citation_names_paper_page_version_and_parameters():
    text = citation("Convergence to a periodic orbit", "Example 1", periodic_orbits.Params(step_size=2.0))
    said = ("Nar", "Sastry", "NeurIPS 2018", "“Convergence to a periodic orbit” (Example 1)", __version__)
    assert all(part in text for part in (*said, "step size δ = 2.0", "start x[0] = 0.3", "steps = 40"))
