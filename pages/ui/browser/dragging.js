// While δ or the start is dragged, in a picture or by its slider, the run is computed here and written into the
// pictures that follow it; the server's exact answer comes on release. The program of ∇f is the server's, and its
// operations stand in the server's order, so that the two agree to rounding.

import { CHART, inputsOf, PLOT, SLIDER_PLACE, write } from './streamlit.js';

const FAR = 1e12; // a run beyond is on its way to infinity, and what cannot be drawn need not be sent
const MOST = 400; // states drawn while something is dragged, as in layers.MOST_DRAGGED
const NEAR = 6; // pixels from a value that holds what is dragged past it
const squared = (x) => x * x;

// A program of stepsize_core.expressions: instructions over registers, on plain numbers.
const OPERATIONS = {
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
  negate: (u) => -u, power: (u, p) => u ** p, sqrt: Math.sqrt, exp: Math.exp, log: Math.log,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, abs: Math.abs, sign: Math.sign,
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh, expm1: Math.expm1, log1p: Math.log1p,
  asin: Math.asin, acos: Math.acos, atan: Math.atan, max: Math.max, min: Math.min,
  softplus: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
  log_two_cosh: (u) => Math.abs(u) + Math.log1p(Math.exp(-2 * Math.abs(u))),
  sigmoid: (u) => { const small = Math.exp(-Math.abs(u)); return (u >= 0 ? 1 : small) / (1 + small); },
  sech_squared: (u) => { const small = Math.exp(-2 * Math.abs(u)); return 4 * small / squared(1 + small); },
  not_below_0: (u) => (u >= 0 ? 1 : u < 0 ? 0 : NaN),
  select: (chosen, a, b) => (chosen === 1 ? a : chosen === 0 ? b : NaN),
  positive: (u) => u > 0, non_negative: (u) => u >= 0, non_zero: (u) => u !== 0 && !Number.isNaN(u),
  both: (a, b) => a && b, either: (a, b) => a || b, only_if: (condition, u) => (condition ? u : NaN),
};
const running = ({ registers, variables, instructions, outputs }) => {
  const steps = instructions.map(([name, out, ...rest]) => [OPERATIONS[name], out, rest.filter((i) => i !== null)]);
  return (state) => {
    const r = [...registers];
    for (const [register, variable] of variables) r[register] = state[variable];
    for (const [operation, out, operands] of steps) r[out] = operation(...operands.map((i) => r[i]));
    return outputs.map((register) => r[register]);
  };
};

// Where a run takes its gradients, as long as they are numbers that can be drawn: of gradient descent and heavy ball
// its states. The formula of Dynamics.listing, which begins at rest; `step` is the effective one.
const descend = ({ gradient, ahead, carried, effective, n_steps: nSteps }, start, step) => {
  const seen = [], delta = step / effective;
  for (let k = 0, x = start, before = start; k <= nSteps; k++) {
    const moved = x.map((coordinate, i) => coordinate - before[i]);
    const at = x.map((coordinate, i) => coordinate + ahead * moved[i]);
    if (!at.every((coordinate) => Math.abs(coordinate) <= FAR)) break;
    seen.push(at);
    const slope = gradient(at);
    before = x;
    x = at.map((coordinate, i) => coordinate - delta * slope[i] + carried * moved[i]);
  }
  return seen;
};

// As pictures read the coordinates of a run: how many there are, then the first and the last.
const written = (numbers) => {
  const half = MOST / 2, sent = numbers.length > MOST ? [...numbers.slice(0, half), ...numbers.slice(-half)] : numbers;
  return [numbers.length, ...sent].join(' ');
};

// What the page says of itself, where it has changed.
export const factsOf = (root) => {
  const text = document.querySelector('[data-facts]')?.dataset.facts;
  if (!text || text === root.text) return undefined;
  root.text = text;
  return JSON.parse(text);
};

// Show the run of a page at other values of its fields, none where they are null, and say of what does not follow
// that it is behind. held: the figure in which they are dragged.
const show = (facts, values, held) => {
  const { live } = facts, moved = values && { ...facts.values, ...values };
  const fields = moved && live?.fields.map((field) => moved[field]);
  const start = fields && (live.start.length ? live.start.flatMap((formula) => formula(fields)) : fields);
  const states = start?.every(Number.isFinite) ? descend(live, start, moved.step_size) : null;
  write('run', states ? written(states.map(([x]) => x)) : '');
  write('run_up', states && start.length > 1 ? written(states.map(([, y]) => y)) : '');
  write('delta', states ? moved.step_size : '');
  write('held', values?.step_size ?? '');
  const [across, up] = facts.start ?? [];
  write('held_across', values?.[across] ?? '');
  write('held_up', values?.[up] ?? '');
  document.body.toggleAttribute('data-dragging', Boolean(values));
  const follows = states ? inputsOf('delta') : inputsOf('held');
  for (const chart of document.querySelectorAll(CHART))
    chart.toggleAttribute('data-behind', Boolean(values) && !held?.contains(chart) && !chart.querySelector(follows));
};

// The value at a place of the pointer along one side of a picture: snapped, with so many digits as can be seen.
const valueAt = ({ low, high, log, least, most, snaps }, share, pixels) => {
  const [a, b] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const at = (s) => (log ? Math.exp(a + s * (b - a)) : a + s * (b - a));
  const place = (value) => ((log ? Math.log(value) : value) - a) / (b - a);
  const raw = at(Math.min(1, Math.max(0, share)));
  const snap = snaps.find((value) => Math.abs(place(value) - share) * pixels <= NEAR);
  const pixel = Math.abs(at(share + 1 / pixels) - at(share)) || Number.MIN_VALUE;
  const grain = 10 ** Math.floor(Math.log10(2 * pixel));
  const value = snap ?? Number((Math.round(raw / grain) * grain).toPrecision(12));
  return Math.min(most, Math.max(least, value));
};

// The ends of the two sides of a picture in which a unit is as long across as up.
const equalised = (grip, { width, height }) => {
  const sides = grip.frame.map(([low, high]) => [(low + high) / 2, high - low]);
  const unit = Math.max(sides[0][1] / width, sides[1][1] / height);
  return sides.map(([middle], i) => [middle - (unit * [width, height][i]) / 2, middle + (unit * [width, height][i]) / 2]);
};

// Follow sliders and pointers on pictures, and send what they chose on release. Returns what ends it.
export const follow = (root, rest, signal) => {
  let frame, drawn, taken;
  const ready = () => {
    const live = root.facts?.live;
    if (live && typeof live.gradient !== 'function')
      Object.assign(live, { gradient: running(live.gradient), start: live.start.map(running) });
    return root.facts;
  };
  const draw = (values, held) => {
    const key = JSON.stringify(values);
    if (key === drawn) return; // a slider changes several times on its way to one value
    drawn = key;
    rest();
    show(ready(), values, held);
  };
  const clear = () => { if (drawn !== undefined) { drawn = undefined; show(ready(), null); } };

  // Sliders: the one touched last
  const sliderAt = (element) => root.facts?.sliders.find(({ slider }) => element.closest?.(`.${CSS.escape(slider)}`));
  const read = () => {
    frame = undefined;
    const known = root.facts.sliders.find((each) => each.slider === root.slider); // an answer offers other values
    if (!known) return;
    const { slider, field, grid, index, value } = known;
    const place = Number(document.querySelector(`.${CSS.escape(slider)} ${SLIDER_PLACE}`)?.value);
    const now = place === index ? value : grid[place];
    if (now === undefined) return;
    if (now === value) clear(); else draw({ [field]: now });
  };
  const watcher = new MutationObserver(() => { frame ??= requestAnimationFrame(read); });
  const touch = (event) => {
    const slider = sliderAt(event.target);
    if (!slider) return;
    root.slider = slider.slider;
    root.held = event.type === 'pointerdown';
    watcher.disconnect();
    const options = { subtree: true, attributes: true, attributeFilter: ['aria-valuetext', 'value'] };
    watcher.observe(document.querySelector(`.${CSS.escape(slider.slider)}`), options);
  };

  // Pictures
  const gripAt = (event) => {
    for (const [name, grip] of Object.entries(root.facts?.grips ?? {})) {
      const picture = event.target.closest?.(`.${CSS.escape(name)}`), plot = picture?.querySelector(PLOT);
      if (!plot) continue;
      const box = plot.getBoundingClientRect(), { clientX: x, clientY: y } = event;
      if (x >= box.left - 12 && x <= box.right + 12 && y >= box.top - 12 && y <= box.bottom + 30) return { grip, picture };
    }
    return null;
  };
  const place = (event) => {
    const { grip, picture } = taken, box = picture.querySelector(PLOT).getBoundingClientRect();
    const sides = grip.equal ? equalised(grip, box) : grip.frame;
    const shares = [(event.clientX - box.left) / box.width, (box.bottom - event.clientY) / box.height];
    taken.values = {};
    for (const [i, side] of ['x', 'y'].entries()) {
      if (!grip[side]) continue;
      const [low, high] = sides[i];
      taken.values[grip[side].field] = valueAt({ ...grip[side], low, high }, shares[i], [box.width, box.height][i]);
    }
    draw(taken.values, picture);
  };
  const down = (event) => {
    touch(event);
    if (event.button !== 0 || !event.isPrimary) return;
    taken = gripAt(event);
    if (!taken) return;
    if (event.target.hasPointerCapture?.(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
    if (event.pointerType === 'mouse') { event.preventDefault(); place(event); } // a finger may be about to scroll
  };
  const move = (event) => { if (taken) place(event); };
  const up = (event) => {
    root.held = false;
    if (!taken) return;
    place(event);
    const { values } = taken, now = ready().values;
    taken = undefined;
    if (Object.entries(values).every(([field, value]) => now[field] === value)) clear();
    else root.moved({ ...values });
  };
  const cancel = () => { root.held = false; if (taken) { taken = undefined; clear(); } };
  const capture = { capture: true, signal };
  for (const [name, act] of [['pointerdown', down], ['keydown', touch]]) document.addEventListener(name, act, capture);
  for (const [name, act] of [['pointermove', move], ['pointerup', up], ['pointercancel', cancel]])
    window.addEventListener(name, act, capture);

  // A new answer of the server is shown, unless the thumb of a slider is held on
  root.answered = () => {
    for (const element of document.querySelectorAll('[data-grip]')) element.removeAttribute('data-grip');
    for (const [name, grip] of Object.entries(root.facts.grips))
      document.querySelector(`.${CSS.escape(name)}`)?.setAttribute('data-grip', ['x', 'y'].filter((side) => grip[side]).join(''));
    if (!root.held) clear();
  };
  return () => { watcher.disconnect(); cancelAnimationFrame(frame); if (root.facts) clear(); };
};
