"""Every page of the explorer in a browser, opened once for all tests of what it must always offer."""

from __future__ import annotations

import pytest

from tests.browser.screen import opened
from tests.conftest import pages_of
from tests.pages.visit import PAGES


@pytest.fixture(scope="session", params=PAGES)
def page(request):
    """The name of a page."""
    return request.param


@pytest.fixture(scope="session")
def view(page, chromium, app):
    """The page; each test gives it the size and the scheme it needs, and leaves it as it was."""
    with pages_of(chromium) as open_page:
        yield opened(open_page, app, page)
