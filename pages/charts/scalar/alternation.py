"""A run whose odd and even steps are two lines, as those of a 2-cycle are."""

import numpy as np

from pages.charts.kit.drawing import Drawing

ROOM = 0.1  # share of the height from the states that a name stands beyond to its middle
ALIKE = 0.03  # share of the height: lines that end so close share a name
NAMED = 0.24, 0.5  # shares of the width between which the names of the two lines stand
DOTTED = 60  # steps: of a longer run only so many begin with dots


def draw_alternation(
    draw: Drawing, k: np.ndarray, x: np.ndarray, ends: tuple[float, float]
) -> list[tuple[str, float, float]]:
    """The run as the table "iterates", its odd and its even steps joined and named.

    k, x (n,): the steps shown and their states; ends: of the axis up. Returns each name with the
    place where it ends.
    """
    none, course = {"k": 0, "x": ends[0]}, {"play": True, "drag": True}
    draw.run("iterates", {"k": k, "x": x}, memory=0.2, empty=none)
    names = {"odd": _name(k, x, 1, ends), "even": _name(k, x, 0, ends)}
    for parity, rest in (("even", 0), ("odd", 1)):
        dots = k[(k % 2 == rest) & (k < DOTTED)]
        own = {"look": _ink(parity), "only": f"datum.k % 2 === {rest}"}
        draw.mark("line", "iterates", encode={"order": "k:Q"}, strokeWidth=2.0, clip=True, **own, **course)
        draw.points(f"_{parity}", {"k": dots, "x": x[np.isin(k, dots)]}, look=_ink(parity), size=18,
                    empty=none, **course)  # fmt: skip
        draw.name(
            f"_{parity}_name",
            names[parity],
            look=_ink(parity),
            align="right",
            inside=True,
            empty=none,
            drag=True,
        )
    return [place for name in names.values() for place in zip(name["text"], name["k"], name["x"])]


def _ink(parity: str):
    return lambda style: getattr(style, parity)


def _name(k: np.ndarray, x: np.ndarray, rest: int, ends: tuple[float, float]) -> dict:
    """The name of the odd (rest 1) or even steps, beyond all states there, on the side where theirs end."""
    own, other = x[k % 2 == rest], x[k % 2 != rest]
    near = ALIKE * (ends[1] - ends[0])
    alike = len(own) and len(other) and abs(own[-1] - other[-1]) < near
    if len(k) < 2 or not len(own) or (alike and not rest):
        return {"k": [], "x": [], "text": []}
    above = alike or (own[-1] > other[-1] if len(other) else rest)
    room, (begin, end) = ROOM * (ends[1] - ends[0]), k[0] + np.array(NAMED) * (k[-1] - k[0])
    there = x[(k >= begin - 1) & (k <= end + 1)]
    there = there if len(there) else own[-1:]
    beyond = there.max() + room if above else there.min() - room
    beyond = np.clip(beyond, ends[0] + room / 2.0, ends[1] - room / 2.0)
    words = "odd and even steps" if alike else f"{'odd' if rest else 'even'} steps"
    return {"k": [end], "x": [beyond], "text": [words]}
