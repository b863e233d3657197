"""Predict, then reveal, on every page: the choice first, then the answer with the picture of the run."""

import json

import pytest

from pages.charts import of
from pages.ui.keys import field_key, memory_key
from pages.ui.text import typeset
from stepsize_core.paper.parameters import controls_of
from tests.pages.visit import PHENOMENA, visit, without_exception

CASES = [(stem, i) for stem, phenomenon in PHENOMENA.items() for i in range(len(phenomenon.prompts))]


def opened(stem):
    return visit(stem, {field_key(PHENOMENA[stem], "view"): "Predict"})


def said(app) -> list[str]:
    return [box.value for box in (*app.success, *app.info)]


@pytest.mark.parametrize("stem", sorted({stem for stem, _ in CASES}))
def test_nothing_is_revealed_before_a_choice(stem):
    app = opened(stem)
    assert not said(app)
    (tab,) = [tab for tab in app.tabs if tab.label == "Predict"]
    assert not tab.get("vega_lite_chart")
    buttons = [button for button in app.button if button.label == "Reveal"]
    assert len(buttons) == len(PHENOMENA[stem].prompts)
    assert all(button.disabled for button in buttons)


@pytest.mark.parametrize(("stem", "i"), CASES)
def test_reveal_sets_the_page_to_the_case_and_judges_the_choice(stem, i):
    phenomenon = PHENOMENA[stem]
    prompt, key = phenomenon.prompts[i], memory_key(phenomenon, f"predict{i}")
    answer = prompt.answer(phenomenon.study(prompt.params))
    wrong = next(option for option in prompt.options if option != answer)
    app = opened(stem)
    for choice, opening in ((wrong, "Not as predicted"), (answer, "As you predicted")):
        app = without_exception(app.radio(key=key).set_value(choice).run())
        app = without_exception(app.button(key=f"{key}~reveal").click().run())
        (verdict,) = said(app)
        assert verdict.startswith(f"**{opening}: {typeset(answer)}.**")
    scene = next(scene for scene in phenomenon.scenes if scene.prompt is prompt)
    figures = of(phenomenon).figures(phenomenon.study(prompt.params))
    title = next(figure.title for figure in figures if figure.name == scene.figure)
    (tab,) = [tab for tab in app.tabs if tab.label == "Predict"]
    assert [json.loads(chart.proto.spec)["title"] for chart in tab.get("vega_lite_chart")] == [title]
    for name in controls_of(type(prompt.params)):
        assert app.session_state[field_key(phenomenon, name)] == getattr(prompt.params, name)
