import { CHOICE_OF_PAGE, CONTROL, MAIN, SECTION } from './streamlit.js';

const LOOK_MS = 100; // charts change many times a second while something moves: one look after them
const SKIP = 'skip', TARGET = 'first-control';
const target = () => { // the first control that is seen, or the title of a page without one
  const main = document.querySelector(MAIN);
  const usable = (element) => !element.closest(CHOICE_OF_PAGE) && element.checkVisibility();
  return [...main.querySelectorAll(CONTROL)].find(usable) ?? main.querySelector('h1');
};
const mark = (section) => {
  for (const button of document.querySelectorAll(SECTION))
    if (button.textContent === section) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  const found = target();
  if (found && !found.id) found.id = TARGET;
  document.getElementById(SKIP).href = `#${found?.id ?? ''}`;
};
const linkPast = () => {
  const link = document.createElement('a');
  link.id = SKIP;
  link.textContent = 'Skip to the picture';
  link.onclick = (event) => {
    event.preventDefault();
    const found = target();
    if (!found.matches(CONTROL)) found.tabIndex = -1;
    found.focus();
    found.scrollIntoView({ block: 'center' });
  };
  document.body.prepend(link);
};
export default function ({ data, parentElement }) {
  if (!document.getElementById(SKIP)) linkPast();
  parentElement.changes?.disconnect();
  let timer;
  const later = () => { timer ??= setTimeout(() => { timer = undefined; mark(data.section); }, LOOK_MS); };
  parentElement.changes = new MutationObserver(later);
  parentElement.changes.observe(document.body, { childList: true, subtree: true });
  mark(data.section);
  return () => { clearTimeout(timer); parentElement.changes.disconnect(); };
}
