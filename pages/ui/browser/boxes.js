// What a reader writes into a number box. A decimal comma is read; what is not accepted stays as it was written, is
// not used, and is answered in words at the box. Streamlit's own boxes drop the comma, and read of other text the
// digits that it begins with.

import { ELEMENT, NUMBER, ROW } from './streamlit.js';

const NUMERAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WITH_A_COMMA = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i;
const OF_THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/; // or decimal: nobody can tell
const SETTLING = ['Enter', 'ArrowUp', 'ArrowDown']; // keys at which a box takes what is written in it

const valueSetter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
let complaints = 0;

// What is written, as a numeral with a decimal point; null where it is none, or may be two.
const numeral = (written) => {
  const text = written.trim().replace('−', '-');
  const plain = WITH_A_COMMA.test(text) && !OF_THOUSANDS.test(text) ? text.replace(',', '.') : text;
  return NUMERAL.test(plain) ? plain : null;
};
// What the page took from a box, as a numeral; nothing of a box that is no field of the page.
const takenFrom = (box) => {
  const { boxes = {} } = JSON.parse(document.querySelector('[data-facts]')?.dataset.facts ?? '{}');
  const [, value = ''] = Object.entries(boxes).find(([name]) => box.closest(`.${name}`)) ?? [];
  return String(value);
};
const fill = (box, text) => {
  valueSetter.call(box, text);
  box.dispatchEvent(new Event('input', { bubbles: true }));
};
const withdraw = (box) => {
  document.getElementById(box.dataset.complaint)?.remove();
  for (const name of ['data-complaint', 'data-besides', 'aria-invalid', 'aria-describedby']) box.removeAttribute(name);
  box.closest(NUMBER).removeAttribute('data-refused');
};
const complain = (box, words) => {
  if (box.dataset.complaint) return;
  box.dataset.besides = takenFrom(box);
  const complaint = document.createElement('p');
  complaint.id = box.dataset.complaint = `complaint-${++complaints}`;
  complaint.className = 'refused';
  complaint.role = 'alert';
  box.setAttribute('aria-invalid', 'true');
  box.setAttribute('aria-describedby', complaint.id);
  box.closest(NUMBER).toggleAttribute('data-refused', true);
  box.closest(`${ROW}, ${ELEMENT}:not(${ROW} > *)`).after(complaint);
  complaint.textContent = `Not used: the box accepts ${words}.`;
};
// Whether a box may take what is written in it, which is then a plain numeral.
const settle = (box) => {
  if (box.value.trim() === '') return true;
  const words = box.placeholder || 'a number', whole = words.startsWith('an integer');
  const text = numeral(box.value), value = Number(text);
  const within = (box.min === '' || value >= box.min) && (box.max === '' || value <= box.max);
  if (text === null || !within || (whole && !Number.isInteger(value))) {
    complain(box, words);
    return false;
  }
  const plain = whole ? String(value) : text;
  box.dataset.sent = plain;
  if (plain !== box.value) fill(box, plain);
  return true;
};

// Let every box take any text: one of numbers drops a comma before a script sees it. Forget boxes that are gone, and
// refused texts beside which another value was chosen.
export const openBoxes = () => {
  for (const { id } of document.querySelectorAll('.refused'))
    if (!document.querySelector(`[data-complaint=${id}]`)) document.getElementById(id).remove();
  for (const box of document.querySelectorAll(`${NUMBER} input[type=number]`)) {
    box.type = 'text';
    box.inputMode = 'decimal';
  }
  for (const box of document.querySelectorAll('[data-besides]')) {
    const value = takenFrom(box);
    if (value === box.dataset.besides) continue;
    if (Number(value) === Number(box.dataset.sent)) { // the page has caught up with what this box sent before
      box.dataset.besides = value;
      continue;
    }
    fill(box, value); // as a reader would, since Streamlit's box keeps what it has not taken
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  }
};

// Watch over all number boxes, those that come too, before Streamlit does. Returns what ends it.
export const watchBoxes = () => {
  const ended = new AbortController(), listening = { capture: true, signal: ended.signal };
  const boxOf = (event) => event.target.closest?.(NUMBER)?.querySelector('input');
  const on = (name, act) => document.addEventListener(name, (event) => {
    const box = boxOf(event);
    if (box && act(box, event) === false) event.stopImmediatePropagation();
  }, listening);
  on('focusin', (box) => { if (!box.dataset.complaint) box.dataset.sent = box.value; });
  on('input', (box) => withdraw(box));
  on('keydown', (box, event) => event.target !== box || !SETTLING.includes(event.key) || settle(box));
  on('focusout', (box, event) => event.target !== box || settle(box));
  on('click', (box, event) => event.target === box || settle(box)); // one of the buttons beside it
  return () => ended.abort();
};
