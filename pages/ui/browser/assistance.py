"""What the browser adds to the pages for readers who do not see them, who write decimal commas, or who change
the colour scheme.

Streamlit gives a chart a name but no description, so the caption that follows becomes one. It keeps charts in
the colours in which the server drew them, so the server is asked to draw again. Some of its own elements have
wrong roles or names, or scroll but cannot be reached by keyboard. Its
number boxes do not say what they refuse.
"""

from pages.ui.browser.component import component
from pages.ui.layout import current_style


def assistance() -> None:
    """Describe charts, mend roles, read boxes and follow the colour scheme, as long as the page is open."""
    component("assistance")(
        key="assistance", data={"drawn": current_style().name}, on_scheme_change=lambda: None
    )
