"""A small safe language for functions of x, or of x and y: read, differentiated exactly, run on arrays.

The text becomes a tree (`grammar`), the tree a graph without repetitions (`graph`), the derivatives of which
are again graphs (`calculus`); a graph is run as a list of instructions (`program`). Nothing is ever handed to
Python's own evaluator.
"""

from stepsize_core.expressions.compiled import LARGEST_EXPONENT, Compiled, compiled
from stepsize_core.expressions.grammar import parse
from stepsize_core.expressions.latex import latex
from stepsize_core.expressions.tokens import LONGEST, ExpressionError

__all__ = ["LARGEST_EXPONENT", "LONGEST", "Compiled", "ExpressionError", "compiled", "latex", "parse"]
