"""The catalogue lists the whole paper, once, and only phenomena that can be studied."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from stepsize_core.paper import periodic_orbits
from stepsize_core.paper.catalogue import CATALOGUE, home_of, stops

NUMBERED = {"Example": 3, "Theorem": 4, "Corollary": 2, "Remark": 4, "Figure": 2}


def test_every_numbered_statement_of_the_paper_is_listed_once():
    expected = {f"{kind} {i + 1}" for kind, n in NUMBERED.items() for i in range(n)}
    places = [statement.place for _, statement in stops()]
    assert len(places) == len(expected)
    assert set(places) == expected


def test_only_your_own_function_has_no_statement_of_the_paper():
    assert [phenomenon.stem for phenomenon in CATALOGUE if not phenomenon.statements] == ["your_function"]


def test_stems_keys_and_titles_tell_phenomena_apart():
    for name in ("stem", "key", "title"):
        assert len({getattr(phenomenon, name) for phenomenon in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_a_phenomenon_has_presets_of_its_own_parameters(phenomenon):
    assert phenomenon.PRESETS
    assert all(type(preset.params) is phenomenon.Params for preset in phenomenon.PRESETS.values())


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_its_package_offers_what_it_is_described_by(phenomenon):
    package = phenomenon.package
    assert package.PHENOMENON is phenomenon
    assert (package.Params, package.PRESETS, package.study) == (
        phenomenon.Params, phenomenon.PRESETS, phenomenon.study,
    )  # fmt: skip
    assert home_of(phenomenon.study) == (f"stepsize_core.paper.{phenomenon.stem}", "study")


def arrays(value):
    """Every array in a result, however deep."""
    if isinstance(value, np.ndarray):
        yield value
    elif is_dataclass(value):
        for part in fields(value):
            yield from arrays(getattr(value, part.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from arrays(part)


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_a_study_can_be_remembered_by_and_none_of_its_arrays_can_be_changed(phenomenon):
    study = phenomenon.study(phenomenon.Params())
    assert study == study
    assert {study: 1}[study] == 1
    assert study != phenomenon.study(phenomenon.Params())
    assert len(repr(study)) < 2000
    own = [getattr(study, part.name) for part in fields(study) if part.name != "objective"]
    found = list(arrays(tuple(own)))
    assert found
    assert not any(array.flags.writeable for array in found)


def test_phenomena_are_equal_to_themselves_alone():
    assert periodic_orbits.PHENOMENON == periodic_orbits.PHENOMENON
    assert len(set(CATALOGUE)) == len(CATALOGUE)


def test_what_no_package_offers_has_no_home():
    with pytest.raises(LookupError, match="no package"):
        home_of(test_what_no_package_offers_has_no_home)
