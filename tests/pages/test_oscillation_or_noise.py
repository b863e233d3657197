"""The page of a record: the reader's own one, pasted, gets the same statistic; a bad one gets an answer."""

from tests.pages.visit import visit, without_exception

PAGE = "oscillation_or_noise"
OWN = "your own record"
GOOD = "epoch, loss\n" + "\n".join(f"{k}, {1.0 + (-1) ** k * (0.3 + 0.01 * (k % 5)):g}" for k in range(1, 90))


def said(app) -> str:
    return " ".join(element.value for element in app.markdown)


def test_a_pasted_record_gets_the_statistic_and_says_what_was_read():
    app = visit(PAGE, {"noise.source": OWN, "noise.record": GOOD})
    assert "Your record of 89 values has" in said(app)
    assert "two branches" in said(app)
    assert any("Read: 89 values" in caption.value for caption in app.sidebar.caption)


def test_a_record_that_is_too_short_says_so_and_the_last_good_one_stays():
    app = visit(PAGE, {"noise.source": OWN, "noise.record": GOOD})
    app = without_exception(app.text_area[0].set_value("0.5\n0.25\n0.75").run())
    assert "at least 40" in app.error[0].value
    assert "Your record of 89 values" in said(app)


def test_without_a_record_the_page_asks_for_one():
    app = visit(PAGE, {"noise.source": OWN})
    assert "No own record yet" in app.info[0].value
    assert "Example 1" in said(app)
