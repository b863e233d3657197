"""Tables as programs write them, byte by byte, and what of them cannot be told."""

from __future__ import annotations

import io
import math
import re

import numpy as np
import pandas as pd
import pytest

from stepsize_core.paper.relu_oscillation import read_points
from stepsize_core.paper.tables import MAX_ROWS, read_record, read_table

X, Y = [0.5, 1.25, 2.0, -3.5], [10.0, -0.75, 1200.5, 0.001]
FRAME = pd.DataFrame({"x": X, "y": Y})


def written(frame, **options) -> bytes:
    return frame.to_csv(**{"index": False, **options}).encode()


LAYOUTS = {
    "a spreadsheet, English": b"\xef\xbb\xbfx,y\r\n0.5,10\r\n1.25,-0.75\r\n2,\"1,200.5\"\r\n-3.5,0.001\r\n",
    "a spreadsheet, German": "Größe;Wert\r\n0,5;10\r\n1,25;-0,75\r\n2;1.200,5\r\n-3,5;0,001\r\n".encode(
        "cp1252"
    ),
    "a spreadsheet, Unicode text": "x\ty\r\n0,5\t10\r\n1,25\t-0,75\r\n2\t1200,5\r\n-3,5\t0,001\r\n".encode(
        "utf-16"
    ),
    "UTF-16 without a mark": "x\ty\n0.5\t10\n1.25\t-0.75\n2\t1200.5\n-3.5\t0.001\n".encode("utf-16-be"),
    "cells copied from a spreadsheet": b"0.5\t10\n1.25\t-0.75\n2\t1200.5\n-3.5\t0.001",
    "sheets with decimal commas in quotes": b'x,y\r\n"0,5",10\r\n"1,25","-0,75"\r\n2,"1200,5"\r\n'
    b'"-3,5","0,001"\r\n',
    "a sheet that names its separator": b"sep=;\r\nx;y\r\n0,5;10\r\n1,25;-0,75\r\n2;1200,5\r\n-3,5;0,001\r\n",
    "R write.table": b'"x" "y"\n"1" 0.5 10\n"2" 1.25 -0.75\n"3" 2 1200.5\n"4" -3.5 0.001\n',
    "R write.csv": b'"","x","y"\n"1",0.5,10\n"2",1.25,-0.75\n"3",2,1200.5\n"17",-3.5,0.001\n',
    "R write.csv2": b'"";"x";"y"\n"1";0,5;10\n"2";1,25;-0,75\n"3";2;1200,5\n"4";-3,5;0,001\n',
    "R print": b"     x        y\n1  0.50   10.000\n2  1.25   -0.750\n3  2.00 1200.500\n4 -3.50    0.001\n",
    "pandas with its index": written(FRAME, index=True),
    "pandas, decimal commas": written(FRAME, sep=";", decimal=","),
    "pandas with a gap": written(pd.DataFrame({"x": [*X, 7.0], "y": [*Y, np.nan]})),
    "NumPy savetxt with a head": b"# x y\n5.000000000000000000e-01 1.000000000000000000e+01\n"
    b"1.25e+00 -7.5e-01\n2.0e+00 1.2005e+03\n-3.5e+00 1.0e-03\n",
    "MATLAB": b"[0.5 10; 1.25 -0.75; 2 1200.5; -3.5 0.001]".strip(b"[]"),
    "Fortran": b"   0.50000D+00   1.00000D+01\n   1.25000D+00  -7.50000D-01\n   2.00000D+00   1.20050D+03\n"
    b"  -3.50000D+00   1.00000D-03\n",
    "an instrument": b"Model\tUV-1800\r\nDate\t2019-03-04\r\nScan speed\t240\r\n\r\nx\ty\r\n(nm)\t(1)\r\n"
    b"0,50\t10,000\r\n1,25\t-0,750\r\n2,00\t1200,500\r\n-3,50\t0,001\r\n\x1a",
    "an oscilloscope": b"Record Length,4,Points\nSample Interval,0.2,s\nTIME,CH1\n0.5,10.\n"
    b"1.25,-.75\n2.,1200.5\n-3.5,1e-3\n",
    "a data bank, with comments and times": b"# site: 1\n# unit: K\n!\n2019-01-01 00:00,0.5,10\n"
    b"2019-01-01 01:00,1.25,-0.75\n"
    b"# moved\n2019-01-01 02:00,2,1200.5\n2019-01-01 03:00,-3.5,0.001\n",
    "typeset numbers": "0.5 10\n1.25 −0.75\n2 1200.5\n–3.5 0.001".encode(),
    "old Macintosh ends of lines": b"x,y\r0.5,10\r1.25,-0.75\r2,1200.5\r-3.5,0.001\r",
    "a Swiss table": "x;y\n0.5;10\n1.25;-0.75\n2;1’200.5\n-3.5;0.001\n".encode(),
    "pandas, columns without names": written(pd.DataFrame({0: X, 1: Y}), index=True),
    "NumPy print": str(np.column_stack([X, Y])).encode(),
    "NumPy repr": repr(np.column_stack([X, Y])).encode(),
    "Python pairs": repr(list(zip(X, Y))).encode(),
    "Mathematica": b"{{0.5, 10}, {1.25, -0.75}, {2, 1200.5}, {-3.5, 0.001}}",
    "MATLAB over lines": b"data = [0.5 10\n1.25 -0.75\n2 1200.5\n-3.5 0.001];",
    "Julia": b"4\xc3\x972 Matrix{Float64}:\n  0.5   10.0\n  1.25  -0.75\n  2.0 1200.5\n -3.5  0.001",
    "Markdown": b"| x | y |\n|--:|:--|\n| 0.5 | 10 |\n| 1.25 | -0.75 |\n| 2 | 1200.5 |\n| -3.5 | 0.001 |",
    "LaTeX": rb"\begin{tabular}{r|r}" + b"\n\\toprule\n$x$ & $y$ \\\\ \\midrule\n0.5 & 10 \\\\[2pt]\n"
    rb"1.25 & -0.75 \\ 2 & 1200.5 \\ -3.5 & 0.001" + b"\n\\end{tabular}",
    "a database": b"+------+---------+\n| x    | y       |\n+------+---------+\n| 0.5  | 10      |\n"
    b"| 1.25 | -0.75   |\n| 2    | 1200.5  |\n| -3.5 | 0.001   |\n+------+---------+\n",
    "no-break blanks": "0.5\u00a010\n1.25\u00a0-0.75\n2\u00a01200.5\n-3.5\u00a00.001".encode(),
    "a comment at the end of a line": b"0.5 10 # the first\n1.25 -0.75\n2 1200.5 // large\n-3.5 0.001\n",
    "a French table": "x;y\n0,5;10\n1,25;-0,75\n2;1\u202f200,5\n-3,5;0,001\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_programs_write_is_read_as_it_was_meant(layout):
    x, y = read_points(LAYOUTS[layout])
    order = np.argsort(X)
    np.testing.assert_array_equal(x, np.array(X)[order])
    np.testing.assert_array_equal(y, np.array(Y)[order])


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ("a spreadsheet, English", ("commas", "point", "UTF-8")),
        ("a spreadsheet, German", ("semicolons", "comma", "Windows-1252")),
        ("a spreadsheet, Unicode text", ("tabs", "comma", "UTF-16")),
        ("UTF-16 without a mark", ("tabs", "point", "UTF-16")),
        ("sheets with decimal commas in quotes", ("commas", "comma", "UTF-8")),
        ("R print", ("blanks", "point", "UTF-8")),
    ],
)
def test_how_a_table_was_read_can_be_said(layout, said):
    table = read_table(LAYOUTS[layout])
    assert (table.separator, table.decimal, table.encoding) == said


SEPARATED = {",": ".", ";": ".,", "\t": ".,", " ": ".,"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(("separator", "decimal"), [(s, d) for s, marks in SEPARATED.items() for d in marks])
def test_random_tables_are_read_back_exactly(separator, decimal, encoding, rng):
    for _ in range(20):
        rows, columns = rng.integers(3, 9), rng.integers(2, 5)
        numbers = rng.standard_normal((rows, columns)) * 10.0 ** rng.integers(-9, 9, (rows, columns))
        frame = pd.DataFrame(numbers, columns=[f"é{i}" for i in range(columns)])
        head = rng.random() < 0.5
        out = io.StringIO()
        frame.to_csv(out, sep=separator, decimal=decimal, index=False, header=bool(head))
        text = out.getvalue().replace("\n", rng.choice(["\n", "\r\n", "\r"]))
        table = read_table(text.encode(encoding))
        np.testing.assert_array_equal(table.values, numbers)
        assert table.named == head
        assert not head or table.names == tuple(frame.columns)
        assert not table.words.any()


def test_decimals_are_told_apart_over_the_whole_text_and_not_line_by_line():
    rows = [f"{i};{i}" for i in range(1, 2000)]
    x, y = read_points("\n".join([*rows, "2000,5;0,25"]))
    assert (x[-1], y[-1]) == (2000.5, 0.25)
    with pytest.raises(ValueError, match=r"line 3: '2\.5;1'"):
        read_points("0,5;1\n1,5;2\n2.5;1")


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("0,1;0,2", [0, 0], [1, 2]),  # one row is no table
        ("0,1;0,2\n0,3;0,4", [0.1, 0.3], [0.2, 0.4]),
        ("0,1 0,2\n0,3 0,4", [0.1, 0.3], [0.2, 0.4]),
        ("0, 1;\n2, 3;", [0, 2], [1, 3]),
        ("0 1; 2 3\n4 5; 6 7", [0, 2, 4, 6], [1, 3, 5, 7]),
        ("0.5\t1,234\n1.5\t2,345", [0.5, 1.5], [1234, 2345]),
        ("0,5\t1.234\n1,5\t2.345", [0.5, 1.5], [1234, 2345]),
        ("1,234;0\n2,345;1", [1.234, 2.345], [0, 1]),
        ("0,123\t1\n0,456\t2", [0.123, 0.456], [1, 2]),
        ("1,234,567\t1\n2,345,678\t2", [1234567, 2345678], [1, 2]),
        ("12,34,567.5;1\n1,00,000;2", [100000, 1234567.5], [2, 1]),
    ],
)
def test_a_comma_means_what_the_rest_of_the_text_leaves_it(text, x, y, monkeypatch):
    monkeypatch.setattr("stepsize_core.paper.tables.LARGEST", 1e9)
    np.testing.assert_array_equal(read_points(text), [x, y])


@pytest.mark.parametrize("text", ["1,234\t5\n2,345\t6", "1,234 5\n2,345 6", '"1,234","5"\n"2,345","6"'])
def test_a_comma_that_could_mark_thousands_or_decimals_is_refused(text):
    with pytest.raises(ValueError, match=r"line 1: .*a comma could mark decimals or thousands"):
        read_points(text)


def test_missing_values_are_left_out_by_line():
    text = "x,y,z\n1,2,3\n2,NA,3\n\n3,,1\n4,NaN,1\n5,null,1\n6,-,1\n7,?,1\n?,1,2\n9,8,\n"
    table = read_table(text)
    assert table.lines[~table.complete(0, 1)].tolist() == [3, 5, 6, 7, 8, 9, 10]
    np.testing.assert_array_equal(read_points(text), [[1, 9], [2, 8]])
    assert math.isnan(table.values[-1, 2])


@pytest.mark.parametrize("error", ["#DIV/0!", "#VALUE!", "#N/A", "#REF!", "#NAME?"])
def test_an_error_of_a_spreadsheet_is_a_missing_value_and_no_comment(error):
    table = read_table(f"x,y\n1,2\n{error},3\n4,{error}\n5,6\n# {error}\n")
    assert table.lines[~table.complete(0, 1)].tolist() == [3, 4]


@pytest.mark.parametrize("first", ["1,<0.1", "1,n.d.", "1,3*", "1,2.5 (?)", "1,1.234,5", "inf,1", "1,inf"])
def test_a_first_row_that_is_no_pair_of_numbers_is_not_taken_for_a_head(first):
    with pytest.raises(ValueError, match=rf"line 1: '{re.escape(first)}'"):
        read_points(f"{first}\n2,3\n4,5")


@pytest.mark.parametrize(
    "text", ["0 1 2.5\n3 -1 4", "x,0,1,2\ny,3,4,5", "x = 0, 1, 2\ny = 3, 4, 5", "[[0, 1, 2],\n [3, 4, 5]]"]
)
def test_points_in_two_long_lines_are_not_taken_for_two_points(text):
    with pytest.raises(ValueError, match=r"a line each, x beside y, got line 1"):
        read_points(text)
    assert len(read_points("a,b,c\n0,1,2\n3,4,5")[0]) == 2


def test_what_was_left_above_too_few_points_is_named():
    with pytest.raises(ValueError, match=r"got 1; read as a head: line 1: '½ 3'"):
        read_points("½ 3\n1 2")


def test_columns_are_chosen_and_usual_ones_are_measured():
    text = "\n".join(["id,site,year,temp,note", *(f"{i + 1},44,{1990 + i},{i * i},a" for i in range(5))])
    table = read_table(text)
    assert table.numeric == (0, 1, 2, 3)
    np.testing.assert_array_equal(read_points(text), [np.arange(1990, 1995), np.arange(5.0) ** 2])
    np.testing.assert_array_equal(read_points(text, 1, 3), [np.arange(1, 6), np.arange(1990, 1995)])
    np.testing.assert_array_equal(read_points(text, 4)[0], np.arange(5.0) ** 2)
    with pytest.raises(ValueError, match=r"x_column must be .* 1 \(id\), .* 4 \(temp\), got 5"):
        read_points(text, 5)
    np.testing.assert_array_equal(read_points("y,t,x\n1,2,3\n4,5,6"), [[3, 6], [1, 4]])


def test_rows_are_numbered_by_a_column_only_where_others_suffice():
    assert read_table("0,5,1\n1,6,3\n2,8,1").measured == (1, 2)
    assert read_table("0,5\n1,6\n2,8").measured == (0, 1)
    assert read_table("t,v,w\n0,5,1\n1,6,3\n2,8,1").measured == (0, 1, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\nx,y\n1,2\n\n3,four\n", "line 6: '3,four'"),
        ('"a\nb",y\n1,2\n3,4\n5', "line 5: '5'"),
        ("1,2\n1_0,3\n4,5", "line 2: '1_0,3'"),
        ("1,2\n0x10,3\n4,5", "line 2"),
        ("1,2\n٣,3\n4,5", "line 2"),
        ("1,2\n3,1e999", "line 2"),
        ("a\nb\nc", "line 1: 'a'; line 2: 'b'; line 3: 'c'$"),
        ("1,2\n" * (MAX_ROWS + 1), "at most 100,000 lines, got 100,001"),
        ("1,2\n\x00,3", "plain text"),
    ],
)
def test_what_cannot_be_read_is_named_by_the_line_of_the_text(text, message):
    with pytest.raises(ValueError, match=message):
        read_points(text)


def test_a_record_is_one_column_of_numbers():
    np.testing.assert_array_equal(read_record("0.5\n0.25\n\n0.125"), [0.5, 0.25, 0.125])
    with pytest.raises(ValueError, match=r"line 2: '0,5', where a comma could mark decimals or columns"):
        read_record("loss\n0,5\n0,25")
    with pytest.raises(
        ValueError, match=r"line 1: '1,234\.5', where a comma could mark thousands or columns"
    ):
        read_record("1,234.5\n2,345.6")
    for text in (
        "0.5, 0.25, 0.5",
        "array([0.5 , 0.25,\n       0.5 ])",
        "[1] 0.5 0.25\n[3] 0.5",
        "0.5 # a\n0.25\n0.5",
    ):
        np.testing.assert_array_equal(read_record(text), [0.5, 0.25, 0.5])
    np.testing.assert_array_equal(read_record("loss [dB]\n0.5\n0.25"), [0.5, 0.25])
    np.testing.assert_array_equal(read_record(b"epoch,loss,acc\n0,3,1\n1,2,1\n2,,1\n3,1.5,2\n"), [3, 2, 1.5])
    np.testing.assert_array_equal(read_record("epoch,loss,acc\n0,3,1\n1,2,1\n", 3), [1, 1])
    for text in ("", "loss", "0.5\nx\n"):
        with pytest.raises(ValueError, match="must be"):
            read_record(text)


def test_anything_is_read_or_refused(rng):
    letters = list("0123456789.,;\t\n \"'-+eENAx#%|&[]\r\u00a0\u2212é")
    outcomes = []
    for i in range(600):
        if i % 3:
            data = "".join(rng.choice(letters, rng.integers(0, 60)))
        else:
            data = rng.bytes(int(rng.integers(0, 60)))
        for read in (read_points, read_record):
            try:
                outcomes.append(np.isfinite(read(data)).all())
            except ValueError:
                outcomes.append(None)
    assert {True, None} == set(outcomes)
