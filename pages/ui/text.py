"""Words inside HTML and Markdown: what a page must not take for its own markup."""

import html

from pages.charts.kit.text import typeset


def escaped(text: str) -> str:
    """Typeset text that is safe inside HTML."""
    return html.escape(typeset(text), quote=True)


def plain(shown, longest: int = 40) -> str:
    """Text from an address as it may be quoted in a note: short, and nothing that Markdown or HTML reads."""
    text = str(shown)
    text = text if len(text) <= longest else text[:longest] + "…"
    return "".join(letter if letter.isalnum() or letter in " .,+-_…" else " " for letter in text)
