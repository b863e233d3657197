"""Components that run in the browser, from files of their name beside this one."""

import re
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
_IMPORT = re.compile(r"^import .* from '\./(.+)';\n", re.MULTILINE)


@st.cache_resource
def component(name: str):
    """The component of name.js and, where there are such files, of name.css and name.html; made once."""
    files = {kind: HERE / f"{name}.{kind}" for kind in ("css", "html")}
    looks = {kind: file.read_text(encoding="utf-8") for kind, file in files.items() if file.exists()}
    return st.components.v2.component(name, js="".join(modules(f"{name}.js").values()), **looks)


def modules(file: str) -> dict[str, str]:
    """The code of a module after that of every module it imports, by file.

    Streamlit takes a component's code as one module. So imports and exports go, and all top-level names are
    shared: no two modules of a component may have one in common.
    """
    code = (HERE / file).read_text(encoding="utf-8")
    found = {}
    for imported in _IMPORT.findall(code):
        found |= modules(imported)
    return found | {file: _IMPORT.sub("", code).replace("\nexport const ", "\nconst ")}
