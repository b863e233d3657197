"""Matrices as programs write them, and what of them cannot be read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stepsize_core.paper.identity_initialization import read_matrix
from stepsize_core.paper.matrix_text import complaint, read, read_rows

R = np.array([[1.0, 0.25, -2.0], [0.25, -1.5, 0.125], [-2.0, 0.125, 3.0]])
COMMA = "1,0\t0,25\t-2\n0,25\t-1,5\t0,125\n-2\t0,125\t3"

LAYOUTS = {
    "NumPy print": str(R),
    "NumPy repr": repr(R),
    "NumPy scalars": repr([list(row) for row in R]),
    "Python lists": repr(R.tolist()),
    "a Python list over lines": "[\n  [1, 0.25, -2],\n  [0.25, -1.5, 0.125],\n  [-2, 0.125, 3],\n]",
    "PyTorch": "tensor([[ 1.0000,  0.2500, -2.0000],\n        [ 0.2500, -1.5000,  0.1250],\n"
    "        [-2.0000,  0.1250,  3.0000]], dtype=torch.float64)",
    "SymPy": "Matrix([[1, 1/4, -2], [1/4, -3/2, 1/8], [-2, 1/8, 3]])",
    "MATLAB": "R = [1 0.25 -2; 0.25 -1.5 0.125; -2 0.125 3];",
    "MATLAB over lines": "R = [1, 0.25, -2\n     0.25, -1.5, 0.125\n     -2, 0.125, 3]",
    "MATLAB print": "R =\n\n    1.0000    0.2500   -2.0000\n    0.2500   -1.5000    0.1250\n"
    "   -2.0000    0.1250    3.0000\n",
    "Mathematica": "{{1, 1/4, -2}, {1/4, -3/2, 1/8}, {-2, 1/8, 3}}",
    "R print": "      [,1]   [,2]   [,3]\n[1,]  1.00  0.250 -2.000\n[2,]  0.25 -1.500  0.125\n"
    "[3,] -2.00  0.125  3.000",
    "a spreadsheet": "1\t0.25\t-2\r\n0.25\t-1.5\t0.125\r\n-2\t0.125\t3\r\n",
    "a spreadsheet, decimal commas": COMMA,
    "CSV": "1,0.25,-2\n0.25,-1.5,0.125\n-2,0.125,3\n",
    "CSV with names": pd.DataFrame(R, list("abc"), list("abc")).to_csv(),
    "CSV, decimal commas": "1,0;0,25;-2\n0,25;-1,5;0,125\n-2;0,125;3\n",
    "blanks, decimal commas": "1 0,25 -2\n0,25 -1,5 0,125\n-2 0,125 3",
    "Markdown": "| a | b | c |\n|---|:-:|--:|\n"
    "| 1 | 0.25 | -2 |\n| 0.25 | -1.5 | 0.125 |\n| -2 | 0.125 | 3 |",
    "Markdown, the first row as names": "1 | 0.25 | -2\n--|--|--\n0.25 | -1.5 | 0.125\n-2 | 0.125 | 3",
    "Markdown with numbers as names": "|    |     0 |     1 |     2 |\n|---:|------:|------:|------:|\n"
    "|  0 |  1    |  0.25 | -2    |\n|  1 |  0.25 | -1.5  | 0.125 |\n|  2 | -2    |  0.125 | 3    |",
    "LaTeX": r"\begin{pmatrix} 1 & \frac{1}{4} & -2 \\ 0.25 & -1.5 & 0.125 \\ -2 & 0.125 & 3 \end{pmatrix}",
    "LaTeX array": "$$R = \\left[\\begin{array}{rrr}\n1 & 0.25 & -2 \\\\[2pt]\n"
    "0.25 & -\\frac{3}{2} & 0.125 \\\\\n"
    "-2 & 0.125 & 3 \\\\\n\\end{array}\\right]$$",
    "LaTeX, decimal commas": r"\begin{bmatrix}1&0{,}25&-2\\0{,}25&-1{,}5&0{,}125\\-2&0{,}125&3\end{bmatrix}",
    "LaTeX in a sentence": r"\[ \mathbf{R} = \begin{bmatrix} \phantom{-}1 & \frac14 & -2 \\ "
    r"\tfrac 1 4 & -\frac32 & \frac{1}8 \\ -2 & \frac18 & \phantom{-}3 \end{bmatrix}, \]",
    "Mathematica, InputForm": "{{1., 2.5*^-1, -2.}, {0.25`, -1.5, 0.125`5.},\n"
    "{-2., 1.25*^-1, 3.}} // MatrixForm",
    "SymPy, pretty": "⎡ 1   1/4   -2 ⎤\n⎢              ⎥\n⎢1/4  -3/2  1/8⎥\n⎣-2   1/8    3 ⎦",
    "bars for brackets": "|  1   0.25  -2    |\n| 0.25 -1.5   0.125|\n| -2   0.125  3    |",
    "Fortran": "1.0D0 0.25D0 -2.0D0\n0.25D0 -1.5D0 0.125D0\n-2.0D0 0.125D0 3.0D0",
    "a file of an old Macintosh, with a mark": "\ufeff1 0.25 -2\r0.25 -1.5 0.125\r-2 0.125 3",
    "typeset numbers": "1, 0.25, −2; 0.25, −1.5, 0.125; −2, 0.125, 3",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_programs_write_is_read_as_it_was_meant(layout):
    np.testing.assert_array_equal(read_matrix(LAYOUTS[layout]), R)
    assert read(LAYOUTS[layout]).decimal_comma == ("decimal commas" in layout)


def test_commas_separate_wherever_that_gives_a_square_matrix():
    assert read_rows("1,5\n5,1") == [[1.0, 5.0], [5.0, 1.0]]
    assert read_rows("1,5 2,5\n2,5 3") == [[1.5, 2.5], [2.5, 3.0]]


def latex(matrix: np.ndarray) -> str:
    rows = r" \\ ".join(" & ".join(map(repr, row)) for row in matrix.tolist())
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


WRITERS = {
    "print": lambda m: np.array2string(m, floatmode="unique", threshold=100, max_line_width=60),
    "repr": lambda m: np.array_repr(m),
    "lists": lambda m: repr(m.tolist()),
    "tabs": lambda m: pd.DataFrame(m).to_csv(sep="\t", index=False, header=False),
    "commas": lambda m: pd.DataFrame(m).to_csv(index=False, header=False),
    "decimal commas": lambda m: pd.DataFrame(m).to_csv(sep=";", decimal=",", index=False, header=False),
    "names": lambda m: pd.DataFrame(m, columns=[f"x{i}" for i in range(len(m))]).to_csv(index=False),
    "latex": latex,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_random_matrices_are_read_back_exactly(writer, rng):
    for _ in range(25):
        n = int(rng.integers(2, 9))
        half = rng.standard_normal((n, n)).round(int(rng.integers(1, 7)))
        matrix = np.tril(half) + np.tril(half, -1).T
        np.testing.assert_array_equal(np.array(read_rows(WRITERS[writer](matrix))), matrix)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1_0, 2; 2, 1", "entry (1, 1) is not a finite number: '1_0'"),
        ("1\t2\n2\t0x10", "entry (2, 2) is not a finite number: '0x10' (line 2)"),
        ("1 1/0; 1 2", "entry (1, 2) is not a finite number: '1/0'"),
        ("array([[1, 2],\n       [2]])", "row 2 has 1 entry and not 2 (line 2)"),
        ("\n\n1 2\n2 1 3", "row 2 has 3 entries and not 2 (line 4)"),
        ("1 2 3", "it has 1 row; 2 to 8 are possible, and rows end with a line or a semicolon"),
        ("1,5 2,5\n2,5", "row 2 has 1 entry and not 2 (line 2); commas were read as decimal"),
        (
            r"\begin{pmatrix}\sqrt{2} & 0 \\ 0 & 1\end{pmatrix}",
            r"entry (1, 1) is not a finite number: '\\sqrt 2'",
        ),
        (r"\begin{pmatrix}1 2 & 0 \\ 0 & 1\end{pmatrix}", "entry (1, 1) is not a finite number: '1 2'"),
        ("[[np.sqrt(2), 0],\n[0, 1]]", "entry (1, 1) is not a finite number: '[[np.sqrt(2),' (line 1)"),
        ("1 0.2500001\n0.25 1", "entry (1, 2) is 0.2500001 and entry (2, 1) 0.25"),
        ("1 0.25 | 0.25 1", "it has 1 row;"),
        ("  ", "it is empty"),
        ("1" * 30_000, "it has more than 20,000 characters"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_line(text, words):
    assert words in complaint(text, 2, 8, 100.0)
    with pytest.raises(ValueError, match="matrix must be"):
        read_matrix(text)


def test_an_entry_left_blank_keeps_its_place():
    assert read_rows("1, ; , 3") == [[1.0, None], [None, 3.0]]
    assert read_rows(", , ; 1, 2, 3; 4, 5, 6") == [[None] * 3, [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def random_rows(rng) -> str:
    """Two rows of two digits with odd things between them."""
    a, b, c = rng.integers(0, 10, 3)
    gap, end = (
        rng.choice([",", " ", "\t", ", ", "&", ";", " ,"]),
        rng.choice([";", "\n", ";\n", "\\\\", "],["]),
    )
    return f"{a}{gap}{b}{end}{b}{gap}{c}"


def test_anything_is_read_or_refused(rng):
    letters = list("0123456789.,;\t\n []{}()|-+&\\eE/'=aR\u2212")
    symmetric = 0
    for i in range(1500):
        text = "".join(rng.choice(letters, rng.integers(0, 30))) if i % 2 else random_rows(rng)
        try:
            matrix = read_matrix(text)
        except ValueError:
            continue
        symmetric += 1
        np.testing.assert_array_equal(matrix, matrix.T)
    assert symmetric
