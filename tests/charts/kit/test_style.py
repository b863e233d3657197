"""Outcomes are told apart by readers who see colours differently, and never by colour alone."""

import itertools

import numpy as np
import pytest
import vl_convert

from pages.charts.kit.figure import figure
from pages.charts.kit.style import STYLES, enlarged
from stepsize_core.limits import LimitKind
from tests.charts.kit.scenegraph import marks_of

LEAST = 15.0  # CIELAB distance; about 2 is the least that is seen at all
SEEN_AS = {  # linear RGB as seen without one kind of cone (Machado, Oliveira and Fernandes 2009)
    "all cones": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]
    ],
}  # fmt: skip
KINDS = [(LimitKind.PERIODIC_ORBIT, 2), (LimitKind.PERIODIC_ORBIT, 4), (LimitKind.PERIODIC_ORBIT, 8)]
KINDS += [(kind, 0) for kind in LimitKind if kind is not LimitKind.PERIODIC_ORBIT]


def seen(colour: str, matrix) -> np.ndarray:
    """A colour "#rrggbb" in CIELAB as it is seen."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(np.array(matrix) @ linear, 0.0, 1.0) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16.0 / 116.0)
    return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("matrix", SEEN_AS.values(), ids=SEEN_AS.keys())
def test_leaving_the_domain_has_a_colour_that_is_far_from_all_others(style, matrix):
    own = seen(style.outcome(LimitKind.UNDEFINED).colour, matrix)
    others = [style.outcome(*kind).colour for kind in KINDS if kind[0] is not LimitKind.UNDEFINED]
    for colour in (*others, *style.places, style.background):
        assert np.linalg.norm(own - seen(colour, matrix)) >= LEAST, colour


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("matrix", SEEN_AS.values(), ids=SEEN_AS.keys())
def test_the_equilibria_of_one_picture_are_told_apart(style, matrix):
    colours = [style.outcome(LimitKind.EQUILIBRIUM, place=place).colour for place in range(5)]
    for first, second in itertools.combinations(colours, 2):
        assert np.linalg.norm(seen(first, matrix) - seen(second, matrix)) >= LEAST, (first, second)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_outcome_has_a_colour_and_a_symbol_of_its_own(style):
    looks = [style.outcome(*kind) for kind in KINDS]
    assert len({look.symbol for look in looks}) == len(KINDS)
    assert len({look.colour for look in looks}) == len(KINDS)


def test_a_specification_for_a_class_differs_from_the_usual_in_sizes_alone():
    def differences(usual, large, name=""):
        if isinstance(usual, dict):
            assert usual.keys() == large.keys()
            return [d for key in usual for d in differences(usual[key], large[key], key)]
        if isinstance(usual, list) and name != "strokeDash":
            assert len(usual) == len(large)
            return [d for a, b in zip(usual, large) for d in differences(a, b, name)]
        return [(name, usual, large)] if usual != large else []

    usual = {"mark": {"type": "text", "fontSize": 12, "dx": {"expr": "datum.dx"}, "opacity": 1, "size": 10}}
    usual |= {"layer": [{"mark": {"strokeWidth": 2, "strokeDash": [6, 4], "clip": True}}], "height": 300}
    assert differences(usual, enlarged(usual, 2)) == [
        ("fontSize", 12, 24),
        ("expr", "datum.dx", "2 * (datum.dx)"),
        ("size", 10, 40),
        ("strokeWidth", 2, 4),
        ("strokeDash", [6, 4], [12, 8]),
    ]


@pytest.mark.parametrize(
    ("size", "labels"),
    [(1.0, ["0.0", "0.2", "1.0"]), (1e-6, ["0", "2e-7", "1e-6"]), (2e6, ["0", "1,000,000"])],
)
def test_ticks_of_tiny_quantities_are_short(size, labels):
    @figure("Values")
    def VALUES(draw) -> str:
        draw.axes("x", "value")
        draw.points("values", {"x": size * np.arange(2.0), "value": size * np.arange(2.0)})
        return ""

    one, other = VALUES.chart(()), VALUES.chart(())
    for chart, axes in ((one, 2), (one | other, 4)):
        scene = vl_convert.vegalite_to_scenegraph(chart.to_dict())["scenegraph"]
        texts = [label["text"] for label in marks_of(scene, "axis-label")]
        assert {label: texts.count(label) for label in labels} == dict.fromkeys(labels, axes)
