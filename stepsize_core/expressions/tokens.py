"""The words of the expression language: numbers, names and signs, each with its place in the text."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200  # characters of an expression
SPELLINGS = {"−": "-", "·": "*", "⋅": "*", "×": "*", "÷": "/", "π": "pi"}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
HINTS = {"|": "write abs(…) for the modulus", "=": "write f alone, without =", "!": "there are no factorials"}
_WORDS = re.compile(
    r"(?P<space>[ \t]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z]+|π)"
    r"|(?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<sign>\*\*|[-+*/^(),−·⋅×÷])"
)


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
    """A word of the text. kind: "number", "name", "sign", "superscript" or "end"; position: from 1."""

    kind: str
    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    """The words of the text, the last one of kind "end".

    Raises ExpressionError for a text longer than LONGEST or a character that the language does not have.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters, it goes on", LONGEST + 1)
    tokens, at = [], 0
    while at < len(text):
        match = _WORDS.match(text, at)
        if match is None:
            raise ExpressionError(_complaint(text[at]), at + 1)
        if match.lastgroup != "space":
            tokens.append(Token(str(match.lastgroup), _plain(match), at + 1))
        at = match.end()
    return [*tokens, Token("end", "", len(text) + 1)]


def _plain(match: re.Match) -> str:
    """The word in ASCII, powers as ^."""
    word = match.group()
    if match.lastgroup == "superscript":
        return word.translate(SUPERSCRIPTS)
    return "^" if word == "**" else SPELLINGS.get(word, word)


def _complaint(letter: str) -> str:
    if letter in HINTS:
        return HINTS[letter]
    name = unicodedata.name(letter, f"U+{ord(letter):04X}").lower()
    return f"expected a number, x or a sign, got the character {name!r}"
