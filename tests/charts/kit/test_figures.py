"""Every figure that any page shows: it compiles, in both palettes, and its words follow its data."""

from __future__ import annotations

import json

import pytest
import vl_convert

from pages.charts.__main__ import pages
from pages.charts.__main__ import shown as figures_at
from pages.charts.files.export import vega_lite
from pages.charts.kit.figure import leaves
from pages.charts.kit.layers import PICK
from pages.charts.kit.style import DARK, LIGHT

RENDERED_LEAST = 1000  # characters of an SVG that shows more than an empty frame
PAINTED_LEAST = 40  # rows of a table whose numbers are worth an image


@pytest.fixture(scope="module", params=pages())
def shown(request):
    """All figures of a page with what they show, at its default and at its last preset."""
    presets = list(pages()[request.param]) or [None]
    cases = (presets[0], presets[-1]) if len(presets) > 1 else presets
    return [dict(figures_at(request.param, preset)) for preset in cases]


def test_every_figure_compiles(shown):
    for source in shown:
        for figure, study in source.items():
            svg = vl_convert.vegalite_to_svg(vega_lite(figure, study, ()))
            assert len(svg) > RENDERED_LEAST, figure.name


def test_the_dark_figure_is_the_light_one_in_the_colours_of_its_style(shown):
    pairs = set(zip(leaves(LIGHT), leaves(DARK)))
    for figure, study in shown[0].items():
        assert set(_unequal(figure.spec(LIGHT, study), figure.spec(DARK, study))) <= pairs, figure.name


def test_every_figure_names_exactly_the_tables_it_is_given(shown):
    for figure, study in shown[0].items():
        assert _named_tables(figure.spec(LIGHT, study)) == set(figure.data(study)), figure.name


def test_the_ink_of_a_figure_does_not_depend_on_the_study(shown):
    first, last = shown[0], shown[-1]
    for figure in first.keys() & last.keys():
        assert figure.ink(first[figure]) == figure.ink(last[figure]), figure.name


def test_every_column_of_a_table_has_one_length(shown):
    for source in shown:
        for figure, study in source.items():
            for name, table in figure.data(study).items():
                assert len({len(column) for column in table.values()}) == 1, (figure.name, name)


def test_every_description_is_a_sentence(shown):
    for source in shown:
        for figure, study in source.items():
            text = figure.describe(study)
            assert text.endswith((".", "!", "?")), figure.name
            assert len(text.split()) >= 5, figure.name
            assert "nan" not in text.lower().split(), text


def test_a_description_changes_with_the_data(shown):
    first, last = shown[0], shown[-1]
    for figure in first.keys() & last.keys():
        if json.dumps(figure.rows(first[figure])) != json.dumps(figure.rows(last[figure])):
            assert figure.describe(first[figure]) != figure.describe(last[figure]), figure.name


def test_a_clickable_figure_has_a_target_for_every_field_it_sets(shown):
    for figure, study in shown[0].items():
        if figure.picks:
            assert f'"name": "{PICK}"' in json.dumps(figure.spec(LIGHT, study)), figure.name
            assert any(set(figure.picks) <= set(table) for table in figure.data(study).values()), figure.name


def test_what_a_figure_paints_as_an_image_stands_in_its_tables(shown):
    for figure, study in shown[0].items():
        spec = json.dumps(figure.spec(LIGHT, study))
        columns = [column for table in figure.painted(study).values() for column in table.values()]
        assert bool(columns) == ('"type": "image"' in spec), figure.name
        if columns:
            assert min(map(len, columns)) >= PAINTED_LEAST, figure.name


def _unequal(one, other) -> list[tuple[str, str]]:
    """The leaves in which two specifications differ; a picture's column is named after its style."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        return [pair for key in one for pair in _unequal(one[key], other[key])]
    if isinstance(one, list):
        assert len(one) == len(other)
        return [pair for first, second in zip(one, other) for pair in _unequal(first, second)]
    if str(one).replace(f"url_{LIGHT.name}", f"url_{DARK.name}") == str(other):
        return []
    return [(one, other)]


def _named_tables(spec) -> set[str]:
    """The names of all data that a specification refers to."""
    if isinstance(spec, list):
        return set().union(*map(_named_tables, spec))
    if not isinstance(spec, dict):
        return set()
    names = {spec["data"]["name"]} if "name" in (spec.get("data") or {}) else set()
    return names.union(*map(_named_tables, spec.values()))
