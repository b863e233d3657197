"""Words inside HTML and Markdown: what a page must not take for its own markup."""

import html
import re

from pages.charts.kit.text import typeset


def escaped(text: str) -> str:
    """Typeset text that is safe inside HTML."""
    return html.escape(typeset(text), quote=True)


def literal(text) -> str:
    """Text that a reader wrote, or words that hold some, as Markdown that shows it letter by letter.

    It is a code span, the one place where no link, picture, formula, colour, emoji or address comes alive.
    """
    text = " ".join(str(text).split()) or " "
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def quoted(shown, longest: int = 40) -> str:
    """Text from an address as a note quotes it: short, and of letters, digits and what numbers need."""
    text = str(shown)
    text = text if len(text) <= longest else text[:longest] + "…"
    return f"“{literal(''.join(c if c.isalnum() or c in ' .,+-_…' else ' ' for c in text))}”"
