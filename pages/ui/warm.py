"""What a first visitor would otherwise wait for."""

from __future__ import annotations

import importlib
from pathlib import Path

from pages.charts.figure import Figure
from pages.charts.style import STYLES

LOADED_ON_FIRST_USE = (
    "pages.ui",
    "pandas",  # by Streamlit, with its first chart
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "streamlit.material_icon_names",
)
CHARTS = Path(__file__).parent.parent / "charts"


def warm_up() -> None:
    """Import what the pages need, Altair and pandas with it, and draw every figure in both palettes."""
    for module in LOADED_ON_FIRST_USE:
        importlib.import_module(module)
    for path in sorted(CHARTS.glob("*.py")):
        module = importlib.import_module(f"pages.charts.{path.stem}")
        for figure in getattr(module, "FIGURES", ()):
            for style in STYLES:
                Figure.spec(figure, style)
