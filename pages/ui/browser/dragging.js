// While δ is dragged the run is computed here and written into the pictures that follow it; the server's exact
// answer comes on release. The program of f′ is the server's, and its operations stand in the server's order, so
// that the two agree to rounding.

import { CHART, inputsOf, SLIDER_PLACE } from './streamlit.js';

const FAR = 1e12; // a run beyond is on its way to infinity, and what cannot be drawn need not be sent
const MOST = 400; // states drawn while the pointer is down, as in layers.MOST_DRAGGED
const squared = (x) => x * x;

// A program of stepsize_core.expressions: instructions over registers, on plain numbers.
const OPERATIONS = {
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
  negate: (u) => -u, power: (u, p) => u ** p, sqrt: Math.sqrt, exp: Math.exp, log: Math.log,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, tanh: Math.tanh, abs: Math.abs, sign: Math.sign,
  max: Math.max, min: Math.min,
  softplus: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
  log_two_cosh: (u) => Math.abs(u) + Math.log1p(Math.exp(-2 * Math.abs(u))),
  sigmoid: (u) => { const small = Math.exp(-Math.abs(u)); return (u >= 0 ? 1 : small) / (1 + small); },
  sech_squared: (u) => { const small = Math.exp(-2 * Math.abs(u)); return 4 * small / squared(1 + small); },
  not_below_0: (u) => (u >= 0 ? 1 : u < 0 ? 0 : NaN),
  select: (chosen, a, b) => (chosen === 1 ? a : chosen === 0 ? b : NaN),
  positive: (u) => u > 0, non_negative: (u) => u >= 0, non_zero: (u) => u !== 0 && !Number.isNaN(u),
  both: (a, b) => a && b, only_if: (condition, u) => (condition ? u : NaN),
};
const running = ({ registers, variables, instructions, outputs }) => {
  const steps = instructions.map(([name, out, ...rest]) => [OPERATIONS[name], out, rest.filter((i) => i !== null)]);
  return (x) => {
    const r = [...registers];
    for (const [register] of variables) r[register] = x;
    for (const [operation, out, operands] of steps) r[out] = operation(...operands.map((i) => r[i]));
    return r[outputs[0]];
  };
};

// The states of a run, as long as they are numbers that can be drawn.
const descend = (gradient, start, delta, nSteps) => {
  const states = [];
  for (let k = 0, x = start; k <= nSteps && Math.abs(x) <= FAR; k++) {
    states.push(x);
    x -= delta * gradient(x);
  }
  return states;
};

// As pictures read them: how many there are, then the first and the last.
const written = (states) => {
  const half = MOST / 2, sent = states.length > MOST ? [...states.slice(0, half), ...states.slice(-half)] : states;
  return [states.length, ...sent].join(' ');
};

// Write the value of a parameter into every picture that has it.
export const write = (parameter, value) => {
  for (const input of document.querySelectorAll(inputsOf(parameter))) {
    if (input.value === String(value)) continue;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
};

// Show the run at another δ, none where delta is null, and say of what does not follow that it is behind.
const show = (data, delta) => {
  write('run', delta === null ? '' : written(descend(data.gradient, data.start, delta, data.n_steps)));
  write('delta', delta ?? '');
  document.body.toggleAttribute('data-dragging', delta !== null);
  for (const chart of document.querySelectorAll(CHART))
    chart.toggleAttribute('data-behind', delta !== null && !chart.querySelector(inputsOf('delta')));
};

// Follow the slider of δ; data names the slider's class, its grid, the index nearest to the value shown and that
// value, the program of f′, the start and the number of steps, or is null. Returns what ends it.
export const followSlider = (data, root) => {
  root.unfollow?.();
  const slider = data && document.querySelector(`.${CSS.escape(data.slider)}`);
  if (!slider) return () => {};
  const gradient = running(data.gradient);
  let frame, drawn;
  const follow = () => {
    frame = undefined;
    const index = Number(slider.querySelector(SLIDER_PLACE)?.value);
    const delta = index === data.index ? data.value : data.grid[index];
    if (!root.touched || delta === undefined || delta === drawn) return;
    drawn = delta; // the slider changes several times on its way to one value
    show({ ...data, gradient }, delta === data.value ? null : delta);
  };
  const soon = () => { frame ??= requestAnimationFrame(follow); };
  const touch = (event) => { root.touched = true; root.held = event.type === 'pointerdown'; };
  const release = () => { root.held = false; };
  const watcher = new MutationObserver(soon), ended = new AbortController();
  const listening = { capture: true, signal: ended.signal };
  watcher.observe(slider, { subtree: true, attributes: true, attributeFilter: ['aria-valuetext', 'value'] });
  for (const name of ['pointerdown', 'keydown']) slider.addEventListener(name, touch, listening);
  for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, release, listening);
  root.touched = Boolean(root.held); // the server's answer to an earlier place may come while the thumb is held
  if (root.held) soon();
  root.unfollow = () => {
    watcher.disconnect();
    ended.abort();
    cancelAnimationFrame(frame);
    show(data, null);
  };
  return root.unfollow;
};
