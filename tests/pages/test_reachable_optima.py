"""The page of Theorem 1: its lists of numbers and its many runs."""

from stepsize_core.paper.reachable_optima import Params
from tests.pages.visit import visit, without_exception


def captions(app) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_the_widths_typed_are_the_widths_studied():
    app = visit("reachable_optima")
    without_exception(app.text_input(key="reach.widths").set_value("2, 4, 4, 2").run())
    assert "Widths 2, 4, 4, 2" in captions(app)
    assert not app.warning


def test_widths_that_are_no_list_of_integers_give_the_default_and_a_note_and_stay_in_the_box():
    app = visit("reachable_optima")
    without_exception(app.text_input(key="reach.widths").set_value("2, wide, 2").run())
    assert f"Widths {Params().widths}" in captions(app)
    assert "2 to 6 integers from 1 to 5" in app.warning[0].value
    assert app.text_input(key="reach.widths").value == "2, wide, 2"


def test_a_link_to_the_many_runs_shows_them_and_their_number():
    app = visit("reachable_optima", {"reach.view": "Corollary 2 and rescalings", "reach.seed": "7"})
    assert "900 runs of 2 layers, random targets, starts and δ, seed 7" in captions(app)
    assert "2000 random rescalings" in captions(app)


def test_many_runs_that_were_made_once_are_not_made_again(monkeypatch):
    from stepsize_core.paper.reachable_optima import ensembles as linear_ensembles

    query = {"reach.view": "Corollary 2 and rescalings", "reach.seed": "8"}
    first = captions(visit("reachable_optima", query))
    monkeypatch.setattr(linear_ensembles, "classify_rows", None)  # running them again would fail
    assert captions(visit("reachable_optima", query)) == first
