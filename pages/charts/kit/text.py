"""Numbers and words as they are printed: true minus signs, powers of ten written out."""

import re

import numpy as np

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWER = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?)e([+-]?\d+)\b")
_MINUS = re.compile(r"(?<![\w)])-(?=\d)")
_DASH = re.compile(r"-(?!cycle)")


def typeset(text: str) -> str:
    """“1e-09” becomes “10⁻⁹”, “-2.5e-3” becomes “−2.5·10⁻³”, “1e-01” becomes “0.1”, “-1” becomes “−1”."""
    return _MINUS.sub("−", _POWER.sub(_power, text))


def number(value: float | str) -> str:
    """A number to six significant digits, ∞, or a dash for NaN; words as they are; both typeset."""
    if value != value:
        return "—"
    if value in (np.inf, -np.inf):
        return "∞" if value == np.inf else "−∞"
    return typeset(value if isinstance(value, str) else f"{value:.6g}")


def minus(text: str) -> str:
    """The text typeset, with true minus signs throughout but in “2-cycle”: names inside a picture."""
    return _DASH.sub("−", typeset(text))


def legend(**drawn: str) -> str:
    """ " Dashed: equilibria; dotted: 2-cycles.": what lines stand for, by their look; those without words are
    not drawn."""
    told = "; ".join(f"{look}: {words}" for look, words in drawn.items() if words)
    return f" {told[0].upper()}{told[1:]}." if told else ""


def three_digits(values) -> np.ndarray:
    """Rounded to three significant digits: what a click chooses."""
    return np.array([float(f"{value:.3g}") for value in values])


def _power(match: re.Match) -> str:
    mantissa, exponent = match.group(1), int(match.group(2))
    if -3 < exponent < 4:
        return f"{float(match.group(0)):g}"
    exponent = str(exponent).translate(SUPERSCRIPTS)
    return f"{mantissa}·10{exponent}" if mantissa not in ("1", "-1") else f"{mantissa[:-1]}10{exponent}"
