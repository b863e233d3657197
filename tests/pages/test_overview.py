"""The first page: its links lead where they say."""

from urllib.parse import parse_qsl

import pytest

from pages.charts import overview as charts
from pages.ui.links import address
from stepsize_core.paper import equilibrium_selection, initialization_dependence, periodic_orbits, thesis
from stepsize_core.paper.catalogue import CATALOGUE, cards
from tests.pages.visit import visit


@pytest.fixture(scope="module")
def overview():
    return visit("overview")


def links(app) -> list[tuple[str, dict[str, str]]]:
    """The page and the query of every link on the page."""
    protos = [element.proto for element in app.get("page_link")]
    return [(proto.page, dict(parse_qsl(proto.query_string, keep_blank_values=True))) for proto in protos]


def shown_preset(app) -> str:
    """What the page's choice of presets shows."""
    return next(box.value for box in app.selectbox if box.label == "Preset")


def test_every_page_of_a_statement_is_linked(overview):
    linked = {page for page, query in links(overview) if not query}
    assert linked >= {phenomenon.stem for phenomenon in CATALOGUE if phenomenon.statements}


def test_every_lesson_of_the_catalogue_has_its_picture_and_links_to_its_case(overview):
    drawn = [figure.name for figure in charts.figures(thesis.study(thesis.Params()))]
    assert sorted(drawn[2:]) == sorted(lesson.figure for _, lesson in cards())
    linked = links(overview)
    for phenomenon, lesson in cards():
        assert (phenomenon.stem, address(phenomenon, lesson.params)) in linked, lesson.figure


def test_a_link_to_a_preset_opens_that_preset(overview):
    module = periodic_orbits
    params = module.PRESETS["large_step"].params
    query = address(module.PHENOMENON, params)
    assert ("periodic_orbits", query) in links(overview)
    app = visit("periodic_orbits", query)
    assert shown_preset(app) == "large_step"
    assert not app.warning


def test_no_link_is_refused_by_its_page(overview):
    followed = [(page, query) for page, query in links(overview) if query]
    assert followed
    for page, query in followed:
        app = visit(page, query)
        assert not app.warning, (page, query)
        assert shown_preset(app), (page, query)


def test_an_address_holds_every_field_in_the_words_that_its_control_reads():
    params = equilibrium_selection.Params(step_size=0.25, seed=7)
    assert address(equilibrium_selection.PHENOMENON, params) == {
        "select.step_size": "0.25",
        "select.start": "1.9",
        "select.n_steps": "60",
        "select.seed": "7",
    }


def test_a_link_wins_over_what_the_visitor_had_chosen_on_that_page():
    module = initialization_dependence
    app = visit("initialization_dependence", {"init.start": "1.5"})
    assert app.number_input(key="init.start").value == 1.5
    app.switch_page("overview.py").run()
    for name, value in address(module.PHENOMENON, module.Params()).items():
        app.query_params[name] = value
    app.switch_page("initialization_dependence.py").run()
    assert app.number_input(key="init.start").value == initialization_dependence.Params().start
