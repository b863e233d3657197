"""The reader's own points: pasted, in a link, or from a file; bad ones leave the page usable."""

from __future__ import annotations

import pytest

from pages.ui.controls.own_points import LARGEST_BYTES, Uploaded
from stepsize_core.paper.relu_oscillation.targets import DRAWN, OWN
from tests.pages.visit import visit, without_exception

PAGE = "relu_oscillation"
FAST = {"relu.n_steps": "400", "relu.hidden_units": "6", "relu.n_points": "50"}
GOOD = "0, 0\n1, 1\n2, 0"
BAD = {
    "words": "0, 0\n1, one",
    "not a number": "nan, 1\n2, 3",
    "one point": "1, 2",
    "one column": "1\n4\n9",
    "two meanings": "1,234 5\n2,345 6",
    "too large": "1e300, 1\n2, 3",
}


def own(points: str):
    return visit(PAGE, {**FAST, "relu.target": OWN, "relu.points": points})


def said(app) -> str:
    return " ".join(element.value for kind in (app.error, app.info, app.warning) for element in kind)


def sentence(app) -> str:
    """The sentence in the head of the page."""
    return next(text.value for text in app.markdown if "δ = " in text.value)


def upload(app, content: bytes, name: str = "points.csv"):
    return without_exception(app.file_uploader[0].set_value((name, content, "text/csv")).run())


def test_points_in_a_link_are_what_is_trained_on():
    app = own(GOOD)
    assert app.text_area[0].value == GOOD
    assert sentence(app).startswith("Own points")
    assert not said(app)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_points_get_an_answer_stay_in_the_field_and_leave_a_picture(text):
    app = own(text)
    assert "must be" in app.error[0].value
    assert app.text_area[0].value == text
    assert sentence(app).startswith("Drawn network")


def test_after_good_points_bad_ones_leave_the_good_ones_shown():
    app = own(GOOD)
    before = sentence(app)
    app = without_exception(app.text_area[0].set_value("0, 0\n1, oops").run())
    assert "line 2" in app.error[0].value
    assert sentence(app) == before
    app = without_exception(app.text_area[0].set_value("0, 0\n1, 2\n3, 0").run())
    assert not app.error
    assert sentence(app).startswith("Own points")


def test_choosing_own_points_before_there_are_any_asks_for_them():
    app = own("")
    assert "No own points yet" in app.info[0].value
    assert not app.error


def test_a_short_file_goes_into_the_field_and_so_into_the_link():
    app = upload(visit(PAGE, FAST), b"\xef\xbb\xbfx,y\r\n0,0\r\n1,1\r\n")
    assert app.text_area[0].value == "x,y\n0,0\n1,1"
    assert sentence(app).startswith("Own points")
    assert app.selectbox(key="relu.target").value == OWN


def test_a_long_file_stays_in_the_session_and_the_page_says_so():
    app = upload(visit(PAGE, FAST), "\n".join(f"{i / 500},{i % 7}" for i in range(1000)).encode())
    assert "longer than a link can carry" in app.info[0].value
    assert app.text_area[0].value == ""
    assert sentence(app).startswith("Own points")


BAD_FILES = {
    "binary": (bytes(range(256)), "UTF-8"),
    "words": (b"a,b\nfoo,bar1\n", "line 2"),
    "too many points": (b"1,2\n" * 100_001, "100,000 lines"),
    "too large": (b"1" * (LARGEST_BYTES + 1), "1,000,000 bytes"),
}


@pytest.mark.parametrize(("content", "why"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_refused_and_what_was_there_goes_on(content, why):
    app = upload(own(GOOD), content)
    assert why in app.error[0].value
    assert app.text_area[0].value == GOOD
    assert sentence(app).startswith("Own points")


def test_a_file_is_read_whatever_wrote_it_and_what_was_read_is_said():
    content = "Zeit (s);Größe;Nr\r\n0,5;1,5;7\r\n1;NA;8\r\n1,5;2;9\r\n".encode("cp1252")
    app = upload(visit(PAGE, FAST), content)
    said = app.sidebar.caption[-1].value
    for words in (
        "2 points",
        "column 1 (`Zeit (s)`)",
        "column 2 (`Größe`)",
        "decimal comma, Windows-1252",
        "(line 3)",
    ):
        assert words in said
    assert app.text_area[0].value.startswith("Zeit (s);Größe")


def test_columns_are_chosen_by_name_and_kept_in_the_link():
    app = own("year,a,b\n1,0,0\n2,1,5\n4,3,6")
    menu = next(box for box in app.selectbox if box.label == "y is")
    assert menu.options == ["the usual column", "year, column 1", "a, column 2", "b, column 3"]
    app = without_exception(menu.set_value(3).run())
    assert "y from column 3 (`b`)" in app.sidebar.caption[-1].value
    assert app.number_input(key="relu.y_column").value == 3
    app = visit(PAGE, {**FAST, "relu.target": OWN, "relu.points": "a,b\n1,2\n3,4", "relu.x_column": "7"})
    assert "x from column 1" in app.sidebar.caption[-1].value


def test_points_that_no_step_on_the_slider_trains_are_scaled_and_the_page_says_so():
    app = own("\n".join(f"{x}, {x * x}" for x in range(0, 101, 5)))
    assert sentence(app).startswith("Own points, x and y scaled to [0, 1]")
    limit = next(text.value for text in app.caption if "2/λ" in text.value)
    assert "scaled to" in limit
    assert "No step" not in limit
    app = without_exception(app.selectbox(key="relu.scaling").set_value("no").run())
    assert sentence(app).startswith("Own points, seed")
    assert any("No step on the slider is below it" in text.value for text in app.caption)


def test_names_and_lines_of_a_table_stay_words():
    table = "[a](//b.example),y,z\n1,2,3\n3,4,5"
    assert "`[a](//b.example)`" in own(table).sidebar.caption[-1].value


def test_a_text_without_numbers_matters_only_where_own_points_are_the_target():
    app = visit(PAGE, {**FAST, "relu.target": DRAWN, "relu.points": "junk"})
    assert not said(app)


def test_uploaded_points_are_told_apart_in_the_cache_and_named_as_a_file_in_scripts():
    first, second = Uploaded("0, 1\n1, 2"), Uploaded("0, 1\n1, 3")
    assert repr(first) == repr(Uploaded(str(first))) != repr(second)
    assert repr(first).startswith("open('points-")
    compile(repr(first), "<script>", "eval")
