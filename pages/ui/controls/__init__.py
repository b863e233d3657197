"""Controls drawn from the declared fields of a `Params`, bound to the address of the page."""

from pages.ui.controls.fields import controls, slider_of, switch
