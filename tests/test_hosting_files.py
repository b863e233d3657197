"""The lock file, the container, the unit and the workflow say the same as requirements.txt and README.md."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

HOSTING = ROOT / ".hosting"
LOCK = (HOSTING / "requirements.lock").read_text(encoding="utf-8")
PINNED = {canonicalize_name(name): version for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", LOCK)}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def requirements() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.split("#")[0]) for line in lines if line.split("#")[0].strip()]


def test_the_lock_file_has_what_the_requirements_ask_for():
    for wanted in requirements():
        assert PINNED[canonicalize_name(wanted.name)] in wanted.specifier, wanted


def test_the_lock_file_has_what_its_packages_ask_for():
    for name, version in PINNED.items():
        try:
            asked = requires(name) or ()
        except PackageNotFoundError:
            continue  # for another system
        for wanted in map(Requirement, asked):
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                assert canonicalize_name(wanted.name) in PINNED, f"{name} {version} asks for {wanted}"


def test_every_package_of_the_lock_file_has_hashes():
    parts = re.split(r"(?m)^(?=[\w.-]+==)", LOCK)[1:]
    assert len(parts) == len(PINNED) > len(requirements())
    for part in parts:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", part), part.splitlines()[0]


def test_container_and_unit_start_what_the_readme_names():
    dockerfile = (HOSTING / "Dockerfile").read_text(encoding="utf-8")
    unit = (HOSTING / "stepsize.service").read_text(encoding="utf-8")
    assert "--require-hashes" in dockerfile
    assert '"uvicorn", "app:app"' in dockerfile
    assert "uvicorn app:app" in unit
    for file in sorted(HOSTING.iterdir()):
        assert f".hosting/{file.name}" in README or file.name.endswith(".dockerignore"), file


def test_the_workflow_tests_the_oldest_python_that_the_readme_allows():
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    oldest = re.search(r"Python (3\.\d+) or later", README).group(1)
    versions = re.findall(r'"(3\.\d+)"', workflow)
    assert versions[0] == oldest
    assert len(versions) >= 3
