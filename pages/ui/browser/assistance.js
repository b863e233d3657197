import { openBoxes, watchBoxes } from './boxes.js';
import { APP, CAPTION, CHART, NAMED_ICON, PICTURE, ROLES, SCROLLING } from './streamlit.js';
import { SLIDER, SLIDER_PLACE, SLIDER_VALUE } from './streamlit.js';

const MOST_ASKED = 5; // times for one change of scheme
const REST_MS = 80; // charts repaint many times a second while something moves: one look after them
const PRESETS = '.st-key-presets';
let captions = 0, preset;
const describe = () => {
  for (const chart of document.querySelectorAll(CHART)) {
    chart.querySelector('svg, canvas')?.setAttribute('aria-hidden', 'true'); // hundreds of nameless marks
    const caption = chart.closest(PICTURE)?.nextElementSibling?.querySelector(CAPTION);
    if (!caption) continue;
    caption.id ||= `caption-${++captions}`;
    chart.setAttribute('aria-describedby', caption.id);
    for (const link of caption.querySelectorAll('a')) link.ariaLabel = `Table of ${chart.ariaLabel}`;
  }
};
// Streamlit names a slider by its label twice, and between two of its own changes says the place, not the value.
const tell = () => {
  for (const slider of document.querySelectorAll(SLIDER)) {
    const place = slider.querySelector(SLIDER_PLACE), value = slider.querySelector(SLIDER_VALUE).textContent;
    place.removeAttribute('aria-labelledby');
    if (place.getAttribute('aria-valuetext') !== value) place.setAttribute('aria-valuetext', value);
  }
};
// The preset that is shown stands in sight in its list, once it was chosen.
const reveal = () => {
  const list = document.querySelector(PRESETS), chosen = list?.querySelector('input:checked')?.closest('label');
  if (chosen?.textContent === preset) return;
  preset = chosen?.textContent;
  if (!chosen) return;
  const [around, place] = [list, chosen].map((element) => element.getBoundingClientRect());
  list.scrollTop += Math.min(0, place.top - around.top) + Math.max(0, place.bottom - around.bottom);
};
const mend = () => {
  tell();
  reveal();
  openBoxes();
  for (const icon of document.querySelectorAll(NAMED_ICON)) icon.setAttribute('aria-hidden', 'true');
  for (const [selector, role, name] of ROLES)
    for (const element of document.querySelectorAll(selector)) {
      element.setAttribute('role', role);
      if (name) element.ariaLabel = name;
    }
  for (const region of document.querySelectorAll(SCROLLING))
    region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1;
};
export default function ({ data, parentElement, setTriggerValue }) {
  const app = document.querySelector(APP);
  const look = () => {
    describe();
    mend();
    const scheme = getComputedStyle(app).colorScheme;
    document.documentElement.style.colorScheme = scheme; // menus and dialogs stand beside the app
    if (scheme === data.drawn) parentElement.asked = 0;
    else if (parentElement.answer !== data && parentElement.asked < MOST_ASKED) {
      parentElement.answer = data; // once for each answer; one under way may come in the old colours
      parentElement.asked += 1;
      setTriggerValue('scheme', scheme);
    }
  };
  parentElement.asked ??= 0;
  let timer;
  const later = () => { timer ??= setTimeout(() => { timer = undefined; look(); }, REST_MS); };
  const content = new MutationObserver(later), theme = new MutationObserver(later);
  const values = new MutationObserver(tell), unwatch = watchBoxes();
  content.observe(document.body, { childList: true, subtree: true });
  values.observe(document.body, { subtree: true, attributeFilter: ['aria-valuetext'] });
  theme.observe(app, { attributes: true, attributeFilter: ['class'] });
  window.addEventListener('resize', later);
  look();
  return () => {
    clearTimeout(timer);
    content.disconnect();
    theme.disconnect();
    values.disconnect();
    unwatch();
    window.removeEventListener('resize', later);
  };
}
