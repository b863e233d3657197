"""Files of figures: their size on paper, their letters, the header of their data, the command line."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pages.charts.__main__ import main, pages, shown
from pages.charts.files.export import DOTS_PER_INCH, FORMATS, PICTURES, WIDTHS, print_specification, render
from pages.charts.files.states import linked, named
from pages.charts.kit.figure import figure
from pages.ui.links import address
from stepsize_core import __version__
from stepsize_core.paper.catalogue import CATALOGUE

PIXEL = 0.03  # centimetres; pictures are whole pixels wide, and half a pixel on paper is less than this
PAGES = pages()
DEJAVU = "DejaVuSans"


@pytest.fixture(scope="module")
def diagram():
    """A figure that needs more than the study, what it shows, and where that comes from."""
    content = shown("periodic_orbits", "oscillation")
    figure = next(figure for figure in content if figure.name == "amplitude")
    return figure, content[figure], content.calls(figure)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_picture_is_as_wide_as_the_column(diagram, width):
    svg, pdf, png = (render(*diagram, kind, width) for kind in PICTURES)
    assert float(re.search(rb'width="([\d.]+)cm"', svg)[1]) == pytest.approx(WIDTHS[width], abs=PIXEL)
    points = float(re.search(rb"/MediaBox\s*\[0 0 ([\d.]+)", pdf)[1])
    assert points / 72 * 2.54 == pytest.approx(WIDTHS[width], abs=PIXEL)
    dots, place = struct.unpack(">I", png[16:20])[0], png.index(b"pHYs") + 4
    assert dots / DOTS_PER_INCH * 2.54 == pytest.approx(WIDTHS[width], abs=PIXEL)
    assert struct.unpack(">I", png[place : place + 4])[0] == pytest.approx(DOTS_PER_INCH / 0.0254, abs=1)


@pytest.mark.parametrize("page", PAGES)
def test_every_letter_of_a_picture_comes_from_one_family(page):
    content = shown(page, next(iter(PAGES[page]), None))
    for fig in content:
        pdf = render(fig, content[fig], (), "pdf")
        families = {name.partition(b"+")[2].decode() for name in re.findall(rb"/BaseFont\s*/([\w+-]+)", pdf)}
        assert all(name.startswith(DEJAVU) for name in families), (fig.name, families)


def test_nothing_that_is_only_for_clicking_is_printed():
    shown_there = shown("initialization_dependence", "inside")
    figure = next(figure for figure in shown_there if figure.picks)
    content = shown_there[figure]
    assert '"cursor": "pointer"' in json.dumps(figure.spec(content=content))
    printed = json.dumps(print_specification(figure, content, "single"))
    assert '"cursor": "pointer"' not in printed
    assert '"name": "pick"' not in printed


def test_data_name_parameters_units_seed_version_and_source(diagram):
    header = json.loads(render(*diagram, "json"))["header"]
    assert header["parameters"] == {"step_size": 0.5, "start": 0.3, "n_steps": 40, "exceptional": -1}
    assert header["version"].endswith(__version__)
    assert "dimensionless" in header["units"]
    assert "periodic_orbits.amplitude_law()" in header["computed_by"]
    said = [
        line[2:] for line in render(*diagram, "csv").decode("utf-8-sig").splitlines() if line.startswith("# ")
    ]
    assert [line.partition(": ")[0] for line in said] == list(header)


def test_the_seed_is_that_of_the_parameters():
    content = shown("equilibrium_selection", "chaotic_band")
    figure = next(iter(content))
    header = json.loads(render(figure, content[figure], content.calls(figure), "json"))["header"]
    assert header["seed"] == header["parameters"]["seed"]


def test_csv_and_json_hold_the_rows_of_the_figure(diagram):
    figure, content, _ = diagram
    tables = {name: rows for name, rows in figure.rows(content).items() if not name.startswith("_")}
    assert json.loads(render(*diagram, "json"))["tables"] == tables
    lines = [
        line for line in render(*diagram, "csv").decode("utf-8-sig").splitlines() if not line.startswith("#")
    ]
    rows = list(csv.DictReader(lines))
    assert [row["table"] for row in rows] == ["law"] * len(tables["law"])
    assert [float(row["measured"]) for row in rows] == [row["measured"] for row in tables["law"]]


def test_the_command_lists_every_page_and_preset(capsys):
    assert main([]) == 0
    listing = capsys.readouterr().out
    for page, presets in PAGES.items():
        assert page in listing
        assert all(name in listing and preset.title in listing for name, preset in presets.items())


def test_the_command_writes_what_it_is_asked_for(tmp_path, capsys):
    asked = ["periodic_orbits", "rounding", "large_step", "--figure", "loss", "--format", *FORMATS]
    assert main([*asked, "--out", str(tmp_path)]) == 0
    written = {path.name for path in tmp_path.iterdir()}
    stems = [f"periodic_orbits-{preset}-loss" for preset in ("rounding", "large_step")]
    assert written == {f"{stem}.{kind}" for stem in stems for kind in FORMATS}
    assert len(capsys.readouterr().out.splitlines()) == len(written)


def test_a_spreadsheet_sees_how_a_csv_is_written(diagram):
    assert render(*diagram, "csv").startswith(codecs.BOM_UTF8)
    assert "measured" in pd.read_csv(io.BytesIO(render(*diagram, "csv")), comment="#").columns


@pytest.mark.parametrize(
    ("asked", "params"),
    [
        (["periodic_orbits", "--set", "step_size=0.7"], {"step_size": 0.7, "n_steps": 40}),
        (["periodic_orbits", "large_step", "--set", "n_steps=9"], {"step_size": 2.0, "n_steps": 9}),
        (["https://a.org/b/periodic_orbits?orbit.start=0.2&q.start=1&embed=true"], {"start": 0.2}),
        (["/periodic_orbits?orbit.start=0.2", "--set", "start=0.1"], {"start": 0.1}),
        (["periodic_orbits", "--set", "exceptional=2", "start=0.2"], {"exceptional": 2, "start": 0.3}),
    ],
)
def test_any_state_is_written(asked, params, tmp_path):
    assert main([*asked, "--figure", "loss", "--format", "json", "--out", str(tmp_path)]) == 0
    (path,) = tmp_path.iterdir()
    header = json.loads(path.read_text(encoding="utf-8"))["header"]
    assert header["parameters"].items() >= params.items()
    assert path.name == "periodic_orbits-own-loss.json"


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_the_fields_of_an_address_give_the_state_back(phenomenon):
    for name, preset in phenomenon.PRESETS.items():
        assert linked(phenomenon, address(phenomenon, preset.params)) == preset.params
        assert named(phenomenon, preset.params) == name


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (["periodic_orbits", "--set", "step=1"], "no field “step”. There are: step_size"),
        (["periodic_orbits", "--set", "step_size=x"], "step_size must be"),
        (["periodic_orbits", "--set", "step_size"], "--set field=value"),
        (["overview", "--set", "step_size=1"], "Name a page"),
        (["https://a.org/nothing?orbit.start=0.2"], "no page named “nothing”"),
    ],
)
def test_a_state_that_cannot_be_read_is_answered(asked, meant, tmp_path, capsys):
    assert main([*asked, "--out", str(tmp_path)]) == 2
    assert meant in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_every_console_gets_the_listing():
    answer = subprocess.run(
        [sys.executable, "-m", "pages.charts"], env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        cwd=Path(__file__).parents[3], capture_output=True, check=True, timeout=120,
    ).stdout.decode()  # fmt: skip
    assert "Σ" in answer or "δ" in answer or "λ" in answer


def test_the_folder_that_is_written_by_default_is_no_part_of_the_project():
    root = Path(__file__).parents[3]
    assert "figures/" in (root / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (["perodic_orbits"], "Did you mean periodic_orbits"),
        (["periodic_orbits", "roundin"], "Did you mean rounding"),
        (["periodic_orbits", "rounding", "--figure", "cobweb", "losses"], "Did you mean loss"),
        (["overview", "anything"], "There are: none"),
    ],
)
def test_an_unknown_name_is_answered_with_what_comes_close(asked, meant, tmp_path, capsys):
    assert main([*asked, "--out", str(tmp_path)]) == 2
    assert meant in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_files_are_written_without_streamlit_or_a_browser(tmp_path):
    program = (
        "import sys; from pages.charts.__main__ import main; "
        f"code = main(['overview', '--figure', 'settled_loss', '--out', {str(tmp_path)!r}]); "
        "sys.exit(code or any(name.split('.')[0] in ('streamlit', 'playwright') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3], timeout=120)
    assert (tmp_path / "overview-settled_loss.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("size", [0.0, 1e-12, 1e-9, 1e-7])
def test_a_run_that_has_all_but_ended_is_printed(size):
    @figure("Run")
    def RUN(draw) -> str:
        draw.axes("x", "y", frame={"x": [0, 1], "y": [0, 1]})
        x = 0.3 + size * (-1.0) ** np.arange(50)
        draw.run("run", {"k": np.arange(50), "x": x, "y": x}, xy=("x", "y"))
        return ""

    assert render(RUN, (), (), "pdf").startswith(b"%PDF")
