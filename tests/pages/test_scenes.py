"""The presentation: every scene of both sets opens, asks, and gives its answer when it is asked for."""

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.charts import of
from pages.ui.text import typeset
from stepsize_core.paper.catalogue import class_scenes, stops
from tests.pages.visit import visit, without_exception

DELTA = "step_size"
SETS = {"paper": stops(), "class": class_scenes()}
PLACES = [(name, i) for name, scenes in SETS.items() for i in range(1, len(scenes) + 1)]
ASKING = [(name, i) for name, i in PLACES if SETS[name][i - 1][1].prompt]


def opened(name: str, number, **further: str) -> AppTest:
    """The presentation as somebody sees it who follows a link to a scene."""
    return visit("scenes", {"set": name, "scene": str(number), **further})


def said(app) -> str:
    """All that the page says, without the numbers of its picture."""
    texts = [element.value for element in (*app.title, *app.markdown, *app.caption)]
    return "\n".join([*texts, *(element.proto.body for element in app.get("html"))]).replace("\xa0", " ")


def spec(app) -> dict:
    (chart,) = app.get("vega_lite_chart")
    return json.loads(chart.proto.spec)


def drawn(app) -> list[bytes]:
    """The tables of its picture."""
    (chart,) = app.get("vega_lite_chart")
    return [dataset.data.data for dataset in chart.proto.datasets]


def address(app) -> tuple[str, str]:
    return app.query_params["set"], app.query_params["scene"]


def button(app, key: str):
    return next((button for button in app.button if button.key == f"scenes~{key}"), None)


@pytest.mark.parametrize(("name", "number"), PLACES)
def test_a_scene_opens_at_its_link_with_its_picture_and_its_words(name, number):
    phenomenon, scene = SETS[name][number - 1]
    app = opened(name, number)
    assert not app.warning
    assert spec(app)["title"]["text"] in {figure.title for figure in _figures(phenomenon, scene)}
    assert typeset(scene.prompt.question if scene.prompt else scene.look) in said(app)
    assert typeset(scene.say) in said(app)
    assert f"**{number} / {len(SETS[name])}**" in said(app)
    assert (button(app, "back").disabled, button(app, "next").disabled) == (
        number == 1,
        number == len(SETS[name]),
    )


def _figures(phenomenon, scene):
    figures = of(phenomenon).figures(phenomenon.study(phenomenon.case(scene)))
    return [figure for figure in figures if figure.name == scene.figure]


@pytest.mark.parametrize(("name", "number"), ASKING)
def test_a_question_keeps_its_answer_until_it_is_revealed(name, number):
    phenomenon, scene = SETS[name][number - 1]
    study = phenomenon.study(scene.prompt.params)
    answer, why = scene.prompt.answer(study), typeset(scene.prompt.why(study))
    app = opened(name, number)
    before = {param["name"]: param.get("value") for param in spec(app)["params"]}
    assert all(typeset(option) in said(app) for option in scene.prompt.options)
    assert why not in said(app)
    assert 'class="right"' not in said(app)
    assert before["asks"]
    assert before["step"] == 0
    drawn = spec(app)
    app = without_exception(button(app, "reveal").click().run())
    assert why in said(app)
    assert said(app).count('class="right"') == 1
    assert f"{typeset(answer)}</span></li>" in said(app).partition('class="right"')[2].partition("<li")[0]
    assert button(app, "reveal").disabled
    assert spec(app) == drawn  # the same picture, which the browser lets play


def test_a_scene_without_a_question_has_nothing_to_reveal():
    name, number = next(place for place in PLACES if place not in ASKING)
    assert button(opened(name, number), "reveal") is None


def test_an_answer_is_asked_for_again_in_every_scene():
    app = without_exception(button(opened("class", 1), "reveal").click().run())
    app = without_exception(button(app, "next").click().run())
    assert address(app) == ("class", "2")
    assert not button(app, "reveal").disabled
    assert 'class="right"' not in said(app)


def test_the_picture_follows_the_step_size_and_the_answer_stays_with_its_question():
    phenomenon, scene = SETS["class"][1]
    app = without_exception(button(opened("class", 2), "reveal").click().run())
    (box,) = app.number_input
    moved = scene.prompt.params.step_size + box.step
    app = without_exception(box.set_value(moved).run())
    assert f"The picture now shows δ = {moved:g}" in said(app)
    assert typeset(scene.prompt.why(phenomenon.study(scene.prompt.params))) in said(app)
    assert moved != scene.prompt.params.step_size
    assert phenomenon.study(replace(scene.prompt.params, step_size=moved)).params.step_size == moved


def test_a_link_holds_the_step_size_that_was_moved_as_long_as_it_is_not_that_of_the_scene():
    case = SETS["class"][1][1].prompt.params
    app = opened("class", 2)
    assert DELTA not in app.query_params
    moved = case.step_size + app.number_input[0].step
    app = without_exception(app.number_input[0].set_value(moved).run())
    other = opened("class", 2, **{DELTA: app.query_params[DELTA]})
    assert other.number_input[0].value == moved
    assert said(other) == said(app)
    assert drawn(other) == drawn(app) != drawn(opened("class", 2))
    back = without_exception(other.number_input[0].set_value(case.step_size).run())
    assert DELTA not in back.query_params
    after = without_exception(button(app, "next").click().run())
    assert DELTA not in after.query_params


@pytest.mark.parametrize("given", ["abc", "0", "1e999", "nan"])
def test_a_link_with_a_step_size_that_is_not_accepted_opens_the_scene_and_says_so(given):
    app = opened("class", 2, **{DELTA: given})
    assert f"δ = “`{given}`” in the link is not a number from 0.001 to 1" in app.warning[0].value
    assert app.number_input[0].value == SETS["class"][1][1].prompt.params.step_size
    assert DELTA not in app.query_params


@pytest.mark.parametrize(
    ("name", "number", "nearest"),
    [
        ("class", "0", ("class", 1)),
        ("class", "99", ("class", len(SETS["class"]))),
        ("class", "1e0", None),
        ("paper", "abc", ("paper", 1)),
        ("<b>", "2", ("paper", 2)),
    ],
)
def test_a_link_to_no_scene_gives_a_note_and_the_nearest_one(name, number, nearest):
    app = opened(name, number)
    if nearest is None:
        assert not app.warning
        return
    (note,) = [warning.value for warning in app.warning]
    assert "in the link is not" in note
    assert "<" not in note
    name, number = nearest
    assert f"**{number} / {len(SETS[name])}**" in said(app)
    assert address(app) == (name, str(number))


def test_the_other_set_begins_with_its_first_scene():
    app = opened("paper", 4)
    app = without_exception(app.get("button_group")[0].set_value("class").run())
    assert f"**1 / {len(SETS['class'])}**" in said(app)
