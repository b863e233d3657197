"""What the README promises: its Python runs and prints what it says, and its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 300_000  # bytes


def block(language: str) -> str:
    """The only fenced block of a language."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    return blocks[0]


def targets() -> list[str]:
    """The files that the README links to, pictures included."""
    return sorted({link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link})


def test_the_notebook_lines_print_what_the_readme_shows():
    run = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", block("python")],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.stderr == ""
    assert run.stdout == block("text")


@pytest.mark.parametrize("target", targets())
def test_a_linked_file_exists(target):
    assert (ROOT / target).is_file()


def test_every_page_is_in_the_table():
    pages = [path.name for path in (ROOT / "pages").glob("*.py") if path.name != "router.py"]
    assert pages
    assert [page for page in pages if f"](pages/{page})" not in README] == []


def test_pictures_are_small():
    assert all(picture.stat().st_size <= LARGEST_PICTURE for picture in (ROOT / ".screenshots").iterdir())
