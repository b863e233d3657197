"""Where things stand on a page, and the one style sheet."""

from __future__ import annotations

import streamlit as st

from pages.ui.text import escaped, typeset

TEXT_WIDTH = 880  # pixels; longer lines are hard to read
ALL_WAYS = (
    "A click in a picture sets one of the controls, which the keyboard reaches too. "
    "The Table link below a picture opens its numbers."
)
CSS = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.1rem 1.5rem 3rem; max-width: 1720px; }
[data-testid="stHeader"] { height: 2.9rem; min-height: 2.9rem; }
[data-testid="stSidebarHeader"] { height: 2.2rem; padding-bottom: 0; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] { padding: 0.25rem 0 1rem; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.5rem; }
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.45rem; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.55rem; padding: 0; line-height: 1.25; }
[data-testid="stMainBlockContainer"] h2 { font-size: 1.15rem; padding: 0.6rem 0 0.3rem; }
[data-testid="stSidebar"] [data-testid="stColumn"] { min-width: 0; }
[data-testid="stSidebar"] [data-testid="stNumberInputContainer"] button { display: none; }
[data-testid="stCaptionContainer"] p { font-size: 0.82rem; line-height: 1.3; margin-bottom: 0; }
[data-testid="stCaptionContainer"] { margin: -0.35rem 0 0; opacity: 1;
  color: light-dark(#5b6570, #a3adb8); }
.st-key-assistance { display: none; }
:focus-visible, [data-testid="stNumberInputContainer"]:has(input:focus-visible) {
  outline: 2px solid light-dark(#0b5fa5, #7db8ee) !important; outline-offset: 1px; }
:is([data-testid="stCheckbox"], [data-testid="stRadio"]) label:has(input:focus-visible) {
  outline: 2px solid light-dark(#0b5fa5, #7db8ee); outline-offset: 1px; }
[data-testid="stSelectbox"] input:focus-visible { outline: none !important; }
[data-testid="stSidebar"][data-collapsed="true"] { visibility: hidden; }
[data-testid="stMainMenuPopover"] span { opacity: 1; color: light-dark(#454d56, #b7c0c9); }
[data-testid="stCode"] .token.string { color: light-dark(#146b3e, #4cc38a); }
[data-testid="stCode"] .token.keyword { color: light-dark(#0b5fa5, #7db8ee); }
[data-testid="stCode"] .token:is(.punctuation, .operator) { color: light-dark(#5b6570, #a3adb8); }
[data-testid="stCode"] .token.number { color: light-dark(#8a5a00, #e0a94a); }
[data-testid="stVegaLiteChart"] .vega-bindings { display: none !important; }
.st-key-share { position: fixed; top: .52rem; right: 3.4rem; width: auto; z-index: 999991; }
[data-behind], [data-dragging] :is([data-testid="stCaptionContainer"], .verdicts, .st-key-said) {
  opacity: .4; }
.verdicts { width: 100%; border-collapse: collapse; font-size: 0.86rem; font-variant-numeric: tabular-nums; }
.verdicts th { text-align: left; font-weight: 600; opacity: .72; padding: .15rem .7rem .15rem 0; }
.verdicts td { padding: .2rem .7rem .2rem 0; vertical-align: top;
  border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.verdicts .verdict { white-space: nowrap; font-weight: 600; }
.verdicts .note { opacity: .75; }
.verdicts .place { opacity: .62; white-space: nowrap; }
.counts caption { caption-side: bottom; text-align: left; opacity: .72; padding-top: .3rem; }
.counts tbody th { opacity: 1; border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.complaint { margin: -.4rem 0 .3rem; font-size: .84rem; line-height: 1.3; }
.lesson { display: flex; gap: .6rem; min-height: 3rem; margin: 0; line-height: 1.35; font-weight: 600; }
.lesson b { font-size: 1.55rem; line-height: 1.1; font-weight: 300; opacity: .62; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] { padding-left: 0; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] p { text-decoration: underline;
  text-underline-offset: 3px;
  text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); }
.st-key-tour { gap: .2rem .9rem; }
.st-key-tour p { font-size: .87rem; line-height: 1.25; }
.st-key-tour :is([data-testid="stPageLink-NavLink"], button) { padding: .2rem 0; min-height: 1.5rem;
  background: none; }
@media (min-width: 1280px) {
  :has(> .st-key-tour) { position: sticky; top: 0; z-index: 999991; margin: -3.1rem 0 -.3rem; }
  .st-key-tour { height: 2.9rem; flex-wrap: nowrap; padding-right: 14.5rem; }
  body:has(.st-key-tour) [data-testid="stTopNav"] { visibility: hidden; }
}
@media (max-width: 1100px) {
  [data-testid="stMain"] [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] { min-width: 100%; }
  [data-testid="stMainBlockContainer"] { max-width: 800px; }
  [data-testid="stMainBlockContainer"] [data-testid="stHorizontalBlock"] { row-gap: .6rem; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
  .complaint { margin: -.4rem 0 .3rem; font-size: .84rem; line-height: 1.3; }
.lesson { min-height: 0; }
  .st-key-share { position: static; }
  .verdicts.counts td { display: inline-block; margin-right: .9rem; }
  .verdicts.counts tbody th { display: block; border: 0; }
  .verdicts thead { position: absolute; clip-path: inset(50%); }
  .verdicts tr { display: block; padding: .35rem 0;
    border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
  .verdicts td { display: inline-block; border: 0; padding: .05rem .9rem .05rem 0; }
  .verdicts td:first-child { display: block; }
  [data-testid="stMainBlockContainer"] [data-testid="stHorizontalBlock"] { gap: .6rem; }
  .verdicts td[data-label]::before { content: attr(data-label) " "; opacity: .62; }
}
</style>
"""


def apply_style() -> None:
    """The style sheet; once per run, by the router."""
    st.html(CSS)


def columns(*widths: float):
    """Columns of the given relative widths; they stack on a narrow screen."""
    return st.columns(widths, gap="medium")


def lesson(number: int, text: str) -> None:
    """A numbered heading above a small picture; as tall as its neighbours, so that the pictures align."""
    st.html(f'<p class="lesson"><b>{number}</b><span>{escaped(text)}</span></p>')


def below() -> None:
    """What follows stands below the fold."""
    st.divider()
    st.caption(ALL_WAYS)


def caption(sentence: str) -> None:
    """A sentence in small print."""
    st.caption(typeset(sentence))
