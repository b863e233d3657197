"""Many paths of sampled gradients beside the one run of gradient descent."""

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.figure import figure
from pages.charts.kit.style import Style
from pages.charts.scalar.names import LETTER, covered_by, dense, draw_names, placed
from stepsize_core.paper.sampled_gradients import FAR, LAYERS, Study

ROOM = 0.6  # decades above and below what is drawn
BEYOND = 1.5  # decades that predictions may widen the picture by, and the mean twice as many
# decades by which gradient descent and the farthest paths may widen it, or one and a half times its height
MOST_FURTHER = 10.0
WIDEST = 120.0  # decades shown either way
PLACES, BEGIN = 40, 0.35  # along a line: where its name is tried; not before this share of it
FAINT = 0.32
NARROW = 270.0, 250.0  # pixels of the picture on a phone
MOST_STEPS = 150  # of a run whose single paths are drawn at every step


def _predicted(study: Study) -> dict[str, np.ndarray]:
    """Decades of e^{λk} and of q^{k/2}, NaN where there is none."""
    k = np.arange(study.params.n_steps + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = {"typical": study.exponent / np.log(10.0), "squares": np.log10(study.factor) / 2.0}
        return {name: np.where(np.isfinite(rate), rate * k, np.nan) for name, rate in rates.items()}


def _window(study: Study, predicted) -> tuple[tuple[float, float], tuple[float, float]]:
    """The decades wanted, and those that have to be seen."""
    paths = np.concatenate([study.low, study.median])
    paths = paths[np.abs(paths) < FAR]
    low, high = float(paths.min(initial=-1.0)), float(paths.max(initial=1.0))
    further = {**predicted, "full": study.full, "high": study.high, "mean": study.root_mean_square}
    most = max(MOST_FURTHER, 1.5 * (high - low))
    rooms = {"full": most, "high": most, "mean": 2.0 * BEYOND}
    ends = []
    for name, decades in further.items():
        drawn = decades[np.isfinite(decades) & (np.abs(decades) < FAR)]
        room = rooms.get(name, BEYOND)
        least, most = float(drawn.min(initial=0.0)), float(drawn.max(initial=0.0))
        ends.append((min(low, max(least, low - room)), max(high, min(most, high + room))))
    lows, highs = zip(*ends)
    wanted = max(min(lows) - ROOM, -WIDEST), min(max(highs) + ROOM, WIDEST)
    return wanted, (max(low, wanted[0]), min(high, wanted[1]))


def _stride(study: Study) -> int:
    """From one step of single paths that is drawn to the next."""
    return 1 if study.params.n_steps <= MOST_STEPS else 2


def _rows(decades: np.ndarray, k: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Step and distance, where it is shown: lost paths and those at the minimum end."""
    k = np.arange(len(decades)) if k is None else k
    kept = np.abs(decades) < FAR  # NaN is not
    return {"k": k[kept].astype(np.int32), "distance": 10.0 ** decades[kept]}


def _at_most(decades: np.ndarray, low: float, high: float) -> np.ndarray:
    """Decades held at the edges of the picture: a head beyond would shrink it; lost ones stay."""
    return np.where(np.abs(decades) < FAR, np.clip(decades, low, high), decades)


@figure("Do sampled paths fall where gradient descent does?", square=True, height=420)
def PATHS(study: Study, draw: Drawing) -> str:
    p, predicted = study.params, _predicted(study)
    low, high = draw.hold("decades", *_window(study, predicted))
    frame = {"k": [0, p.n_steps], "distance": [10.0**low, 10.0**high]}
    draw.axes("step k", "error, relative to the start", log="y", frame=frame, whole=True)
    draw.hline("_start", {"distance": [1.0]}, look="muted")
    n, m = study.shown.shape
    steps = np.union1d(np.arange(0, n, _stride(study)), n - 1)
    shown = study.shown[steps].T.ravel()
    cloud = _rows(_at_most(shown, low, high), np.tile(steps, m))
    kept = np.abs(shown) < FAR
    cloud["path"] = np.repeat(np.arange(m), len(steps))[kept].astype(np.int32)
    draw.curve("paths", cloud, width=1.0, opacity=FAINT, by="path", play=True, order="k")
    draw.head("paths", xy=("k", "distance"), by="path", size=26)

    lines = {name: _rows(predicted[name]) for name in ("typical", "squares")}
    none = {"k": 0, "distance": 1.0}
    for name, row in lines.items():
        ends = {column: values[[0, -1]] for column, values in row.items()} if len(row["k"]) else row
        draw.curve(f"predicted_{name}", ends, look="theory", empty=none)
    trusted = np.arange(n) <= study.horizon
    mean = _rows(study.root_mean_square)
    shown = np.isin(mean["k"], np.flatnonzero(trusted))
    later = mean["k"] >= (study.horizon if np.isfinite(study.horizon) else n)
    line = {"look": _mean_look, "play": True, "empty": none}
    draw.curve("mean", {c: v[shown] for c, v in mean.items()}, width=2.4, **line)
    draw.curve("mean_beyond", {c: v[later] for c, v in mean.items()}, width=1.4, dash=[2, 3], **line)
    median = _rows(study.median)
    draw.curve("median", median, look="ink", width=2.4, play=True, empty=none)
    full, beyond = _rows(_at_most(study.full, low, high)), study.full[-1]
    out = " ↓" * bool(beyond < low) + " ↑" * bool(beyond > high)
    draw.run("descent", full, look=_full_look, dragged=None, empty=none)

    beyond = study.horizon < p.n_steps
    mark = [study.horizon] if beyond else []
    draw.vline(
        "horizon", {"k": mark, "at": [10.0**high] * len(mark)}, look="muted", empty={"k": 0, "at": 1.0}
    )
    said = "too few paths for the mean →" if beyond else ""
    place = {"k": float(study.horizon) if beyond else 0.0, "distance": 10.0 ** (high - 0.03 * (high - low))}
    draw.name("_horizon", place | {"text": said}, look="muted", align="left", dx=4, hides=True)

    named = (
        (f"gradient descent{out}", full, "full"),
        ("median path", median, "median"),
        ("root mean square" if study.sampled else "", mean, "mean"),
        ("e^(λk)", lines["typical"], "theory"),
        ("q^(k/2)", lines["squares"], "theory"),
    )
    across, up = (0.0, float(p.n_steps)), (low, high)
    middle = place["k"] + 0.5 * LETTER * len(said) / NARROW[0] * p.n_steps, np.log10(place["distance"])
    faint = np.column_stack([cloud["k"], np.log10(cloud["distance"])])
    _draw_names(draw, named, (across, up), covered_by(said, middle, (across, up)), faint)
    return _sentence(study)


def _mean_look(style: Style) -> str:
    return style.series[2]


def _full_look(style: Style) -> str:
    return style.series[1]


LOOKS = {
    "full": _full_look, "median": lambda style: style.ink, "mean": _mean_look,
    "theory": lambda style: style.theory,
}  # fmt: skip


@figure("The cloud at the last step", height=300)
def CLOUD(study: Study, draw: Drawing) -> str:
    p, edges = study.params, study.edges
    high = 1.12 * max(int(study.counts.max()), 1)
    ends = float(edges[0]), float(edges[-1])
    draw.axes("decades of the error", "paths", frame={"decades": ends, "low": [0.0, high]}, whole=True)
    table = {"decades": edges[:-1], "low": 0, "end": edges[1:], "count": study.counts}
    draw.mark("rect", "paths", table, x2="end", y2="count", look="measured", opacity=0.55)
    marks = {"median": study.median[-1], "root mean square": study.root_mean_square[-1]}
    kept = {name: at for name, at in marks.items() if ends[0] <= at <= ends[1]}
    places = {
        "decades": list(kept.values()),
        "y": [0.94 * high, 0.85 * high][: len(kept)],
        "text": list(kept),
    }
    draw.vline("marks", places, look="ink", empty={"decades": ends[0], "y": 0.0})
    draw.name("marks", align="left", dx=5, inside=True)
    total = int(study.counts.sum())
    draw.blank = not total
    if draw.blank:
        return f"After {p.n_steps} steps all {study.n_paths:,} paths are lost or at 0: there is none to draw."
    farther = f"; {study.beyond:,} farther away stand in the bars at the ends" if study.beyond else ""
    return (
        f"{total:,} of {study.n_paths:,} paths after {p.n_steps} steps, seed {p.seed}: those neither lost "
        f"nor at 0{farther}. The farthest hundredth of them makes up {_share(study.farthest)} of their mean "
        "square."
    )


def _draw_names(draw: Drawing, named, frame: tuple[Ends, Ends], ink: np.ndarray, faint: np.ndarray) -> None:
    """The name of each line beside it, as near its end as other ink allows; named: (text, rows, look)."""
    low, high = frame[1]
    lines = []
    for text, rows, look in named:
        line = np.column_stack([rows["k"], np.log10(rows["distance"])])
        inside = line[(line[:, 1] >= low) & (line[:, 1] <= high)]
        if text and len(inside):
            lines.append((text, inside[int(BEGIN * len(inside)) :], look))
    ink = np.concatenate([ink, *(dense(*line.T, 2000) for _, line, _ in lines)])
    beside = [(text, line[:: -max(1, len(line) // PLACES)]) for text, line, _ in lines]
    names = {column: np.array(values) for column, values in placed(beside, frame, ink, faint, NARROW).items()}
    names["y"] = 10.0 ** names["y"]
    for look, colour in LOOKS.items():
        own = np.isin(names["text"], [text for text, _, name in lines if name == look])
        table = {column: values[own] for column, values in names.items()}
        corner = {"k": 0.0, "distance": 10.0**low}
        draw_names(draw, f"_{look}_names", table, corner=corner, look=colour, hides=True)


def _sentence(study: Study) -> str:
    p = study.params
    drawn = f"{study.shown.shape[1]} drawn{', at every other step' * (_stride(study) > 1)}"
    shown = f"{study.n_paths:,} paths, seed {p.seed} ({drawn})"
    end = f"After {p.n_steps} steps {study.nearer:,} of {shown}, {_closer(study)} than they began"
    median, full = (_decade(values[-1]) for values in (study.median, study.full))
    other = " A small one may be that of another optimum." * (p.system == LAYERS)
    return (
        f"{end}. The error is the {_measured(study)}: relative to the start its median {median}, that of "
        f"gradient descent {full}.{other}"
    )


def _measured(study: Study) -> str:
    return "residual w₁w₂ − 1" if study.params.system == LAYERS else "distance from the minimum"


def _closer(study: Study) -> str:
    return "have a smaller residual w₁w₂ − 1" if study.params.system == LAYERS else "are nearer"


def _decade(decade: float) -> str:
    if decade <= -FAR:
        return "has become 0"
    return "has gone beyond all numbers" if decade >= FAR else f"is {10.0**decade:.3g}"


def _share(share: float) -> str:
    return f"{share:.1%}" if share < 0.9995 else "more than 99.9%"
