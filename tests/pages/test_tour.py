"""The guided tour through the pages: where its links lead, how it is entered and left."""

import json
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from pages.charts import of
from pages.ui.keys import memory_key
from pages.ui.links import address
from stepsize_core.paper.catalogue import stops
from tests.pages.visit import visit, without_exception

TOUR = stops()
STOPS = dict(enumerate(TOUR, 1))


def at_stop(number: int) -> AppTest:
    """The page as a visitor sees it who follows a link that holds nothing but the number of a stop."""
    return visit("overview", {"tour": str(number)})


def bar(app) -> list[str]:
    """What the tour's bar says; nothing where there is none."""
    return [text.value for text in app.markdown if text.value.startswith("**Tour ")]


def ways_on(app) -> dict[str, tuple[str, dict[str, str]]]:
    """The links of the bar: page and query by label."""
    protos = [element.proto for element in app.get("page_link")]
    return {
        p.label: (p.page, dict(parse_qsl(p.query_string, keep_blank_values=True)))
        for p in protos
        if "tour=" in p.query_string
    }


def shown_preset(app) -> str:
    return next(box.value for box in app.selectbox if box.label == "Preset")


@pytest.mark.parametrize("number", STOPS)
def test_a_stop_is_reached_by_its_number_alone_and_shows_its_preset(number):
    app, (_, scene) = at_stop(number), STOPS[number]
    assert shown_preset(app) == scene.preset
    assert len(bar(app)) == 1
    assert f"Tour {number} of {len(TOUR)}" in bar(app)[0]
    assert not app.warning


@pytest.mark.parametrize("number", STOPS)
def test_next_and_back_lead_to_the_neighbouring_statements(number):
    links = ways_on(at_stop(number))
    for label, neighbour in (("← back", number - 1), ("next →", number + 1)):
        if neighbour in STOPS:
            phenomenon, scene = TOUR[neighbour - 1]
            assert links[label] == (
                phenomenon.stem,
                address(phenomenon, phenomenon.case(scene)) | {"tour": str(neighbour)},
            )
    assert ("← back" in links) == (number - 1 in STOPS)


@pytest.mark.parametrize("number", STOPS)
def test_a_stop_opens_the_tab_with_the_picture_of_its_scene_and_plays_it(number):
    phenomenon, scene = STOPS[number]
    app = at_stop(number)
    titles = [json.loads(chart.proto.spec)["title"] for chart in app.get("vega_lite_chart")]
    figures = of(phenomenon).figures(phenomenon.study(phenomenon.case(scene)))
    assert next(figure.title for figure in figures if figure.name == scene.figure) in titles
    assert app.session_state[memory_key(phenomenon, "scene")] == 1


def test_walking_on_plays_the_next_scene():
    phenomenon, _ = TOUR[1]
    assert phenomenon is TOUR[2][0]
    app = at_stop(2)
    page, query = ways_on(app)["next →"]
    for name, value in query.items():
        app.query_params[name] = value
    without_exception(app.switch_page(f"{page}.py").run())
    assert app.session_state[memory_key(phenomenon, "scene")] == 2


@pytest.mark.parametrize("number", [1, len(TOUR)])
def test_a_stop_leads_to_its_scene_in_the_presentation(number):
    links = {element.proto.label: element.proto for element in at_stop(number).get("page_link")}
    link = links["present this"]
    assert link.page == "scenes"
    assert dict(parse_qsl(link.query_string)) == {"set": "paper", "scene": str(number)}


def test_what_a_visitor_changes_at_a_stop_stays_changed():
    app = at_stop(1)
    app = without_exception(app.number_input(key="orbit.step_size").set_value(2.0).run())
    assert app.number_input(key="orbit.step_size").value == 2.0
    assert bar(app)


def test_closing_the_tour_keeps_the_page():
    app = at_stop(1)
    app = without_exception(app.button(key="tour~close").click().run())
    assert not bar(app)
    assert app.title[0].value == visit("periodic_orbits").title[0].value


@pytest.mark.parametrize("nonsense", ["0", "-1", "abc", str(len(TOUR) + 1), "1e0", "<b>", "²"])
def test_a_stop_that_does_not_exist_gives_a_note_and_no_bar(nonsense):
    app = visit("periodic_orbits", {"tour": nonsense})
    assert not bar(app)
    assert [note.value for note in app.warning if f"from 1 to {len(TOUR)}" in note.value]
    assert "<" not in app.warning[0].value


def test_the_overview_starts_the_tour():
    (link,) = ways_on(visit("overview")).values()
    assert link[0] == TOUR[0][0].stem
    assert link[1]["tour"] == "1"
