// Playback of the iterates: one step number, written into every figure that shows iterates. Each of them has an
// input of its own for it (the parameter STEP of layers.py), which Vega reads.

import { followSlider, write } from './dragging.js';

const ALL = 1e9; // the step at which everything is shown
const STEPS_PER_SECOND = 8, LONGEST_SECONDS = 12; // at speed 1; a run of many steps is played in so long
const CALM_MS = 500; // between two pictures for a reader who asked for less motion
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.player');
  const range = root.querySelector('input'), speed = root.querySelector('select');
  const output = root.querySelector('output');
  const { steps, first } = data;
  const atEnd = root.k === undefined || root.k >= Number(range.max);
  range.min = first;
  range.max = steps;
  root.k = atEnd ? steps : Math.max(first, Math.min(root.k, steps));

  const show = () => {
    range.value = root.k;
    output.textContent = `k = ${root.k} / ${steps}`;
    write('step', root.k >= steps ? ALL : root.k);
  };
  const press = (name) => {
    root.running = name;
    for (const b of root.querySelectorAll('[data-do=play], [data-do=rewind]')) {
      const pressed = b.dataset.do === name, words = pressed ? 'pause' : b.dataset.says;
      b.setAttribute('aria-pressed', pressed);
      b.textContent = pressed ? '❚❚' : b.dataset.sign;
      b.title = words;
      b.ariaLabel = words;
    }
  };
  const stop = () => { cancelAnimationFrame(root.frame); press(null); };
  const go = (k) => { root.k = Math.max(first, Math.min(steps, k)); show(); };
  const run = (name, sign) => {
    const again = root.running === name;
    stop();
    if (again) return;
    if (sign > 0 && root.k >= steps) root.k = first;
    press(name);
    let place = root.k, then = performance.now();
    const move = (now) => {
      if (now - then >= (calm.matches ? CALM_MS : 0)) {
        const rate = Math.max(STEPS_PER_SECOND, (steps - first) / LONGEST_SECONDS) * Number(speed.value);
        place += (sign * rate * (now - then)) / 1000;
        then = now;
        const k = Math.max(first, Math.min(steps, Math.floor(place)));
        if (k !== root.k) go(k);
        if (sign > 0 ? place >= steps : place <= first) return stop();
      }
      root.frame = requestAnimationFrame(move);
    };
    root.frame = requestAnimationFrame(move);
  };
  const actions = {
    first: () => { stop(); go(first); }, last: () => { stop(); go(steps); },
    back: () => { stop(); go(root.k - 1); }, on: () => { stop(); go(root.k + 1); },
    rewind: () => run('rewind', -1), play: () => run('play', 1),
  };
  root.onclick = (event) => actions[event.target.dataset.do]?.();
  range.oninput = () => { stop(); go(Number(range.value)); };
  stop();
  show();
  const unfollow = followSlider(data.drag, root);
  return () => { stop(); unfollow(); };
}
