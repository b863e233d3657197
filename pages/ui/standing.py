"""Where the claims stand: the verdicts of every preset of every phenomenon, counted as they come in."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui.links import page_link
from pages.ui.server.cache import cached
from pages.ui.text import escaped, typeset
from pages.ui.verdicts import ICONS, html_table, in_its_colour
from stepsize_core.claims import Claim, Verdict
from stepsize_core.paper.parameters import Preset
from stepsize_core.paper.phenomenon import Phenomenon

TITLE = "Where the claims stand"
NEVER = '<span class="note">–</span>'  # in place of a count
REDRAW_SECONDS = 0.2  # the table is redrawn at most so often while verdicts come in


@dataclass(frozen=True)
class Finding:
    """One claim of one preset of a phenomenon."""

    phenomenon: Phenomenon
    preset: Preset
    claim: Claim


def claims_of_all_presets(phenomena: Sequence[Phenomenon]) -> list[Finding]:
    """Study every preset, draw the table of verdicts as they come in, and name those that do not agree."""
    place, findings, drawn = st.empty(), [], time.monotonic()
    cases = [(p, preset) for p in phenomena for preset in p.PRESETS.values()]
    for done, (phenomenon, preset) in enumerate(cases):
        study = cached(phenomenon.study, preset.params)
        findings += [Finding(phenomenon, preset, claim) for claim in study.claims]
        if time.monotonic() - drawn > REDRAW_SECONDS:
            drawn = time.monotonic()
            place.html(_table(phenomena, findings, f"{done + 1} of {len(cases)} presets checked …"))
    place.html(_table(phenomena, findings, f"all {len(cases)} presets"))
    return findings


def open_claims(findings: Sequence[Finding]) -> None:
    """Name what disagrees or is undecided, each with a link to its preset; then the unmet assumptions."""
    for verdict in (Verdict.DISAGREES, Verdict.UNDECIDED):
        _named([f for f in findings if f.claim.verdict is verdict])
    unmet = [f for f in findings if f.claim.verdict is Verdict.ASSUMPTION_NOT_MET]
    if unmet:
        title = f"{len(unmet)} claims whose assumption a preset does not meet"
        drawer = st.expander(title, on_change="rerun", key="standing~unmet")
        if drawer.open:
            with drawer:
                _named(unmet)


def _named(findings: Sequence[Finding]) -> None:
    """Each claim once, with its verdict and why, above links to the presets where it came out so."""
    groups = {}
    for finding in findings:
        groups.setdefault((finding.claim.statement, finding.claim.note), []).append(finding)
    for (statement, note), group in groups.items():
        verdict = group[0].claim.verdict
        why = f" ({note})" if note else ""
        st.markdown(typeset(f"{ICONS[verdict]} **{verdict.value}:** {statement}{why}"))
        with st.container(horizontal=True, gap="medium"):
            for finding in group:
                page_link(finding.phenomenon, finding.preset.title, finding.preset.params)


def _table(phenomena: Sequence[Phenomenon], findings: Sequence[Finding], progress: str) -> str:
    """The counts per page and per verdict as an HTML table, with a line on how far the count is."""
    words = {"Page": None, **{f"{ICONS[v]} {v.value}": v.value for v in Verdict}}
    groups = {p.title: [f for f in findings if f.phenomenon is p] for p in phenomena} | {"Total": findings}
    rows = []
    for title, found in groups.items():
        counts = Counter(f.claim.verdict for f in found)
        rows.append(
            [escaped(title), *(in_its_colour(v, str(counts[v])) if counts[v] else NEVER for v in Verdict)]
        )
    caption = f"<caption>{escaped(progress)}</caption>"
    return html_table(words, rows, name="Verdicts by page", kind="counts", caption=caption)
