"""What the browser adds to the bar of pages: a link past it, and in which menu the page is that is shown."""

from pages.ui.browser.component import component


def navigation(section: str) -> None:
    """The first stop of the Tab key leads to the first control of the page, which stands in `section`."""
    component("navigation")(key="navigation", data={"section": section})
