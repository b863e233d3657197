"""What the README promises: its Python runs and prints what it says, and its links lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stepsize_core.paper.catalogue import CATALOGUE

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 300_000  # bytes


def blocks(language: str, number: int) -> str:
    """The fenced blocks of a language, so many, one after the other."""
    found = re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert len(found) == number
    return "".join(found)


def targets() -> list[str]:
    """The files that the README links to, pictures included."""
    return sorted({link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link})


def test_the_notebook_lines_print_and_save_what_the_readme_shows(tmp_path):
    run = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", blocks("python", 4)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert run.stderr == ""
    assert run.stdout == blocks("text", 3)
    assert {path.name for path in tmp_path.iterdir()} == {"cobweb.svg", "cobwebs.html"}


@pytest.mark.parametrize("target", targets())
def test_a_linked_file_exists(target):
    assert (ROOT / target).is_file()


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_a_phenomenon_has_a_row_with_its_rooms_in_every_layer(phenomenon):
    stem = phenomenon.stem
    folders = (f"{layer}/{stem}/" for layer in ("stepsize_core/paper", "pages/charts", "tests/paper"))
    rooms = [f"]({room}" for room in (*folders, f"pages/{stem}.py")]
    rows = [row for row in README.splitlines() if row.startswith("|") and all(room in row for room in rooms)]
    assert len(rows) == 1
    assert phenomenon.place in rows[0]


def test_ci_passes_the_tests_with_the_line_of_the_readme():
    (line,) = re.findall(r"^python3 .*pytest.*$", README, flags=re.MULTILINE)
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_pictures_are_small():
    assert all(picture.stat().st_size <= LARGEST_PICTURE for picture in (ROOT / ".screenshots").iterdir())
