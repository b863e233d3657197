"""Write figures as files, without a browser; from the project's root.

python -m pages.charts                      lists pages and presets
python -m pages.charts equilibrium_selection chaotic_band --format svg --out figures
python -m pages.charts periodic_orbits --figure cobweb --set step_size=0.7 --format pdf png
python -m pages.charts "https://host/periodic_orbits?orbit.step_size=0.7" --width slide
python -m pages.charts --all
"""

import argparse
import difflib
import io
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pages.charts import of, overview
from pages.charts.files.export import DEFAULT_WIDTH, FORMATS, PLAIN, WIDTHS, Dress, render
from pages.charts.files.film import Still
from pages.charts.files.script import script
from pages.charts.files.states import Unreadable, assigned, changed, file_name, linked, named, page_and_fields
from pages.charts.kit.calls import call, compute
from pages.charts.kit.gallery import Shown
from stepsize_core.paper import thesis
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.parameters import Preset
from stepsize_core.paper.phenomenon import Phenomenon

FIRST_PAGE = "overview"
RESULTS_KEPT = 64
ROOT = Path(__file__).resolve().parents[2]  # the project
UNKNOWN = 2  # exit code
remembered = lru_cache(RESULTS_KEPT)(compute)


class UnknownName(Exception):
    """A page, preset or figure that does not exist; the message names what does."""


class State(NamedTuple):
    """A page in a state: the name of a preset, or OWN, and its parameters; None and None for the first."""

    page: str
    name: str | None
    params: Any = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.all and (asked.page or asked.figure):
        parser.error("--all writes every figure of every page: name neither a page nor a figure")
    if not asked.page and not asked.all:
        print(_listing())
        return 0
    try:
        dress = Dress(not asked.bare, asked.transparent, asked.grey)
        states = _states(asked.page, asked.presets, assigned(asked.set))
        write(states, asked.figure, asked.format, asked.width, asked.out, dress)
    except (UnknownName, Unreadable) as refused:
        print(refused, file=sys.stderr)
        return UNKNOWN
    return 0


def pages() -> dict[str, Mapping[str, Preset]]:
    """The pages that have figures, in the paper's order, with their presets; the first page has none."""
    return {FIRST_PAGE: {}} | {phenomenon.stem: phenomenon.PRESETS for phenomenon in CATALOGUE}


def shown(page: str, preset: str | None) -> Shown:
    """The figures of a page at one of its presets, None for the first page, which has its default alone."""
    return _shown(State(page, preset, preset and pages()[page][preset].params))


def write(
    states: Sequence[State], figures: Collection[str], formats: Sequence[str], width: str, out: Path,
    dress: Dress = PLAIN,
) -> None:  # fmt: skip
    """Write figures, all or those named, of every state to out/page-preset-figure.format."""
    for done, state in enumerate(states, start=1):
        content = _shown(state)
        known = {figure.name: figure for figure in content}
        for name in figures:
            _known(name, known, "figure")
        out.mkdir(parents=True, exist_ok=True)
        for name in figures or known:
            for kind in formats:
                figure, path = known[name], out / file_name(state.page, state.name, name, kind)
                try:
                    file = (
                        script(content.calls(figure), figure.title, figure, ROOT).encode()
                        if kind == "py"
                        else render(figure, content[figure], content.calls(figure), kind, width, dress)
                    )
                except Still as still:
                    print(f"[{done}/{len(states)}] {path.name} is left out: {still}", flush=True)
                    continue
                path.write_bytes(file)
                print(f"[{done}/{len(states)}] {path}", flush=True)


def _shown(state: State) -> Shown:
    """The figures of a page in a state."""
    if state.params is None:
        return Shown(overview, call(thesis.study, thesis.Params()), remembered)
    phenomenon = _phenomenon(state.page)
    return Shown(of(phenomenon), call(phenomenon.study, state.params), remembered)


def _phenomenon(page: str) -> Phenomenon:
    return next(phenomenon for phenomenon in CATALOGUE if phenomenon.stem == page)


def _states(page: str | None, presets: Sequence[str], texts: Mapping[str, str]) -> list[State]:
    """Every state asked for; all pages without a page, all presets of a page without a preset.

    texts: fields that are set, at the presets named, else at the page's default or the state of a link
    """
    asked, fields = pages(), {}
    if page is not None:
        if "?" in page or "/" in page:
            page, fields = page_and_fields(page)
        _known(page, asked, "page")
        asked = {page: asked[page]}
    for preset in presets:
        _known(preset, asked[page], f"preset of {page}")
    if not (fields or texts):
        return [
            State(name, preset, preset and all_[preset].params)
            for name, all_ in asked.items()
            for preset in (presets or all_ or [None])
        ]
    if page in (None, FIRST_PAGE):
        raise Unreadable("Name a page whose fields to set; the first page has none.")
    phenomenon = _phenomenon(page)
    starts = [asked[page][preset].params for preset in presets] or [linked(phenomenon, fields)]
    found = (changed(phenomenon, params, texts) for params in starts)
    return [State(page, named(phenomenon, params), params) for params in found]


def _known(name: str, names: Collection[str], what: str) -> None:
    """Raise UnknownName, with what comes close, unless the name is one of `names`."""
    if name not in names:
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
        guess = f" Did you mean {' or '.join(close)}?" if close else ""
        there_are = ", ".join(names) or "none"
        raise UnknownName(f"There is no {what} named “{name}”.{guess} There are: {there_are}.")


def _listing() -> str:
    """The pages, their presets and their titles."""
    lines = ["Pages and presets:"]
    for page, presets in pages().items():
        lines += ["", page, *(f"    {name:22}{preset.title}" for name, preset in presets.items())]
    return "\n".join([*lines, "", "To write one: python -m pages.charts PAGE PRESET --format svg --out DIR"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m pages.charts", description="Write figures as files, without a browser; no name lists them."
    )
    parser.add_argument("page", nargs="?", help="the page whose figures to write, or a link to it")
    parser.add_argument("presets", nargs="*", help="its presets; all if none is named")
    parser.add_argument("--all", action="store_true", help="every preset of every page")
    parser.add_argument("--set", nargs="+", default=[], metavar="FIELD=VALUE", help="step_size=0.7")
    parser.add_argument("--figure", nargs="+", default=(), metavar="NAME", help="only these figures")
    parser.add_argument("--format", nargs="+", choices=FORMATS, default=["svg"], help="kinds of file")
    parser.add_argument("--width", choices=WIDTHS, default=DEFAULT_WIDTH, help="column of a journal, slide")
    parser.add_argument("--bare", action="store_true", help="without state and legend below the picture")
    parser.add_argument("--transparent", action="store_true", help="without a background")
    parser.add_argument("--grey", action="store_true", help="in greys that stay apart")
    parser.add_argument("--out", type=Path, default=Path("figures"), help="folder to write to")
    return parser


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # titles have letters that not every console writes
    sys.exit(main())
