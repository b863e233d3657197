"""The furniture every page shares. A page reads: header, controls, study, figures, verdicts, details."""

from pages.ui.browser.playback import playback
from pages.ui.controls import controls, switch
from pages.ui.controls.own_points import own_points
from pages.ui.controls.units import in_units
from pages.ui.export import export
from pages.ui.figures import figure, further_figures
from pages.ui.header import header
from pages.ui.layout import below, caption, columns, lesson, statement
from pages.ui.links import page_link, statement_table
from pages.ui.server.cache import cached, job, shown
from pages.ui.share import share
from pages.ui.standing import claims_of_all_presets, open_claims
from pages.ui.tour import tour_link
from pages.ui.verdicts import verdict_table

__all__ = [
    "below",
    "cached",
    "caption",
    "claims_of_all_presets",
    "columns",
    "controls",
    "export",
    "figure",
    "further_figures",
    "header",
    "in_units",
    "job",
    "lesson",
    "open_claims",
    "own_points",
    "page_link",
    "playback",
    "share",
    "shown",
    "statement",
    "statement_table",
    "switch",
    "tour_link",
    "verdict_table",
]
