"""The words of the expression language: numbers, names and signs, each with its place in the text."""

import re
import unicodedata
from dataclasses import dataclass

from stepsize_core.expressions.tree import CONSTANTS, FUNCTIONS, VARIABLES

LONGEST = 200  # characters of an expression
SIGNS = {"−": "-", "·": "*", "⋅": "*", "×": "*", "∙": "*", "•": "*", "∗": "*", "÷": "/", "∕": "/", "⁄": "/",
         "⨯": "*", "✕": "*", "✖": "*", "∣": "|", "❘": "|",
         "ˆ": "^", "˄": "^"}  # fmt: skip  # one character for one: places in the text stay
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
ALIASES = {"ln": "log", "sgn": "sign", "maximum": "max", "minimum": "min", "arcsin": "asin", "arccos": "acos",
           "arctan": "atan", "fabs": "abs", "absolute": "abs", "power": "pow", "π": "pi"}  # fmt: skip
KEYWORDS = ("pow", "where")  # calls that the grammar reads itself
WRITTEN = {"**": "^", ".^": "^", ".*": "*", "./": "/", "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", r"\{": "(",
           r"\}": ")", r"\cdot": "*", r"\times": "*", r"\ast": "*", r"\div": "/", r"\le": "<=", r"\leq": "<=",
           r"\ge": ">=", r"\geq": ">=", r"\lt": "<", r"\gt": ">", r"\vert": "|", r"\lvert": "|",
           r"\rvert": "|"}  # fmt: skip
COMMANDS = (r"\frac", r"\dfrac", r"\tfrac", r"\sqrt")
GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta",
         "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "rho", "sigma", "tau", "upsilon", "phi",
         "varphi", "chi", "psi", "omega")  # fmt: skip
NORM = "there are no norms: write abs(x), or sqrt(x^2 + y^2)"
RAISED = "write ^(…) for what is raised"
HINTS = (
    {
        "==": "cases compare with <, <=, > or >=",
        "!=": "cases compare with <, <=, > or >=",
        "=": "an equation is no function: write f alone, without =",
        "!": "there are no factorials",
        "&": "put one where(…) inside the other instead of &",
        "%": "there is no remainder, and no percentage: write 0.01*",
        ";": "commas separate arguments, and one function is drawn at a time",
        "$": "leave out the dollar signs",
        "#": "leave out the comment",
        "?": "cases are written where(x < 0, a, b)",
    }
    | dict.fromkeys('"“”„«»`', "leave out the quotation marks")
    | dict.fromkeys("‖∥", NORM)
)
_SUBSCRIPT = r"(?:_(?:[A-Za-z0-9]+|\{[A-Za-z0-9]+\}))"
_WORDS = re.compile(
    r"(?P<space>\s+|\\[,;:! ]|\\(?:left|right|[bB]igg?[lr]?|q?quad|displaystyle)(?![A-Za-z]))"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<fraction>[¼-¾⅐-⅞])"
    r"|(?P<name>(?:(?:np|jnp|numpy|math|Math|cmath|torch|jax|tf|nn|functional|F|scipy|special|sympy|sp)\.)*"
    r"(?:\\(?:operatorname|mathrm|text)\{(?P<roman>[A-Za-z0-9]+)\}|\\?(?P<log>(?i:log)_?\{?(?:10|2)(?![0-9])\}?)"
    rf"|(?P<word>(?i:log1p|expm1)|\\[A-Za-z]+{_SUBSCRIPT}?|[A-Za-z]+(?:{_SUBSCRIPT}|[0-9]+)?"
    rf"|π|[Α-Ωα-ω](?:{_SUBSCRIPT}|[0-9]+)?)))"
    r"|(?P<superscript>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<sign>\*\*|\.[*/^]|[<>]=?|\\[{}]|[-+*/^(),\[\]{}|√∛≤⩽≥⩾])"
)
_NAME = r"[^\W\d]\w*"
_NAMES = rf"\s*{_NAME}\s*(?:,\s*{_NAME}\s*)*"
_HEAD = re.compile(rf"\s*(?P<name>{_NAME})\s*(?P<of>\({_NAMES}\)|\[{_NAMES}\])?\s*(?::?=(?!=)|<-)")
_ARROW = re.compile(
    rf"\s*(?:lambda\s{_NAMES}:|(?:@|function\s*)\({_NAMES}\)"
    rf"|(?:{_NAME}\s*:)?\s*(?:{_NAME}|\({_NAMES}\))\s*(?:->|↦|\\mapsto(?![A-Za-z])))"
)
_RAISED_POINT = re.compile(r"(?<!\d)0[·⋅∙•]\d")
_VARIABLE = re.compile(rf"(?:[a-zα-ω]|{'|'.join(GREEK)})(?:_[a-z0-9]+|[0-9]+)?", re.IGNORECASE)


class ExpressionError(ValueError):
    """Text that is no expression: the complaint, and the character at fault, counted from 1."""

    def __init__(self, complaint: str, position: int) -> None:
        super().__init__(complaint, position)
        self.complaint = complaint
        self.position = position

    def __str__(self) -> str:
        return f"{self.complaint} at position {self.position}"


@dataclass(frozen=True)
class Token:
    """A word of the text. kind: "number", "fraction", "name", "command", "sign", "superscript" or "end";
    position: from 1."""

    kind: str
    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    """The words of the text, the last one of kind "end".

    Raises ExpressionError for a text longer than LONGEST or a character that the language does not have.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters, it goes on", LONGEST + 1)
    if unclear := _RAISED_POINT.search(text):
        raise ExpressionError("two readings: write a decimal point or *", unclear.start() + 2)
    plain = "".join(map(_plain, text)).rstrip(" ;.")
    tokens, at = [], _after_the_head(plain)
    while at < len(plain):
        match = _WORDS.match(plain, at)
        if match is None:
            raise ExpressionError(_complaint(plain[at:]), at + 1)
        if match.lastgroup != "space":
            tokens.append(_token(match, at + 1))
        at = match.end()
    return [*tokens, Token("end", "", len(text) + 1)]


def _after_the_head(plain: str) -> int:
    """Where f begins after `f(x) =`, `y =` or `x ->`; 0 where there is no head, or it names what is in f."""
    head = _HEAD.match(plain)
    if arrow := _ARROW.match(plain, head.end() if head else 0):
        return arrow.end()
    if not head:
        return 0
    name = ALIASES.get(head["name"].lower(), head["name"].lower())
    if name in (*FUNCTIONS, *KEYWORDS, "x") or head["name"] in CONSTANTS:  # sin(x) = 3
        return 0
    named_again = re.search(rf"\b{head['name']}\b", plain[head.end() :])
    return head.end() if head["of"] or not named_again else 0


def taken_for_x(tokens: list[Token]) -> tuple[list[Token], str]:
    """The words with the names of variables as x and y, and which other name was taken for x, "" if none was.

    Capital letters stand for small ones, and a name that is the only one for x. Raises ExpressionError for
    every other name that could be a variable.
    """
    names = dict.fromkeys(t.text for t in tokens if t.kind == "name" and _is_variable(t.text))
    if not set(names) - set(VARIABLES):
        return tokens, ""
    meant = {name: name.lower() for name in names}
    taken = ""
    if set(meant.values()) - set(VARIABLES) or len(set(meant.values())) < len(meant):
        [taken] = names if len(names) == 1 else [""]
        if not taken or (why := _no_name(taken)):
            at = next(t for t in tokens if t.text in names and t.text not in VARIABLES)
            said = why if taken else f"{at.text[:20]} is no name of a variable: write x and y"
            raise ExpressionError(said, at.position)
        meant = {taken: "x"}
    renamed = [Token(t.kind, meant[t.text], t.position) if t.text in meant else t for t in tokens]
    return renamed, taken


def _is_variable(name: str) -> bool:
    """Whether it is or could be the name of a variable: a letter, Latin or Greek, maybe with an index."""
    return name not in (*FUNCTIONS, *CONSTANTS, *KEYWORDS) and _VARIABLE.fullmatch(name) is not None


def _no_name(name: str) -> str:
    """Why the only name of a text is not taken for x; "" where it is."""
    if name in ("i", "j"):
        return f"there are no complex numbers: write x for the variable, not {name}"
    letter, index = name[0].lower(), name[1:20]
    if letter in "xye" and index.isdigit() and name.lower() not in ("x0", "x1"):
        return f"{name[:20]} could be a power or a product: write {letter}^{index} or {index}*{letter}"
    return ""


def _plain(letter: str) -> str:
    """The character that is meant: one blank, one minus sign, letters and digits of every width as one."""
    if letter in SIGNS:
        return SIGNS[letter]
    category = unicodedata.category(letter)
    if letter.isspace() or (category == "Cf" and letter != "\xad"):  # which may stand for a minus sign
        return " "
    if category == "Pd":
        return "-"
    composed = unicodedata.normalize("NFKC", letter)
    return composed if len(composed) == 1 and not _is_raised(letter) else letter


def _is_raised(letter: str) -> bool:
    return unicodedata.decomposition(letter).startswith("<super>")


def _token(match: re.Match, position: int) -> Token:
    """The word as the grammar knows it: names in small letters where they are known, signs in ASCII."""
    kind, word = str(match.lastgroup), match.group()
    if kind == "superscript":
        return Token(kind, word.translate(SUPERSCRIPTS), position)
    if word in WRITTEN:
        return Token("sign", WRITTEN[word], position)
    if word in COMMANDS:
        return Token("command", word, position)
    if kind != "name":
        return Token(kind, word, position)
    word = re.sub(r"[\\{}]", "", match["roman"] or match["word"] or match["log"].replace("_", ""))
    known = ALIASES.get(word.lower(), word.lower())
    return Token(kind, known if known in (*FUNCTIONS, *CONSTANTS, *KEYWORDS) else word, position)


def _complaint(rest: str) -> str:
    """What is wrong with the sign with which the rest of a text begins."""
    letter = rest[0]
    if hint := next((hint for sign, hint in HINTS.items() if rest.startswith(sign)), ""):
        return hint
    if _is_raised(letter):
        return RAISED
    if letter == "\\":
        return r"this \ begins no name: of LaTeX \frac, \sqrt, \cdot and names such as \sin are read"
    name = "" if letter.isascii() else f" ({unicodedata.name(letter, f'U+{ord(letter):04X}').lower()})"
    shown = f"“{letter}”" if letter.isprintable() else repr(letter)
    return f"expected a number, x or a sign, got {shown}{name}"
