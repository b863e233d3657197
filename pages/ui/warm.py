"""What a first visitor would otherwise wait for."""

from __future__ import annotations

import importlib
from pathlib import Path

from pages.charts.figure import Figure
from pages.charts.style import STYLES

CHARTS = Path(__file__).parent.parent / "charts"


def warm_up() -> None:
    """Import the charts, with them Altair, NumPy and SciPy, and draw every figure in both palettes."""
    importlib.import_module("pages.ui")
    for path in sorted(CHARTS.glob("*.py")):
        module = importlib.import_module(f"pages.charts.{path.stem}")
        for figure in getattr(module, "FIGURES", ()):
            for style in STYLES:
                Figure.spec(figure, style)
