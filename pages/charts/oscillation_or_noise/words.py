"""Words for a record that several sentences of the page share."""

from stepsize_core.paper.oscillation_or_noise import Study
from stepsize_core.paper.oscillation_or_noise.cases import EXAMPLE_1, EXAMPLE_2, FIGURE_2, OWN

NOTHING = "Nothing is drawn: the record does not vary, or has fewer than 40 values."
UNEVEN = 0.01  # of the mean step: two steps that lead on by more do not close a 2-cycle
ESCAPED = "Nothing is drawn: the run left the finite numbers {}."


def nothing(study: Study) -> str:
    """Why there is no picture; "" where there is one."""
    if study.escaped:
        return ESCAPED.format(study.left)
    return "" if study.found else NOTHING


def subject(study: Study) -> str:
    """What the record is of, as the begin of a sentence."""
    p = study.params
    left = "" if study.near else ", which it has left,"
    batches = "the full batch" if p.batch == 100 else f"batches of {p.batch} %"
    return {
        OWN: f"Your record of {len(study.record):,} values",
        EXAMPLE_1: f"Example 1 at δ = {p.step_size:g} with {batches}",
        EXAMPLE_2: f"Example 2 from beside x = 2{left} at δ = {p.step_size:g} with {batches}",
        FIGURE_2: f"The output at 0.5 of the network of Figure 2 (draw {p.network}) with {batches}",
    }[p.source]


def verdict(study: Study) -> str:
    """R with its interval and what follows from it."""
    return f"R = {study.found.ratio:.3f} ± {interval(study):.2g}: {study.decided}"


def interval(study: Study) -> float:
    """Half the interval of R of the record that has to lie on one side of 4/3."""
    return study.margin * study.found.error


def headline(study: Study) -> str:
    """The page's sentence: what R says of the record, its twin, and the frozen batch."""
    if nothing(study):
        why = "left the finite numbers" if study.escaped else "does not vary, or is too short"
        frozen = "" if study.frozen is None else f" {frozen_words(study)}"
        return f"{subject(study)}: the record {why}, so that R says nothing.{frozen}"
    noise = study.twin_found
    twin = f"Noise at a stable minimum with ρ₁ = {noise.lag_one:.2f} has R = {noise.ratio:.3f}."
    frozen = " A record alone cannot be frozen." if study.frozen is None else f" {frozen_words(study)}"
    return f"{subject(study)} has ρ₁ = {study.found.lag_one:.2f} and {verdict(study)}. {twin}{frozen}"


def frozen_words(study: Study) -> str:
    """What the full batch makes of the last state, a sentence."""
    frozen, n = study.frozen, len(study.frozen.record) - 1
    if frozen.stays is None:
        return f"With the batch frozen, {n:,} steps do not decide what stays."
    if frozen.stays:
        uneven = frozen.gap_two > UNEVEN * frozen.gap_one
        swing = f"{'unevenly, ' * uneven}by ±{frozen.amplitude:.3g}{' in the mean' * uneven}"
        return f"With the batch frozen it goes on alternating, {swing} after {n:,} steps."
    return f"With the batch frozen the alternation dies out within {n:,} steps."
