"""What is stable over step sizes and batch sizes, and the exponents behind it."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import (
    draw_chosen,
    draw_chosen_below,
    draw_thresholds,
    name_thresholds,
    threshold_names,
)
from pages.charts.kit.raster import region_picture, shades
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper.sampled_gradients import QUADRATIC, REGIONS, PhaseDiagram, Study

FINE = 12  # rows of the picture for a batch size
HEADROOM = 1.1  # rows above the largest batch size, for a name
APART = 0.09  # of the height: what two names, one above the other, stand apart
EXPONENTS_END = -2.5, 1.5
NAME_ROW = 0.16  # of the window of exponents, which is low
LEFT, RIGHT = 0.22, 0.78  # shares of the width: names stand left of a line from one, right of it to the other
NAMES = {"mean_square": "mean square", "full_batch": "full batch", "almost_sure": "almost surely"}
SAME = 1e-3  # relative: thresholds so close have one name


def _paint(style: Style) -> tuple[str, ...]:
    kinds = (LimitKind.EQUILIBRIUM, 0.36), (LimitKind.EQUILIBRIUM, 0.16), (LimitKind.PERIODIC_ORBIT, 0.3)
    tints = [
        shades(style.background, style.outcome(kind, 2).colour, 101)[int(100 * share)]
        for kind, share in kinds
    ]
    return (*tints, style.background)


@figure("Step size and batch size: what is stable", height=262)
def PHASES(study: Study, draw: Drawing) -> str:
    diagram = study.diagram
    delta, b, n = study.params.step_size, study.batch_size, int(diagram.batch_sizes[-1])
    ends, rows = (0.0, diagram.largest), (0.5, n + 0.5)
    top = rows[1] + HEADROOM * max(n / 10.0, 0.12)
    frame = {"step_size": ends, "batch": [rows[0], top]}
    draw.axes("step size δ", "batch size B", y={"tickMinStep": 1, "minExtent": 30}, frame=frame, whole=True)
    indices = np.repeat(diagram.regions, FINE, axis=0)
    picture, names = region_picture(indices, REGIONS, _paint, ends, rows)
    draw.picture("_picture", picture)
    draw.painted("regions", _table(diagram))
    lines = {
        "mean_square": {"look": "theory"},
        "full_batch": {"look": "ink", "strokeWidth": 1.6},
        "almost_sure": {"look": "theory", "strokeWidth": 2.2, "strokeDash": [1, 0]},
    }
    for name, look in lines.items():
        places = np.broadcast_to(getattr(diagram, name), len(diagram.batch_sizes))
        seen = places <= diagram.largest
        table = {
            "step_size": places[seen],
            "batch": diagram.batch_sizes[seen] - 0.5,
            "batch_end": diagram.batch_sizes[seen] + 0.5,
        }
        own = {"strokeDash": [6, 4]} if name == "mean_square" else {}
        none = {"step_size": 0.0, "batch": 0.5, "batch_end": 0.5}
        draw.mark("rule", name, table, y2="batch_end", empty=none, **look, **own)
    draw.name("_regions", names, look="ink", inside=True, empty={"x": 0.0, "y": 1.0}, hides=True)
    _name_lines(draw, diagram, rows, top, names["y"])
    draw_chosen_below(draw, delta, ends)
    at = {"step_size": min(delta, ends[1]), "batch": b}
    draw.points("chosen", at, look="chosen", size=90, hides=False)
    draw.grip(x="step_size", snaps=_snaps(study))
    outside = " (outside, at the edge)" if delta > ends[1] else ""
    return (
        f"At δ = {delta:g}{outside} and B = {b}: {_region(study)}. Dashed: mean square, "
        f"{_at(study, 'mean_square')}; thin: full batch, {_at(study, 'full_batch')}; thick: almost surely, "
        f"{_at(study, 'almost_sure')}."
    )


def _at(study: Study, name: str) -> str:
    return f"δ = {getattr(study.thresholds, name):.4g}"


def _snaps(study: Study) -> list[float]:
    return [study.thresholds.mean_square, study.thresholds.full_batch, study.thresholds.almost_sure]


def _region(study: Study) -> str:
    """The region in which the chosen δ and B lie, in words."""
    delta, thresholds = study.params.step_size, study.thresholds
    bound = thresholds.full_batch
    full = "converges" if delta < bound else "leaves" if delta > bound else "is at its bound"
    if delta < thresholds.mean_square:
        return f"almost every path falls, and the mean square too; the full batch {full}"
    if study.exponent < 0.0:
        return f"almost every path falls, and the mean square grows; the full batch {full}"
    return f"almost every path leaves; the full batch {full}"


def _name_lines(
    draw: Drawing, diagram: PhaseDiagram, rows: tuple[float, float], top: float, taken: np.ndarray
) -> None:
    """Names of the lines: two beside their lower part, that of the full batch above; taken: heights of the
    names of regions, from which that of the last line keeps away."""
    n, room = len(diagram.batch_sizes), APART * (top - rows[0])
    usual = (n - 1) // 3
    clear = (row for row in (usual, *range(n)) if (np.abs(taken - diagram.batch_sizes[row]) > room).all())
    top_name = {"step_size": [diagram.full_batch], "batch": [(rows[1] + top) / 2.0]}
    draw.name("_full_name", top_name | {"text": [NAMES["full_batch"]]}, look="ink")
    for name, row, align, dx in (
        ("mean_square", 0, "right", -5),
        ("almost_sure", next(clear, usual), "left", 6),
    ):
        at = float(getattr(diagram, name)[row])
        fits = at >= LEFT * diagram.largest if align == "right" else at <= RIGHT * diagram.largest
        table = {
            "step_size": min(at, diagram.largest),
            "batch": diagram.batch_sizes[row],
            "text": NAMES[name] if fits and n > 1 else "",
        }
        draw.name(f"_{name}_name", table, look="theory", align=align, dx=dx)


def _table(diagram: PhaseDiagram) -> dict:
    """The numbers behind the picture."""
    m, n = len(diagram.step_sizes), len(diagram.batch_sizes)
    return {
        "step_size": np.tile(diagram.step_sizes, n),
        "batch": np.repeat(diagram.batch_sizes, m),
        "region": [REGIONS[i] for i in diagram.regions.ravel()],
    }


@figure("Growth of the typical path, and of the mean square", height=190)
def EXPONENTS(study: Study, draw: Drawing) -> str:
    curves = study.curves
    delta, largest = study.params.step_size, float(curves.step_sizes[-1])
    thresholds = study.thresholds
    known: dict[float, str] = {}
    for name, words in NAMES.items():
        at = getattr(thresholds, name)
        same = next((other for other in known if abs(other - at) <= SAME * at), at)
        known[same] = f"{known[same]}, {words}" if same in known else words
    names, top = threshold_names(list(known.items()), largest, EXPONENTS_END, NAME_ROW)
    frame = {"step_size": [0.0, largest], "x": [EXPONENTS_END[0], top]}
    draw.axes("step size δ", "growth a step (log)", frame=frame, whole=True)
    draw.hline("_zero", {"x": 0.0}, look="muted")
    draw_thresholds(draw, list(known.items()), largest)
    for name, values, dash in (("half_log_q", curves.mean_square, None), ("exponent", curves.exponents, ())):
        seen = np.isfinite(values)
        shown = {"step_size": curves.step_sizes[seen], "x": values[seen]}
        draw.curve(name, shown, look="theory", dash=dash, width=2.2 if dash == () else 1.6,
                   empty={"step_size": 0.0, "x": 0.0})  # fmt: skip
    draw_chosen(draw, delta, (0.0, largest))
    name_thresholds(draw, names)
    measured = [claim.measured for claim in study.claims if claim.statement.startswith("log|x[k]| grows")]
    inside = [m for m in measured if EXPONENTS_END[0] <= m <= EXPONENTS_END[1] and delta <= largest]
    table = {"step_size": [delta] * len(inside), "x": inside}
    draw.points("measured", table, size=80, empty={"step_size": 0.0, "x": 0.0})
    draw.grip(x="step_size", snaps=_snaps(study))
    values = f"λ = {study.exponent:.4g}" if np.isfinite(study.exponent) else "λ = −∞"
    if np.isfinite(study.factor):
        half = np.log(study.factor) / 2.0 if study.factor > 0.0 else -np.inf
        values += f" and ½ log q = {half:.4g}" if np.isfinite(half) else ""
    disc = "The disc is measured." if inside else ""
    if 0.0 < study.leaving < np.inf:
        leave = "paths from ε pass 1" if study.params.system == QUADRATIC else "near starts leave"
        values += f"; {leave} with a probability like ε^κ, κ = {study.leaving:.4g}"
    dashed = "" if np.isnan(study.factor) else "; dashed: ½ log q, which is never below it"
    return f"Solid: λ = E log|1 − δa_B|{dashed}. At δ = {delta:g}: {values}. {disc}"
