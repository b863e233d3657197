"""The furniture every page shares. A page reads: open, columns with figures, verdicts, tabs."""

from pages.ui.controls import controls
from pages.ui.export import export
from pages.ui.figures import figure
from pages.ui.layout import caption, columns
from pages.ui.links import page_link, statement_table
from pages.ui.page import Page, open
from pages.ui.server.cache import cached, shown
from pages.ui.share import share
from pages.ui.standing import claims_of_all_presets, open_claims
from pages.ui.tour import tour_link
