import { STEP_DOWN, STEP_UP } from './streamlit.js';

// The keys of a presentation. The number of the scene is kept here, so that fast presses count, and sent as a state
// with the number of the press: what the server says of an older press is out of date.

const FIELD = 'input, textarea, select, [contenteditable=true], [role=slider], [role=radio]';
const BUTTON = 'button, a, summary, [role=button]';
const DELTA = '.st-key-scenes-delta', REVEAL = '.st-key-scenes-reveal button';
const STAGE = [1600, 900], NARROW = 800; // pixels: the screen for which letters are sized; below, those of a phone
const click = (selector) => document.querySelector(selector)?.click();
const fullScreen = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());

// How large letters are on this screen, of the scales there are: the first is for STAGE, the second for a phone.
const scaleHere = ([usual, phone, ...larger]) => {
  if (window.innerWidth < NARROW) return phone;
  const room = usual * Math.min(window.innerWidth / STAGE[0], window.innerHeight / STAGE[1]);
  return larger.findLast((scale) => scale <= room) ?? usual;
};

export default function ({ data, parentElement: root, setStateValue }) {
  root.ended?.abort();
  root.ended = new AbortController();
  const { signal } = root.ended;
  root.press ??= data.press;
  if (root.press <= data.press || root.set !== data.set) root.scene = data.scene;
  root.set = data.set;
  const go = (wanted) => {
    const scene = Math.min(data.count, Math.max(1, wanted));
    if (scene === root.scene) return;
    root.scene = scene;
    root.press += 1;
    setStateValue('press', { scene, press: root.press });
  };
  const next = () => go(root.scene + 1), back = () => go(root.scene - 1);
  const more = () => click(`${DELTA} ${STEP_UP}`);
  const less = () => click(`${DELTA} ${STEP_DOWN}`);
  const always = { PageDown: next, PageUp: back };
  const unlessInField = {
    ArrowRight: next, ArrowDown: next, ArrowLeft: back, ArrowUp: back, Home: () => go(1), End: () => go(data.count),
    '+': more, '=': more, '-': less, '−': less, f: fullScreen,
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const [on] = event.composedPath(), inField = on.closest?.(FIELD);
    const space = event.key === ' ' && !inField && !on.closest?.(BUTTON) && (() => click(REVEAL));
    const act = always[event.key] ?? (space || (!inField && unlessInField[event.key]));
    if (!act) return;
    event.preventDefault();
    act();
  }, { capture: true, signal });

  let timer;
  const size = () => {
    const scale = scaleHere(data.scales);
    if (scale === (root.asked ?? data.scale)) return;
    root.asked = scale;
    setStateValue('scale', scale);
  };
  window.addEventListener('resize', () => { clearTimeout(timer); timer = setTimeout(size, 200); }, { signal });
  size();
}
