"""Predict, then reveal, on every page: the answer comes after the choice, and the page shows the case."""

from importlib import import_module

import pytest

from pages.ui.links import PREFIXES
from pages.ui.text import typeset
from stepsize_core.paper.parameters import controls_of
from stepsize_core.paper.prompts import PROMPTS
from tests.pages.visit import PAGES, visit, without_exception

CASES = [(stem, i) for stem in PROMPTS if stem in PAGES for i in range(len(PROMPTS[stem]))]


def opened(stem):
    return visit(stem, {f"{PREFIXES[stem]}.view": "Predict"})


def said(app) -> list[str]:
    return [box.value for box in (*app.success, *app.info)]


@pytest.mark.parametrize("stem", sorted({stem for stem, _ in CASES}))
def test_nothing_is_revealed_before_a_choice(stem):
    app = opened(stem)
    assert not said(app)
    buttons = [button for button in app.button if button.label == "Reveal"]
    assert len(buttons) == len(PROMPTS[stem])
    assert all(button.disabled for button in buttons)


@pytest.mark.parametrize(("stem", "i"), CASES)
def test_reveal_sets_the_page_to_the_case_and_judges_the_choice(stem, i):
    prompt, prefix = PROMPTS[stem][i], PREFIXES[stem]
    answer = prompt.answer(import_module(f"stepsize_core.paper.{stem}").study(prompt.params))
    wrong = next(option for option in prompt.options if option != answer)
    app = opened(stem)
    for choice, opening in ((wrong, "Not as predicted"), (answer, "As you predicted")):
        app = without_exception(app.radio(key=f"{prefix}~predict{i}").set_value(choice).run())
        app = without_exception(app.button(key=f"{prefix}~predict{i}~reveal").click().run())
        (verdict,) = said(app)
        assert verdict.startswith(f"**{opening}: {typeset(answer)}.**")
    for name in controls_of(type(prompt.params)):
        assert app.session_state[f"{prefix}.{name}"] == getattr(prompt.params, name)
