"""Pictures of a function that a reader typed: those of Example 2 for a function of x, a plane for x and y."""

from collections import Counter

from pages.charts.kit.calls import Call, call
from pages.charts.kit.figure import Figure
from pages.charts.scalar import fates
from pages.charts.scalar import run as scalar_run
from pages.charts.scalar.diagram import diagram_figure, lyapunov_figure
from pages.charts.scalar.look import Look
from pages.charts.scalar.outcomes import does, verb_of
from pages.charts.scalar.run import cobweb_figure, function_figure, iterates_figure, margins_figure
from pages.charts.scalar.shares import fates_figure, shares_figure
from pages.charts.your_function.plane import PLANE, SORTING, in_valley
from pages.charts.your_function.plane_run import PLANE_ITERATES, PLANE_MARGINS, PLANE_SHARES
from stepsize_core.limits import LimitKind
from stepsize_core.paper.scalar import SHARE_STEPS
from stepsize_core.paper.your_function import LineStudy, PlaneStudy, Study
from stepsize_core.paper.your_function import line as your_line
from stepsize_core.paper.your_function import plane as your_plane

PLACES = 4  # minima with a colour of their own
MOST_NAMED = 3  # equilibria and outcomes that the headline names
FOLLOWING = "Following the attractors from one step size to the next …"


def _run_window(study: LineStudy) -> tuple[float, float]:
    """The window, and the start where that lies outside."""
    (low, high), start = study.params.window, study.params.start
    return min(low, start), max(high, start)


def _fates(study: LineStudy) -> fates.Fates:
    """Words for the minima nearest the middle of the window, ascending, and for everything else."""
    minima = [p.x for p in study.critical_points if p.curvature >= 0.0 or p.attracts]
    nearest = sorted(minima, key=lambda x: abs(x - study.params.centre))[:PLACES]
    return fates.Fates(tuple(sorted(nearest)), PLACES, elsewhere=True)


LOOK = Look(
    symbol="f",
    fates=_fates,
    curve_window=lambda study: study.params.window,
    run_window=_run_window,
    start_window=lambda study: study.params.window,
)


def headline(study: Study) -> str:
    """The page's sentence: which minima are stable, what this run did, and where others went."""
    p = study.params
    plane = isinstance(study, PlaneStudy)
    start = f"({p.start:g}, {p.start_y:g})" if plane else f"x[0] = {p.start:g}"
    followed = your_plane.SHARE_STEPS if plane else SHARE_STEPS
    return (
        f"At δ = {p.step_size:g} {_stable(study)}. The run from {start} {study.outcome}. "
        f"Of {study.basins.labels.size:,} random starts, followed for {followed:,} steps, {_ends(study)}."
    )


def _stable(study: Study) -> str:
    """Which of the equilibria in the window are stable, or at least neutral, by name where they are few."""
    points, plane = study.critical_points, isinstance(study, PlaneStudy)
    known = {word: [p for p in points if p.stability == word] for word in ("stable", "neutral")}
    said = [_listed(found, study, word) for word, found in known.items() if found]
    if plane and study.search.valley:
        edge = 2.0 / study.params.step_size
        said.append(f"of the valley of equilibria only points with λ_max ≤ 2/δ = {edge:.4g} can be stable")
    if not plane:
        beside = [p for p in points if p.stability == "unstable" and p.attracts]
        said += [f"{p.name} attracts from {p.attracts} only" for p in beside[:1]]
        said += [f"f′ = 0 on all of [{low:.4g}, {high:.4g}]" for low, high in study.search.flats[:1]]
    if said:
        return " and ".join(said)
    if not points:
        return f"no {'isolated ' * plane}equilibrium was found in the window"
    return f"{_of_all(0, study)} is stable"


def _listed(found, study: Study, word: str) -> str:
    if len(found) > MOST_NAMED:
        return f"{_of_all(len(found), study)} are {word}"
    names = " and ".join(p.name for p in found)
    if word == "neutral" and isinstance(study, PlaneStudy):
        return f"linear theory is silent at {names}"
    return f"{names} {'is' if len(found) == 1 else 'are'} {word}"


def _of_all(count: int, study: Study) -> str:
    """So many of the equilibria in the window; how many more were found than are listed."""
    total, more = len(study.critical_points), study.search.left_out
    if not more:
        return f"{count} of {total} equilibria" if count else "no equilibrium found in the window"
    return f"{count or 'none'} of the {total} equilibria listed ({more} more were found)"


def _ends(study: Study) -> str:
    """The most frequent outcomes of the random starts."""
    counts: Counter[str] = Counter()
    for share in study.basins.shares:
        counts[_verb(study, share.attractor)] += share.count
    most = counts.most_common(MOST_NAMED)
    return ", ".join(
        [does(n, verb) for verb, n in most] + ["the others otherwise"] * (len(counts) > len(most))
    )


def _verb(study: Study, attractor) -> str:
    """What the runs that end at an attractor do."""
    known, elsewhere = True, "come to rest elsewhere"
    if attractor.kind is LimitKind.EQUILIBRIUM and isinstance(study, PlaneStudy):
        known, elsewhere = _in_plane(study, attractor)
    elif attractor.kind is LimitKind.EQUILIBRIUM:
        known = LOOK.fates(study).word(attractor) != fates.ELSEWHERE
        flat = any(low <= attractor.points[0] <= high for low, high in study.search.flats)
        elsewhere = "come to rest where f′ = 0 throughout" if flat else elsewhere
    if attractor.kind is LimitKind.EQUILIBRIUM:
        return f"go to {attractor.name.removeprefix('x → ')}" if known else elsewhere
    return verb_of(attractor.kind, attractor.period)


def _in_plane(study: PlaneStudy, attractor) -> tuple[bool, str]:
    """Whether an equilibrium of the plane that starts reach is named, and what is said where it is not."""
    reached = [s.attractor for s in study.basins.shares if s.attractor.kind is LimitKind.EQUILIBRIUM]
    placed = [known for known in reached if known.name != LimitKind.EQUILIBRIUM.value]
    if attractor not in placed:
        return False, "converge to the valley" if in_valley(study) else "converge elsewhere"
    return len(placed) <= MOST_NAMED, f"go to {len(placed)} different equilibria"


def _over_step_sizes(study: Study) -> tuple[Call, Call]:
    """The diagram of this start, and the branches beside it."""
    p = study.params
    if isinstance(study, PlaneStudy):
        where, start = (p.function, p.window, p.window_y), (p.start, p.start_y)
        return (
            call(your_plane.plane_diagram, *where, start, p.coordinate),
            call(your_plane.plane_branches, *where, p.coordinate, label=FOLLOWING),
        )
    where = (p.function, *p.window)
    return (
        call(your_line.step_size_diagram, *where, p.start),
        call(your_line.branches, *where, label=FOLLOWING),
    )


def _raster(study: LineStudy) -> tuple[Call]:
    p = study.params
    return (call(your_line.start_step_size_raster, p.function, *p.window, label=SORTING),)


FUNCTION = function_figure(LOOK, "function", "The function and its equilibria")
COBWEB = cobweb_figure(LOOK)
MARGINS = margins_figure(LOOK)
ITERATES = iterates_figure(LOOK)
FATES = fates_figure(LOOK, _raster)
SHARES = shares_figure(LOOK)
LINE_DIAGRAM = diagram_figure(_over_step_sizes)
PLANE_DIAGRAM = diagram_figure(_over_step_sizes, "coordinate")
LYAPUNOV = lyapunov_figure(_over_step_sizes)


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study: of a function of x, or of x and y."""
    if isinstance(study, PlaneStudy):
        return PLANE, PLANE_DIAGRAM, LYAPUNOV, PLANE_SHARES, PLANE_MARGINS, PLANE_ITERATES
    return FUNCTION, COBWEB, LINE_DIAGRAM, LYAPUNOV, FATES, SHARES, MARGINS, ITERATES
