"""An expression as LaTeX, from its tree: nothing of the typed text is passed on."""

from stepsize_core.expressions.tree import FUNCTIONS, Call, Cases, Name, Negation, Number, Operation, Tree

CASES, SUM, PRODUCT, SIGNED, POWER, ATOM = range(6)  # how tightly a piece holds together
ROOTS = {"sqrt": r"\sqrt", "cbrt": r"\sqrt[3]"}
COMPARISONS = {"<=": r"\le", ">=": r"\ge"}


def latex(tree: Tree) -> str:
    """The expression in LaTeX's mathematics, without dollar signs."""
    return _piece(tree)[0]


def _piece(tree: Tree) -> tuple[str, int]:
    """The LaTeX of a tree and how tightly it holds together."""
    match tree:
        case Number(value):
            return _number(value)
        case Name(name):
            return (r"\pi" if name == "pi" else name), ATOM
        case Negation(operand):
            return f"-{_within(operand, PRODUCT)}", SIGNED if isinstance(operand, Number) else SUM
        case Call(function, arguments):
            return _call(function, [latex(argument) for argument in arguments]), ATOM
        case Operation(sign, left, right):
            return _operation(sign, left, right)
        case Cases():
            return _cases(tree), CASES
    raise TypeError(f"no LaTeX is known for {tree!r}")


def _operation(sign: str, left: Tree, right: Tree) -> tuple[str, int]:
    if sign == "/":
        return rf"\frac{{{latex(left)}}}{{{latex(right)}}}", PRODUCT
    if sign == "^":
        return f"{_base(left)}^{{{latex(right)}}}", POWER
    if sign == "*":
        first, second = _within(left, PRODUCT), _within(right, SIGNED)
        return f"{first}{_between(left, right)}{second}", PRODUCT
    return f"{_within(left, SUM)} {sign} {_within(right, PRODUCT)}", SUM


def _within(tree: Tree, least: int) -> str:
    """The LaTeX of a part, in parentheses where it holds together less than `least`."""
    text, tightness = _piece(tree)
    return text if tightness >= least else rf"\left({text}\right)"


def _base(tree: Tree) -> str:
    """The base of a power: an atom, and no call but one that has its own brackets."""
    text, tightness = _piece(tree)
    own_brackets = not isinstance(tree, Call) or tree.function == "abs"
    return text if tightness == ATOM and own_brackets else rf"\left({text}\right)"


def _between(left: Tree, right: Tree) -> str:
    """Nothing between a number and a letter, a power of a letter or a bracket, else a dot."""
    while isinstance(right, Operation) and right.sign == "^":
        right = right.left
    opens = isinstance(right, Name | Call) or (isinstance(right, Operation) and right.sign in "+-")
    return r"\," if isinstance(left, Number) and opens else r" \cdot "


def _call(function: str, arguments: list[str]) -> str:
    inner = ", ".join(arguments)
    if function == "abs":
        return rf"\left|{inner}\right|"
    if function in ROOTS:
        return rf"{ROOTS[function]}{{{inner}}}"
    name = FUNCTIONS[function].latex or rf"\operatorname{{{function}}}"
    return rf"{name}\left({inner}\right)"


def _cases(tree: Cases) -> str:
    """Both branches under each other, the condition beside the first."""
    condition = f"{latex(tree.left)} {COMPARISONS.get(tree.sign, tree.sign)} {latex(tree.right)}"
    branches = rf"{latex(tree.then)} & \text{{if }} {condition} \\ {latex(tree.other)} & \text{{otherwise}}"
    return rf"\begin{{cases}} {branches} \end{{cases}}"


def _number(value: float) -> tuple[str, int]:
    mantissa, _, exponent = f"{value:.12g}".partition("e")
    if not exponent:
        return mantissa, ATOM
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", PRODUCT
