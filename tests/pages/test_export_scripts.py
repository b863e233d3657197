"""The script that a page offers: run, it gives the numbers that the page shows."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pages.charts.__main__ import pages, shown
from pages.charts.files.script import script, variables
from pages.charts.kit.calls import Call, compute
from stepsize_core import Verdict

PAGES = pages()


def same(a: Any, b: Any) -> bool:
    """Whether two results hold the same numbers, bit for bit; NaN equals NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, float):
        return a == b or (a != a and b != b)
    return a == b or (hasattr(a, "__dict__") and same(tuple(vars(a).values()), tuple(vars(b).values())))


def once(call: Call) -> Any:
    """What is checked once: every call, save that of the long ones, which bear a label, the first will do."""
    return call.function if call.label else call


@pytest.mark.parametrize("page", PAGES)
def test_the_script_of_every_preset_recomputes_what_the_page_shows(page, capsys):
    checked: set[Any] = set()
    for preset in PAGES[page] or [None]:
        calls = [call for call in shown(page, preset).calls() if once(call) not in checked]
        checked.update(map(once, calls))
        recomputed: dict[str, Any] = {}
        exec(script(calls, page), recomputed)
        for name, call in variables(calls).items():
            assert same(recomputed[name], compute(call)), (preset, name)
        printed = capsys.readouterr().out
        assert any(verdict.value in printed for verdict in Verdict) or page == "overview"


@pytest.mark.parametrize("page", [page for page, presets in PAGES.items() if presets])
def test_the_script_of_a_figure_prints_the_claims_of_its_study(page, tmp_path):
    content = shown(page, next(iter(PAGES[page])))
    figure = next(iter(content))
    path = tmp_path / "recompute.py"
    path.write_text(script(content.calls(figure), figure.title, figure), encoding="utf-8")
    root = Path(__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, path], env={"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}, cwd=tmp_path,
        capture_output=True, check=True, timeout=120,
    ).stdout.decode()  # fmt: skip
    study = next(compute(call) for call in content.calls(figure) if call.function.__name__ == "study")
    assert answer.splitlines()[: len(study.claims)] == [
        f"{claim.statement} | {claim.predicted} | {claim.measured} | {claim.verdict.value}"
        for claim in study.claims
    ]


def test_results_that_differ_in_one_bit_are_not_the_same():
    a = np.array([1.0, np.nan])
    assert same((a, "x", 1.0), (a.copy(), "x", 1.0))
    assert not same(a, np.nextafter(a, 2.0))
    assert not same(1.0, np.nextafter(1.0, 2.0))
