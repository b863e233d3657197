"""The furniture every page shares. A page reads: header, controls, study, figures, verdicts, details."""

from pages.ui.cache import cached
from pages.ui.controls import controls
from pages.ui.export import export
from pages.ui.figures import figure
from pages.ui.header import header
from pages.ui.layout import below, columns, statement
from pages.ui.playback import playback
from pages.ui.verdicts import verdict_table

__all__ = [
    "below",
    "cached",
    "columns",
    "controls",
    "export",
    "figure",
    "header",
    "playback",
    "statement",
    "verdict_table",
]
