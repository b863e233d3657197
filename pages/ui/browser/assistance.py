"""What the browser adds to the pages for readers who do not see them, or who change the colour scheme.

Streamlit gives a chart a name but no description, so the caption that follows becomes one. It keeps charts in
the colours in which the server drew them, so the server is asked to draw again. Some of its own elements have
wrong roles, or scroll but cannot be reached by keyboard.
"""

from __future__ import annotations

import streamlit as st

from pages.ui.theme import current_style

JS = """
const MOST_ASKED = 5;  // times for one change of scheme
const REST_MS = 80;  // charts repaint many times a second while something moves: one look after them
const ROLES = [  // of Streamlit's own elements: which, the role, a name where it has none
  ['[data-testid=stSidebarNavItems], [data-testid=stSidebarNavItems] li', 'none'],  // sections between
  ['[data-testid=stFileUploaderDropzone]', 'group'],  // has a name, and so is not presentational
  ['[data-testid=stTopNavPopoverBody]', 'navigation', 'Pages of the section'],
  ['[data-testid=stMainMenuPopover]', 'region', 'Settings'],
];
const SCROLLING = '.katex-display, [data-testid=stCode] pre';
let captions = 0;
const describe = () => {
  for (const chart of document.querySelectorAll('[data-testid=stVegaLiteChart]')) {
    chart.querySelector('svg, canvas')?.setAttribute('aria-hidden', 'true');  // hundreds of nameless marks
    const next = chart.closest('[data-testid=stElementContainer]')?.nextElementSibling;
    const caption = next?.querySelector('[data-testid=stCaptionContainer]');
    if (!caption) continue;
    caption.id ||= `caption-${++captions}`;
    chart.setAttribute('aria-describedby', caption.id);
    for (const link of caption.querySelectorAll('a')) link.ariaLabel = `Table of ${chart.ariaLabel}`;
  }
};
const mend = () => {
  for (const [selector, role, name] of ROLES)
    for (const element of document.querySelectorAll(selector)) {
      element.setAttribute('role', role);
      if (name) element.ariaLabel = name;
    }
  for (const region of document.querySelectorAll(SCROLLING))
    region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1;
};
export default function ({ data, parentElement, setTriggerValue }) {
  const app = document.querySelector('[data-testid=stApp]');
  const look = () => {
    describe();
    mend();
    const scheme = getComputedStyle(app).colorScheme;
    document.documentElement.style.colorScheme = scheme;  // menus and dialogs stand beside the app
    if (scheme === data.drawn) parentElement.asked = 0;
    else if (parentElement.answer !== data && parentElement.asked < MOST_ASKED) {
      parentElement.answer = data;  // once for each answer; one under way may come in the old colours
      parentElement.asked += 1;
      setTriggerValue('scheme', scheme);
    }
  };
  parentElement.asked ??= 0;
  let timer;
  const later = () => { timer ??= setTimeout(() => { timer = undefined; look(); }, REST_MS); };
  const content = new MutationObserver(later), theme = new MutationObserver(later);
  content.observe(document.body, { childList: true, subtree: true });
  theme.observe(app, { attributes: true, attributeFilter: ['class'] });
  window.addEventListener('resize', later);
  look();
  return () => {
    clearTimeout(timer);
    content.disconnect();
    theme.disconnect();
    window.removeEventListener('resize', later);
  };
}
"""


def assistance() -> None:
    """Describe charts, mend roles and follow the colour scheme, as long as the page is open."""
    _watcher()(key="assistance", data={"drawn": current_style().name}, on_scheme_change=lambda: None)


@st.cache_resource
def _watcher():
    return st.components.v2.component("assistance", js=JS)
