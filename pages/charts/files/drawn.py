"""The converter of Vega, with the font that the project brings along."""

from functools import cache
from pathlib import Path
from types import ModuleType

FONTS = Path(__file__).with_name("fonts")  # DejaVu Sans, which has every symbol of the paper


@cache
def converter() -> ModuleType:
    """vl_convert, imported once somebody asks: it is heavy."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert
