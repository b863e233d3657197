// Playback of a run: one clock, written as a step number into every figure that shows iterates. Each of them has an
// input of its own for it (the parameter STEP of layers.py), which Vega reads. The page says in an element of its own
// what there is to play and to drag, so that this code travels once.

import { factsOf, follow } from './dragging.js';
import { write } from './streamlit.js';

const ALL = 1e9; // the step at which everything is shown
const SECONDS = 5, FIRST_SHARE = 0.36, FIRST = 3; // a run plays so long, its first steps in that share of it
const ONE_BY_ONE = 24, LAST = 4; // steps at the begin and at the end of a long run that are shown one by one
const FLIPS = 24, FLIPS_A_SECOND = 2.5; // where each step changes a whole picture: so many are shown, the last ones
const CALM_MS = 500; // between two pictures for a reader who asked for less motion
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

// The stretches of a run: [seconds they take, first step, last step, whether steps are shown one by one].
const plan = ({ first, steps, flips }) => {
  const count = steps - first;
  if (flips) {
    const last = Math.min(FLIPS, count), middle = steps - last - ((steps - last - first) % 2);
    const shown = [(steps - middle) / FLIPS_A_SECOND, middle, steps, true];
    return middle > first ? [[SECONDS / 2, first, middle, false], shown] : [shown];
  }
  const begin = Math.min(FIRST, count), long = count > ONE_BY_ONE + LAST;
  const opening = [SECONDS * FIRST_SHARE * (begin / FIRST), first, first + begin, true];
  const rest = SECONDS - opening[0];
  if (!long) return [opening, [rest, first + begin, steps, true]];
  return [
    opening, [rest * 0.45, first + begin, first + ONE_BY_ONE, true],
    [rest * 0.35, first + ONE_BY_ONE, steps - LAST, false], [rest * 0.2, steps - LAST, steps, true],
  ];
};
// The step at a share of the way, which is even beyond the start of its stretch where steps are not shown one by one.
const stepAt = (stretches, seconds) => {
  let left = seconds;
  for (const [takes, from, to, each] of stretches) {
    if (left <= takes) return each ? from + (to - from) * (left / takes) : from + 2 * Math.floor(((to - from) * left) / takes / 2);
    left -= takes;
  }
  return undefined;
};
const secondsAt = (stretches, step) => {
  let past = 0;
  for (const [takes, from, to] of stretches) {
    if (step < to) return past + takes * Math.max(0, (step - from) / (to - from));
    past += takes;
  }
  return past;
};

export default function ({ parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.player');
  const range = root.querySelector('input'), speed = root.querySelector('select');
  const output = root.querySelector('output');
  root.ended?.abort();
  const ended = new AbortController();
  root.ended = ended;

  // What the pictures are told, those too that were drawn since.
  const hold = () => {
    const { steps, asks } = root.facts;
    write('asks', asks ? 1 : '');
    write('step', root.k >= steps && !asks ? ALL : root.k);
  };
  const show = (k) => {
    const { steps, first } = root.facts, whole = Math.floor(k), digits = String(steps).length;
    root.k = k;
    range.value = whole;
    output.textContent = `k = ${String(whole).padStart(digits, '\u2007')} / ${steps}`;
    output.hidden = range.hidden = steps <= first;
    hold();
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
  const go = (k) => show(Math.max(root.facts.first, Math.min(root.facts.steps, k)));
  const run = (name, sign) => {
    const again = root.running === name;
    stop();
    if (again) return;
    const { steps, first } = root.facts, stretches = plan(root.facts);
    const whole = stretches.reduce((sum, [takes]) => sum + takes, 0);
    if (sign > 0 && root.k >= steps) root.k = first;
    press(name);
    let place = secondsAt(stretches, root.k), then = performance.now();
    const move = (now) => {
      if (now - then >= (calm.matches ? CALM_MS : 0)) {
        place += (sign * Number(speed.value) * (now - then)) / 1000;
        then = now;
        const over = sign > 0 ? place >= whole : place <= 0;
        go(over ? (sign > 0 ? steps : first) : stepAt(stretches, place));
        if (over) return stop();
      }
      root.frame = requestAnimationFrame(move);
    };
    root.frame = requestAnimationFrame(move);
  };
  const actions = {
    first: () => { stop(); go(root.facts.first); }, last: () => { stop(); go(root.facts.steps); },
    back: () => { stop(); go(Math.ceil(root.k) - 1); }, on: () => { stop(); go(Math.floor(root.k) + 1); },
    rewind: () => run('rewind', -1), play: () => run('play', 1),
  };
  root.addEventListener('click', (event) => actions[event.target.dataset.do]?.(), { signal: ended.signal });
  range.addEventListener('input', () => { stop(); go(Number(range.value)); }, { signal: ended.signal });

  // What the page says now; another scene plays from its start, all else shows the finished run.
  const take = (facts) => {
    const scene = root.facts?.scene !== facts.scene, atEnd = scene || root.k >= root.facts.steps;
    root.facts = facts;
    root.hidden = facts.asks || facts.steps <= facts.first; // the steps of a run give away where it goes
    root.answered?.();
    range.min = facts.first;
    range.max = facts.steps;
    stop();
    go(facts.asks ? facts.first : atEnd ? facts.steps : root.k);
    if (scene && !facts.asks && !calm.matches) { go(facts.first); run('play', 1); }
  };
  root.moved = (values) => setTriggerValue('moved', values);
  const unfollow = follow(root, () => { stop(); go(root.facts.steps); }, ended.signal);
  const look = (changes) => {
    if (changes?.every(({ target }) => target instanceof SVGElement)) return; // marks, of a picture that plays
    const facts = factsOf(root);
    if (facts) take(facts); else if (root.facts) hold();
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-facts'], childList: true });
  look();
  return () => { stop(); unfollow(); watcher.disconnect(); ended.abort(); };
}
