"""What the browser needs to draw a study at other step sizes, while the reader drags δ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Dragged:
    """A study that follows the slider of its step size in the browser.

    pictures  who draws it there: a name in PICTURES of pages/ui/dragging.js
    params    the parameters of the study, a field step_size among them
    facts     what does not depend on δ, as plain numbers, texts, lists and mappings
    """

    pictures: str
    params: Any
    facts: Mapping[str, Any]
