"""Pictures over β: where random starts end, and the largest step that sampled gradients bear."""

import altair as alt
import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import by
from pages.charts.kit.raster import draw_key
from pages.charts.kit.style import Style
from pages.charts.scalar.names import dense, draw_names, placed
from stepsize_core.limits import LimitKind
from stepsize_core.paper import momentum as phenomenon
from stepsize_core.paper.momentum import NOISES, OUTCOMES, Shares, Study, best_momentum, mean_square_threshold

LARGEST_BETA = 0.95
PICKED = np.round(np.linspace(0.0, LARGEST_BETA, 39), 3)  # β that a click chooses
OPACITY = 0.85
LETTERS, LINE = 0.0165, 0.065  # of β that a letter takes, and of the starts that a name does


def _colours(style: Style) -> dict[str, str]:
    looks = (
        style.outcome(LimitKind.EQUILIBRIUM), style.outcome(LimitKind.EQUILIBRIUM, place=1),
        style.outcome(LimitKind.PERIODIC_ORBIT, 2), style.outcome(LimitKind.APERIODIC),
        style.outcome(LimitKind.DIVERGENT), style.outcome(LimitKind.EQUILIBRIUM),
        style.outcome(LimitKind.UNDECIDED),
    )  # fmt: skip
    return dict(zip(OUTCOMES, (look.colour for look in looks)))


def _by_outcome(style: Style):
    return by(alt.Fill, "outcome", _colours(style))


def _shares(study: Study):
    p = study.params
    return (
        call(
            phenomenon.shares_over_momentum,
            p.case,
            p.method,
            study.delta,
            p.seed,
            label="Following starts …",
        ),
    )


def _columns(momenta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    edges = np.concatenate([[momenta[0]], (momenta[1:] + momenta[:-1]) / 2.0, [momenta[-1]]])
    return edges[:-1], edges[1:]


def _draw_chosen(draw: Drawing, beta: float) -> None:
    """A rule at the chosen β, with its name beside it at the top."""
    draw.vline("_chosen", {"beta": beta}, look="chosen")
    name = {"beta": beta, "share": 1.0, "text": f"β = {beta:g}"}
    draw.name("_chosen_name", name, look="chosen", dx=alt.ExprRef("datum.beta > 0.8 ? -32 : 32"), dy=10)


@figure("Where random starts end at this δ, over β", height=320, also=_shares, picks=("beta",))
def SHARES(study: Study, found: Shares, draw: Drawing) -> str:
    left, right = _columns(found.momenta)
    frame = {"beta": [0.0, LARGEST_BETA], "share": [0.0, 1.0]}
    draw.axes("momentum β", "share of the starts", y={"format": "%", "tickCount": 4}, frame=frame, whole=True)
    shares, n = found.counts / found.total, len(OUTCOMES)
    tops = np.cumsum(shares, axis=1)
    rows = {
        "beta": np.repeat(found.momenta, n), "bottom": (tops - shares).ravel(), "top": tops.ravel(),
        "left": np.repeat(left, n), "right": np.repeat(right, n),
        "share": shares.ravel(), "count": found.counts.ravel(), "outcome": np.tile(OUTCOMES, len(left)),
    }  # fmt: skip
    filled = rows["count"] > 0
    rows = {name: np.asarray(column)[filled] for name, column in rows.items()}
    draw.mark("rect", "shares", rows, xy=("left", "bottom"), x2="right", y2="top",
              channels=_by_outcome, opacity=OPACITY, tooltip=None)  # fmt: skip
    names = _names(found.momenta, shares, tops)
    draw.name("_names", names, look="ink")
    ends = np.repeat(np.arange(n), found.counts.sum(axis=0))
    draw_key(draw, ends, OUTCOMES, names, lambda style: [*_colours(style).values()], opacity=OPACITY)
    _draw_chosen(draw, study.params.beta)
    draw.click({"x": left, "x2": right, "beta": found.momenta}, "β")
    i = int(np.argmin(np.abs(found.momenta - study.params.beta)))
    words = ", ".join(f"{100.0 * share:.3g}% {word}" for share, word in zip(shares[i], OUTCOMES) if share)
    low, high = study.params.case.starts(study.delta)
    return (
        f"{found.total} starts in [{low:.4g}, {high:.4g}], seed {study.params.seed}, at the same "
        f"δ = {study.delta:.4g} for every β. At β = {found.momenta[i]:g}: {words}."
    )


def _names(momenta: np.ndarray, shares: np.ndarray, tops: np.ndarray) -> dict:
    """The name of each outcome in the widest part of its area that has room for it beside the others."""
    rows: list[tuple[float, float, str]] = []

    def free(at: float, up: float, letters: int) -> bool:
        return not any(
            abs(at - across) < LETTERS * (letters + len(other)) / 2.0 and abs(up - height) < LINE
            for across, height, other in rows
        )

    for j, word in sorted(enumerate(OUTCOMES), key=lambda outcome: -len(outcome[1])):  # the long fit least
        half = LETTERS * len(word) / 2.0
        across, up = np.clip(momenta, half, LARGEST_BETA - half), tops[:, j] - shares[:, j] / 2.0
        widest = 1 + np.argsort(-shares[1:-1, j], kind="stable")
        wide = (i for i in widest if shares[i, j] >= LINE and free(across[i], up[i], len(word)))
        if (i := next(wide, None)) is not None:
            rows.append((float(across[i]), float(up[i]), word))
    columns = [*zip(*rows)] or [(0.0,), (0.0,), ("",)]
    return {"beta": list(columns[0]), "share": list(columns[1]), "text": list(columns[2])}


def _thresholds(study: Study):
    return (call(phenomenon.thresholds_over_momentum, study.params.noise),)


@figure("The largest step with sampled gradients, over β", height=320, also=_thresholds, picks=("beta",))
def SAMPLES(study: Study, found: tuple, draw: Drawing) -> str:
    momenta, rows = found
    beta, noise = study.params.beta, study.params.noise
    frame = {"beta": [0.0, 1.0], "step": [0.0, 4.2]}
    draw.axes("momentum β", "largest δā, mean square", frame=frame, whole=True)
    n = len(momenta)
    lines = {
        "beta": np.tile(momenta, len(NOISES)), "step": rows[:-1].ravel(), "noise": np.repeat(NOISES, n),
    }  # fmt: skip
    draw.curve("thresholds", lines, look="theory", by="noise", width=1.5)
    draw.curve("chosen_noise", {"beta": momenta, "step": rows[-1]}, look="chosen", width=2.4)
    noises = np.array([*NOISES, noise])
    best = np.array([min(best_momentum(each), float(momenta[-1])) for each in noises])
    height = [float(mean_square_threshold(b, each)) for b, each in zip(best, noises)]
    draw.points("best", {"beta": best, "step": height, "noise": noises}, look="theory", size=60)
    here = float(mean_square_threshold(beta, noise))
    draw.points("_here", {"beta": beta, "step": here}, look="chosen", size=150, filled=False)
    named = [(each, row) for each, row in zip(NOISES, rows) if each != noise]
    names = [(f"{each:g}", np.column_stack([momenta, row])[8::12]) for each, row in named]
    names.append((f"chosen: {noise:g}", np.column_stack([momenta, rows[-1]])[20::8]))
    ink = np.concatenate([dense(momenta, row, 2000) for row in rows])
    table = placed(names, ((0.0, 1.0), (0.0, 4.2)), ink, sides=(420.0, 260.0))
    draw_names(draw, "_labels", table, corner={"beta": 0.0, "step": 0.0})
    left, right = _columns(PICKED)
    draw.click({"x": left, "x2": right, "beta": PICKED}, "β")
    return (
        f"Heavy ball at a common minimum of the samples, a curve for each √p·s/ā. For {noise:g} the largest "
        f"step is δā = {height[-1]:.4g}, at β = {best[-1]:.3g} (discs: the best β); at β = {beta:g} it is "
        f"{here:.4g}."
    )
