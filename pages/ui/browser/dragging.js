// While δ is dragged on a scalar page the run and its pictures are computed here, and the server's exact answer
// follows on release. Every formula repeats one of the core or of pages/charts in the same order of operations,
// so that the two agree to rounding, and on chaotic orbits of polynomials too; the names are the same as there.

import { CHART } from './streamlit.js';

const squared = (x) => x * x;
const GRADIENTS = {
  three_halves_power: () => (x) => Math.sign(x) * Math.sqrt(Math.abs(x)),
  two_minima: () => (x) => (x - 1) * (x - 2) * (((6 * x - 12) * x + 8) * x - 6),
  even_power: ({ power }) => (x) => power * x ** (power - 1),
};
const VALUES = {
  three_halves_power: () => (x) => 2 / 3 * Math.abs(x) ** 1.5,
  two_minima: () => (x) => (x * x + 1) * squared((x - 1) * (x - 2)),
  even_power: ({ power }) => (x) => x ** power,
};

// A program of stepsize_core.expressions: instructions over registers, on plain numbers.
const OPERATIONS = {
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
  negate: (u) => -u, power: (u, p) => u ** p, sqrt: Math.sqrt, exp: Math.exp, log: Math.log,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, tanh: Math.tanh, abs: Math.abs, sign: Math.sign,
  max: Math.max, min: Math.min,
  softplus: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
  sigmoid: (u) => { const small = Math.exp(-Math.abs(u)); return (u >= 0 ? 1 : small) / (1 + small); },
  sech_squared: (u) => { const small = Math.exp(-2 * Math.abs(u)); return 4 * small / squared(1 + small); },
  at_least: (a, b) => (a >= b ? 1 : a < b ? 0 : NaN),
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

const descend = (gradient, start, delta, nSteps) => {
  const states = [start];
  for (let k = 0, x = start; k < nSteps; k++) {
    x = Number.isFinite(x) ? x - delta * gradient(x) : NaN;
    states.push(Number.isFinite(x) ? x : NaN);
  }
  return states;
};
const linspace = (low, high, n) => {
  const step = (high - low) / (n - 1);
  return Array.from({ length: n }, (_, i) => (i === n - 1 ? high : i * step + low));
};
const largest = (states) => Math.max(...states.filter(Number.isFinite).map(Math.abs));

// A number to so many significant digits, as Python's format(value, '.4g') writes it.
const general = (value, digits) => {
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  const trimmed = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < digits) return trimmed(value.toFixed(Math.max(digits - 1 - power, 0)));
  return `${trimmed(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
};

const diagonal = (low, high) => [{ x: low, y: low }, { x: high, y: high }];
const square = (a) => [[a, a], [a, -a], [-a, -a], [-a, a], [a, a]].map(([x, y], vertex) => ({ vertex, x, y }));

const staircase = (states) => {
  const finite = states.filter(Number.isFinite), rows = [];
  for (let i = 0; i < 2 * finite.length - 1; i++) {
    const k = Math.floor((i + 1) / 2);
    rows.push({ vertex: i, k, x: finite[Math.floor(i / 2)], y: finite[k] });
  }
  return rows;
};
const untilOutside = (states, low, high) => {
  const first = states.findIndex((x) => !(x >= low && x <= high));
  if (first < 0 || Number.isNaN(states[first])) return staircase(states);
  const beyond = Math.min(Math.max(states[first], low), high);
  return staircase([...states.slice(0, first), beyond]).slice(0, -1);
};
const cobwebTables = (gradient, delta, states, low, high, points) => ({
  map: linspace(low, high, points).map((x) => {
    const image = x - delta * gradient(x);
    return { x, y: image >= low && image <= high ? image : NaN };
  }),
  staircase: untilOutside(states, low, high),
  _identity: diagonal(low, high),
  _frame: diagonal(low, high),
});
const windowOf = (states, [low, high], landmarks, margin, leastWidth) => {
  const inside = states.filter((x) => x >= low && x <= high);
  let bottom = Math.min(...inside), top = Math.max(...inside);
  const away = (mark) => Math.max(bottom - mark, mark - top, 0);
  if (landmarks.length) {
    const nearest = landmarks.reduce((best, mark) => (away(mark) < away(best) ? mark : best));
    [bottom, top] = [Math.min(bottom, nearest), Math.max(top, nearest)];
  }
  const pad = Math.max(margin * (top - bottom), leastWidth * Math.max(Math.abs(bottom), Math.abs(top), 1));
  return [bottom - pad, top + pad];
};
const iterates = (states, value, keep = () => true) =>
  states.map((x, k) => ({ k, x, f: value(x) })).filter(({ x }) => keep(x));

// Rows with a column "shown"; where there are none, one hidden row, as layers.or_hidden does.
const orHidden = (rows, instead) =>
  (rows.length ? rows.map((row) => ({ ...row, shown: 1 })) : [{ ...instead, shown: 0 }]);

// Example 1, as pages/charts/periodic_orbits.py draws it.
const periodicOrbits = (facts, delta) => {
  const [gradient, value] = [GRADIENTS.three_halves_power(), VALUES.three_halves_power()];
  let start = facts.start;
  if (facts.exceptional >= 0) {
    start = 0;
    for (let j = 0; j < facts.exceptional; j++) start = squared((delta + Math.sqrt(delta * delta + 4 * start)) / 2);
  }
  const states = descend(gradient, start, delta, facts.n_steps), a = delta * delta / 4, last = facts.n_steps;
  const reach = 1.08 * Math.max(largest(states), 2.5 * a), top = 1.15 * Math.max(largest(states), a);
  const grid = linspace(-reach, reach, facts.curve_points), level = delta ** 3 / 12;
  const named = [general(a, 4), general(-a, 4)].map((text, i) => (i ? text.replace('-', '−') : `+${text}`));
  return {
    cobweb: {
      ...cobwebTables(gradient, delta, states, -reach, reach, facts.curve_points),
      cycle: square(a),
      _labels: [{ x: a, y: -a, text: 'predicted 2-cycle' }],
    },
    iterates: {
      iterates: states.map((x, k) => ({ k, x, modulus: Math.abs(x) })),
      predicted: [{ x: a }, { x: -a }],
      _labels: [a, -a].map((x, i) => ({ k: last, x, text: named[i] })),
      _frame: [{ k: 0, x: -top }, { k: 1.16 * last, x: top }],
    },
    amplitude: { _chosen: [{ step_size: delta, predicted: a, text: `δ = ${general(delta, 6)}` }] },
    landscape: {
      function: grid.map((x) => ({ x, f: value(x) })),
      iterates: iterates(states, value),
      cycle: [-a, a].map((x, i) => ({ x, f: value(x), text: i ? '+δ²/4' : '−δ²/4' })),
    },
    loss: {
      losses: states.map((x, k) => ({ k, loss: value(x) })).filter(({ loss }) => loss > 0),
      predicted: [{ loss: level }],
      _labels: [{ k: last, loss: level, text: `δ³/12 = ${general(level, 4)}` }],
    },
  };
};

// A run on any scalar function, as pages/charts/scalar_run.py and step_size_diagram.py draw it.
const scalarRun = (facts, delta) => {
  const { slope, equilibria, most_names: most, start, n_steps: last } = facts;
  const gradient = slope.known ? GRADIENTS[slope.known]() : running(slope.slope);
  const value = slope.known ? VALUES[slope.known]() : running(slope.value);
  const states = descend(gradient, start, delta, last), end = states.filter(Number.isFinite).at(-1);
  const points = equilibria.map(({ x, f, curvature }) => {
    const modulus = Math.abs(1 - delta * curvature);
    const stability = modulus === 1 ? 'neutral' : modulus < 1 ? 'stable' : 'unstable';
    const text = `x = ${general(x, 4)} ${stability}`.replaceAll('-', '−');
    return { x, f, curvature, stability, text };
  });
  const within = (low, high) => points.filter(({ x }) => x >= low && x <= high);
  const named = (some) => [...some].sort((p, q) => Math.abs(p.x - end) - Math.abs(q.x - end))
    .slice(0, most).sort((p, q) => p.x - q.x);
  const { name, low: left, high: right, bottom, top } = facts.function, span = top - bottom;
  const drawn = within(left, right).filter(({ f }) => f >= bottom - facts.room * span && f <= top);
  const landmarks = points.map(({ x }) => x);
  const [low, high] = windowOf(states, facts.run_window, landmarks, facts.margin, facts.least_width);
  const seen = within(low, high), inside = (x) => x >= low && x <= high;
  const largest = (view) => Math.max(...view.data('_frame').map((row) => row.step_size));
  const chosen = (view) => [{ step_size: Math.min(delta, largest(view)) }];
  const chosenName = (view) => view.data('_chosen_name').map(({ x }) => ({
    x,
    step_size: Math.min(delta, facts.last_name * largest(view)),
    text: `δ = ${general(delta, 6)}${delta > largest(view) ? ' →' : ''}`,
  }));
  return {
    [name]: {
      iterates: orHidden(
        iterates(states, value, (x) => x >= left && x <= right).filter(({ f }) => Number.isFinite(f)),
        { k: 0, x: left, f: bottom },
      ),
      critical_points: orHidden(drawn, { x: left, f: bottom, stability: 'neutral', text: '' }),
      _labels: orHidden(
        named(within(left, right)).map(({ x, f, curvature, text }) => (
          { x, f: f + (curvature > 0 ? facts.below : facts.above) * span, text })),
        { x: left, f: bottom, text: '' },
      ),
    },
    cobweb: {
      ...cobwebTables(gradient, delta, states, low, high, facts.cobweb_points),
      fixed_points: orHidden(seen.map((p) => ({ ...p, y: p.x })), { x: low, y: low, stability: 'neutral' }),
      _labels: orHidden(named(seen).map(({ x, text }) => ({ x, y: x, text })), { x: low, y: low, text: '' }),
    },
    iterates: {
      iterates: orHidden(iterates(states, value, inside), { k: 0, x: low }),
      equilibria: orHidden(seen, { x: low }),
      _labels: orHidden(named(seen).map(({ x, text }) => ({ k: last, x, text })), { k: 0, x: low, text: '' }),
      _frame: [{ k: 0, x: low }, { k: 1.3 * last, x: high }],
    },
    diagram: { _chosen: chosen, _chosen_name: chosenName },
    lyapunov: { _chosen: chosen },
  };
};

// Example 3, as pages/charts/initialization_dependence.py draws it.
const initializationDependence = (facts, delta) => {
  const [gradient, value] = [GRADIENTS.even_power(facts), VALUES.even_power(facts)];
  const { power, start } = facts, states = descend(gradient, start, delta, facts.n_steps);
  const r = (2 / (power * delta)) ** (1 / (power - 2));
  const beyond = Math.abs(start) > r ? facts.beyond_escape : facts.beyond;
  const reach = beyond * Math.max(Math.abs(start), r), inside = (x) => Math.abs(x) <= reach;
  const shown = iterates(states, value, inside), last = Math.max(shown.at(-1).k, 1);
  const ends = [`−${general(r, 4)}`, `+${general(r, 4)}`];
  return {
    cobweb: {
      ...cobwebTables(gradient, delta, states, -reach, reach, facts.cobweb_points),
      threshold_cycle: square(r),
      _labels: [{ x: -r, y: r, text: `threshold ±${general(r, 4)}` }],
    },
    iterates: {
      iterates: shown,
      threshold: [{ x: r }, { x: -r }],
      _labels: [{ k: last, x: r, text: ends[1] }, { k: last, x: -r, text: ends[0] }],
      _frame: [{ k: 0, x: -reach }, { k: 1.2 * last, x: reach }],
    },
    landscape: {
      function: linspace(-reach, reach, facts.curve_points).map((x) => ({ x, f: value(x) })),
      iterates: shown,
      threshold: [-r, r].map((x, i) => ({ x, f: value(x), text: ends[i] })),
    },
  };
};

const PICTURES = { periodicOrbits, scalarRun, initializationDependence };

// The Vega view of a chart, through the scene graph item that Vega hangs on every element of its drawing.
const viewOf = (svg) => {
  for (const element of svg.querySelectorAll('g')) {
    const view = element.__data__?.mark?.group?.context?.dataflow ?? element.__data__?.group?.context?.dataflow;
    if (view) return view;
  }
  return null;
};
const signal = (view, name) => {
  try { return view.signal(name); } catch { return undefined; }
};

const draw = (figures) => {
  for (const svg of document.querySelectorAll(`${CHART} svg.marks`)) {
    const view = viewOf(svg), tables = view && figures[signal(view, 'figure')];
    if (!tables) continue;
    for (const [name, rows] of Object.entries(tables)) view.data(name, rows instanceof Function ? rows(view) : rows);
    view.resize().runAsync(); // as Streamlit does, so that the axes find the same room
  }
};

// Say of what does not follow the slider that it shows the step size from before; of nothing where figures is null.
const markBehind = (figures) => {
  document.body.toggleAttribute('data-dragging', figures !== null);
  for (const chart of document.querySelectorAll(CHART)) {
    const svg = chart.querySelector('svg.marks'), view = svg && viewOf(svg);
    chart.toggleAttribute('data-behind', figures !== null && !(view && figures[signal(view, 'figure')]));
  }
};

// Follow the slider of δ; data names the slider's class, its grid, the index nearest to the value shown and that
// value, the pictures and what they need to know, or is null. Returns what ends it.
export const followSlider = (data, root) => {
  root.unfollow?.();
  const slider = data && document.querySelector(`.${CSS.escape(data.slider)}`);
  if (!slider) return () => {};
  let frame, drawn;
  const follow = () => {
    frame = undefined;
    const index = Number(slider.querySelector('input[type=range]')?.value);
    const delta = index === data.index ? data.value : data.grid[index];
    if (!root.touched || delta === undefined || delta === drawn) return;
    drawn = delta; // the slider changes several times on its way to one value
    const figures = PICTURES[data.pictures](data.facts, delta);
    draw(figures);
    markBehind(delta === data.value ? null : figures);
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
    markBehind(null);
  };
  return root.unfollow;
};
