"""Copying and downloading in a real browser."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from pages.ui.links import address
from stepsize_core.paper import periodic_orbits
from tests.browser.screen import rest
from tests.conftest import pages_of

pytestmark = pytest.mark.browser

PARAMS = periodic_orbits.Params(step_size=0.25, start=0.7)


def copied(view, button: str) -> str:
    """What a click on the button leaves in the clipboard."""
    view.context.grant_permissions(["clipboard-read", "clipboard-write"])
    status = view.locator(".share [role=status]")
    status.evaluate("status => { status.textContent = ''; }")
    view.get_by_role("button", name=button).click()
    status.filter(has_text="✓ copied").wait_for(state="attached")  # stays, unlike the word on the button
    return view.evaluate("navigator.clipboard.readText()")


@pytest.fixture(scope="module")
def view(chromium, app):
    with pages_of(chromium) as open_page:
        yield open_page(f"{app}/periodic_orbits?orbit.step_size=0.25&orbit.start=0.7&orbit.view=The+function")


def test_the_copied_link_names_every_parameter_and_keeps_the_rest_of_the_address(view, app):
    link = urlsplit(copied(view, "Copy link"))
    query = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert f"{link.scheme}://{link.netloc}" == app
    assert query.items() >= address(periodic_orbits.PHENOMENON, PARAMS).items()


def test_the_copied_citation_ends_with_the_copied_link(view):
    link = copied(view, "Copy link")
    view.get_by_role("button", name="Copy link").wait_for()
    citation = copied(view, "Copy citation")
    assert citation.endswith(link)
    assert "step size δ = 0.25; where the run starts = at the x[0] chosen; start x[0] = 0.7" in citation


def test_a_figure_is_downloaded_as_a_file_of_print_size(view):
    view.get_by_text("Take it home").click()
    button = view.get_by_role("button", name="Download", exact=True)
    button.wait_for()
    rest(view)  # a run of the page that begins meanwhile would take the file away
    with view.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == "periodic_orbits-own-cobweb.svg"
    assert 'cm"' in download.value.path().read_text(encoding="utf-8")[:200]


def test_without_access_to_the_clipboard_copying_still_works(view):
    view.context.grant_permissions(["clipboard-read"])
    view.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    assert copied(view, "Copy link").startswith("http")
