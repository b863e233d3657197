"""The matrix that a reader types: whatever it is, it stays, and the page says what is shown instead."""

from __future__ import annotations

import pytest

from pages.ui.controls import matrix
from stepsize_core.paper.identity_initialization import Params, guaranteed_step_size, spectrum_of
from tests.pages.visit import visit, without_exception

PAGE = "identity_initialization"
ASYMMETRIC = "2, 0.5; 0.7, -1"


def notes(app) -> list[str]:
    return [warning.value for warning in app.warning]


@pytest.mark.parametrize("typed", [ASYMMETRIC, "1, nan; nan, 1", "abc", "1, 2; 2", "1, ; , 1", "<b>"])
def test_what_was_typed_stays_and_what_is_wrong_is_named(typed):
    app = visit(PAGE, {"identity.matrix": typed, "identity.target": "your own"})
    assert app.text_area(key="identity.matrix").value == typed
    assert any("The page shows the last matrix" in note for note in notes(app))


def test_the_offer_makes_the_matrix_symmetric():
    app = visit(PAGE, {"identity.target": "your own"})
    app.text_area(key="identity.matrix").set_value(ASYMMETRIC).run()
    app = without_exception(app.button(key="identity.matrix~symmetrize").click().run())
    assert app.text_area(key="identity.matrix").value == "2, 0.6; 0.6, -1"
    assert not notes(app)


def test_another_size_keeps_what_was_typed():
    app = visit(PAGE, {"identity.target": "your own"})
    app = without_exception(app.number_input(key="identity.matrix~size").set_value(3).run())
    assert app.text_area(key="identity.matrix").value == "2, 0.5, 0; 0.5, -1, 0; 0, 0, 0"
    assert not notes(app)


def test_the_step_size_can_be_set_in_units_of_the_guaranteed_step():
    app = visit(PAGE)
    app = without_exception(app.number_input(key="identity.step_size~δ / guaranteed").set_value(1.0).run())
    params = Params()
    guaranteed = guaranteed_step_size(spectrum_of(params).matrix, params.depth)
    assert app.number_input(key="identity.step_size").value == pytest.approx(guaranteed, rel=1e-9)


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ({0: {"1": "2,5", "2": "0,5"}, 1: {"1": "0,5", "2": "1/4"}}, "2.5, 0.5; 0.5, 0.25"),
        ({0: {"1": "[[2. 0.5]"}, 1: {"1": " [0.5 3. ]]"}}, "2, 0.5; 0.5, 3"),
        ({0: {"1": "1_0"}}, ", 0; 0, 1"),
        ({1: {"2": None}}, "1, 0; 0, "),
    ],
)
def test_what_is_pasted_into_the_table_is_read_like_text(pasted, text, monkeypatch):
    state = {"k~base": [[1.0, 0.0], [0.0, 1.0]], "cells": {"edited_rows": pasted}}
    monkeypatch.setattr("streamlit.session_state", state)
    matrix._edited("k", "cells")
    assert state["k"] == text


def test_what_is_quoted_of_a_matrix_is_no_markup():
    typed = "[a](//b.example), 1; 1, 2"
    app = visit(PAGE, {"identity.matrix": typed, "identity.target": "your own"})
    assert all(note.split("`")[1].startswith("entry (1, 1)") for note in notes(app))
    assert all("](" not in "".join(note.split("`")[::2]) for note in notes(app))
