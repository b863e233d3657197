"""A figure as a page of its own, with Vega inside: it works offline and in the pages of a course."""

import json
from html import escape
from pathlib import Path
from typing import Any

from pages.charts.files.drawn import converter
from pages.charts.files.steps import shown_steps
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import ALL_STEPS

TEMPLATE = Path(__file__).with_name("own_page.html")


def page_of(figure: Figure, shown: Any, state: str, spec: dict) -> str:
    """The page: the picture as wide as its place, a player where it has steps, its sentence and its state."""
    drawing, words = figure.drawn(shown)
    first, last = drawing.steps()
    steps = shown_steps(first, last, flips=figure.flips) if last > first else []
    facts = {"spec": spec | {"width": "container"}, "steps": steps, "all": ALL_STEPS}
    parts = {
        "TITLE": escape(figure.title),
        "WORDS": escape(words),
        "STATE": escape(state),
        "FACTS": json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"),
        "VEGA": converter().javascript_bundle().replace("</script", "<\\/script"),
    }
    page = TEMPLATE.read_text(encoding="utf-8")
    for name, part in parts.items():
        page = page.replace(f"@{name}@", part)
    return page
