"""Functions that a page has to answer sensibly, although they have no minimum, no end or no value."""

ODD = (
    "3",  # flat everywhere
    "x",  # no equilibrium, unbounded below
    "-x^4",  # a maximum only
    "1/x",
    "log(x)",
    "sqrt(-1 - x^2)",  # defined nowhere
    "tan(x)",  # poles
    "cos(60x)",  # more equilibria than are kept
    "exp(exp(x))",
    "abs(x) - relu(-x)",  # kinks, flat to the left
    "*".join(["tan(x)"] * 28),
    "sin(" * 39 + "x" + ")" * 39,
    "x*y",
    "3+0y",
    "log(x-y)",
    "(x*y-1)^2/2",
    "abs(x)+abs(y)",
    "tanh(x*y*" * 19 + "1" + ")" * 19,
    "exp(x^2+y^2)",
)
