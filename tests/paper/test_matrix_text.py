"""Matrices as text: nothing typed is refused, and what is wrong is named."""

import numpy as np
import pytest

from stepsize_core.paper.identity_initialization import read_matrix
from stepsize_core.paper.matrix_text import complaint, read_rows, resized, symmetrized, write_rows
from stepsize_core.paper.parameters import SymmetricMatrix

CONTROL = SymmetricMatrix("R", 2, 8, 100.0)


def complaint_of(text):
    return complaint(text, 2, 8, 100.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1", "it has 1 row;"),
        ("1, 2; 2", "row 2 has 1 entry"),
        ("1, x; 2, 1", "entry (1, 2) is not a finite number"),
        ("1, nan; nan, 1", "entry (1, 2) is not a finite number"),
        ("1, 2; 2, inf", "entry (2, 2) is not a finite number"),
        ("1, 2; 3, 1", "entry (1, 2) is 2 and entry (2, 1) 3"),
        ("1, 2; 2, 101", "entry (2, 2) = 101 is outside"),
        ("", "it is empty"),
        ("; ".join(["0, 0, 0, 0, 0, 0, 0, 0, 0"] * 9), "it has 9 rows"),
        ("2, 0.5; 0.5, -1", ""),
    ],
)
def test_what_is_wrong_with_a_matrix_is_named_at_its_place(text, words):
    assert words in complaint_of(text)
    assert bool(complaint_of(text)) == CONTROL.problem(text)


def test_whatever_was_typed_survives_being_written_and_read():
    rows = [[0.1, None], [float("inf"), -3e-7]]
    assert read_rows(write_rows(rows)) == rows


def test_the_offer_is_the_closest_symmetric_matrix(rng):
    matrix = rng.standard_normal((4, 4)).round(3)
    offer = np.array(read_rows(symmetrized(write_rows(matrix.tolist()))))
    np.testing.assert_allclose(offer, (matrix + matrix.T) / 2.0, atol=1e-12)
    assert complaint_of(write_rows(offer.tolist())) == ""


def test_a_missing_entry_is_taken_from_its_mirror_image():
    assert symmetrized("1, 2; , 3") == "1, 2; 2, 3"
    assert symmetrized("1, ; , 3") is None
    assert symmetrized("1, 2; 2, nan") is None
    assert symmetrized("1, 2; 2, 3") is None
    assert symmetrized("1, 2; 2") is None
    assert symmetrized("1e308, 0; 0, 1e308") is None


def test_another_size_keeps_the_entries_that_have_a_place():
    assert resized([[1.0, 2.0], [2.0, None]], 3) == [[1.0, 2.0, 0.0], [2.0, None, 0.0], [0.0, 0.0, 0.0]]
    assert resized([[1.0, 2.0, 3.0], [4.0], [7.0]], 2) == [[1.0, 2.0], [4.0, 0.0]]


def test_what_was_pasted_becomes_a_matrix_or_says_what_is_wrong_and_what_is_accepted():
    np.testing.assert_array_equal(read_matrix(" 1, 0.5; 0.5, -2"), [[1.0, 0.5], [0.5, -2.0]])
    with pytest.raises(ValueError, match=r"a symmetric matrix, 2 × 2 to 8 × 8.*entry \(1, 2\) is 2 and"):
        read_matrix("1, 2; 3, 1")
