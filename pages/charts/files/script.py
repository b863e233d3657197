"""The short Python script that recomputes what a figure or a page shows, from stepsize_core alone."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

import numpy as np

from pages.charts import of, overview
from pages.charts.kit.calls import Call
from pages.charts.kit.figure import Figure
from stepsize_core import __version__
from stepsize_core.paper.catalogue import CATALOGUE, home_of

OPENING = '''"""{title}, recomputed with stepsize_core {version}.

{where}

sys.stdout.reconfigure(encoding="utf-8")'''
ANYWHERE = """It needs the project: where Python does not find it, say where it stands,

    PYTHONPATH=folder/of/the/project python this_file.py
\"\"\"

import sys"""
AT_ROOT = """It needs the project, which stood in the folder below when this was written.
\"\"\"

import sys

PROJECT = {root!r}"""
INSERT = "sys.path.append(PROJECT)"
PRINT_CLAIMS = """
for claim in {study}.claims:
    print(claim.statement, claim.predicted, claim.measured, claim.verdict.value, sep=" | ")
"""
PRINT_NUMBERS = """
from {package} import {name}

for table, rows in {name}.records({content}).items():
    print(table, *(rows[0] if rows else ()), sep="\\t")
    for row in rows:
        print("", *row.values(), sep="\\t")
"""


def script(calls: Sequence[Call], title: str, figure: Figure | None = None, root: Path | None = None) -> str:
    """Python text that computes each call into a variable of `variables(calls)` and prints the claims and the
    numbers of a figure.

    `title` stands in its docstring, with the version of stepsize_core. root: the folder of the project on the
    machine where the script is to run; without it the docstring says how to name that.
    """
    names = variables(calls)
    studies = [name for name, call in names.items() if call.function.__name__ == "study"]
    where = AT_ROOT.format(root=str(root)) if root else ANYWHERE
    text = [
        OPENING.format(title=title, version=__version__, where=where),
        *([INSERT] if root else []),
        "",
        *_imports(calls),
        "",
    ]
    text += [f"{name} = {expression(call)}" for name, call in names.items()]
    claims = "".join(PRINT_CLAIMS.format(study=study) for study in studies)
    return "\n".join(text) + "\n" + claims + (_numbers_of(figure, names) if figure else "")


def _numbers_of(figure: Figure, names: Iterable[str]) -> str:
    """Lines that print the tables of a figure of what the variables hold."""
    packages = (of(phenomenon) for phenomenon in CATALOGUE)
    package, name = next(
        (package.__name__, name)
        for package in (*packages, overview)
        for name, value in vars(package).items()
        if value is figure
    )
    content = ", ".join(names)
    content = f"({content})" if "," in content else content
    return PRINT_NUMBERS.format(package=package, name=name, content=content)


def variables(calls: Sequence[Call]) -> dict[str, Call]:
    """The variable that holds each call's result: named like the function, and numbered where that recurs."""
    names: dict[str, Call] = {}
    for call in calls:
        stem = call.function.__name__
        wanted = chain([stem], (f"{stem}_{number}" for number in count(2)))
        names[next(name for name in wanted if name not in names)] = call
    return names


def expression(call: Call) -> str:
    """A call in Python, as "stem.study(stem.Params(step_size=0.5, …))"."""
    return f"{_name(call.function)}({', '.join(map(_literal, call.arguments))})"


def _imports(calls: Sequence[Call]) -> list[str]:
    """The modules that the expressions name, one import each."""
    named = [call.function for call in calls]
    named += [type(value) for call in calls for value in call.arguments if is_dataclass(value)]
    paths = sorted({home_of(thing)[0] for thing in named})
    return ["from {0} import {2}".format(*path.rpartition(".")) for path in paths]


def _literal(value: Any) -> str:
    """An argument in Python: a plain value, or a dataclass of plain values."""
    if not is_dataclass(value):
        return repr(value.item() if isinstance(value, np.generic) else value)
    chosen = ", ".join(f"{f.name}={getattr(value, f.name)!r}" for f in fields(value))
    return f"{_name(type(value))}({chosen})"


def _name(thing: Any) -> str:
    """A function or class by the last name of its module and its own, "stem.study"."""
    module, name = home_of(thing)
    return f"{module.rpartition('.')[2]}.{name}"
