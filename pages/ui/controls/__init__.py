"""Controls drawn from the declared fields of a `Params`."""

from pages.ui.controls.fields import controls, slider_of
