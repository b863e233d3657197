"""The verdicts on a record: R, its spread, Example 1's slips and loss, and the frozen batch.

An equality that fails is measured again on more paths with other batches before it is called wrong: among
many records a few lie 3 standard errors off by chance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stepsize_core.claims import Claim, Verdict
from stepsize_core.paper.oscillation_or_noise.amplitude import (
    LINEAR_PATHS,
    LINEAR_STEPS,
    linear_measurement,
    spread_of,
)
from stepsize_core.paper.oscillation_or_noise.cases import (
    EXAMPLE_1,
    EXAMPLE_2,
    scalar_paths,
)
from stepsize_core.paper.oscillation_or_noise.measures import (
    SLIP_PATHS,
    SLIP_STEPS,
    slip_measurement,
    twin_of,
)
from stepsize_core.paper.oscillation_or_noise.result import BLOCKS, Study
from stepsize_core.paper.oscillation_or_noise.theory import BESIDE_2, FIRST_ORDER, GAUSSIAN, spread_of_law
from stepsize_core.sampling.freezing import FrozenBatch
from stepsize_core.sampling.records import Alternation, alternation
from stepsize_core.sampling.transfer import StationaryLaw

PLACE = "beyond the paper"
ERRORS = 3.0  # standard errors
SHARE = 0.02  # beside them: normal noise stands for that of a batch, and a grid for the line
PATHS, OTHER_BATCHES = 16, 10_000  # of the second measurement; added to the seed
STABLE, UNSTABLE = 0.195, (0.205, 0.33)  # δ for which the minimum x = 2 surely is, and surely is not


def claims_of(study: Study) -> tuple[Claim, ...]:
    """The rows of the verdict table."""
    params, found = study.params, study.found
    if found is None:
        return (_nothing(study),)
    claims = []
    if study.law is not None:
        claims += [_ratio(study, found, study.law), _spread(study, study.law)]
    if study.frozen is not None:
        claims += [_agreement(study, found, study.frozen), *_frozen(study, study.frozen)]
    if params.source == EXAMPLE_1:
        claims += [*_slips(study), *_small_noise(study)]
    if params.source == EXAMPLE_2:
        claims.append(_linear(study))
    return (*claims, _twin(study, found), _one_hump(study, found))


def _nothing(study: Study) -> Claim:
    why = "the run left the finite numbers" if study.escaped else "the record does not vary, or is too short"
    return Claim.not_applicable("R tells two branches from noise with one hump", PLACE, "R", "none", why)


def _one_hump(study: Study, found: Alternation) -> Claim:
    """The bound of 4/3, for a record that may be noise."""
    statement = "Symmetric noise with one hump has R ≥ 4/3"
    measured = f"{found.ratio:.3f} ± {study.margin * found.error:.2g}"
    if found.oscillates:
        return Claim.not_applicable(
            statement, PLACE, "R ≥ 4/3", measured,
            "this record is no such noise: R and its interval lie below 4/3, and ρ₁ < 0",
        )  # fmt: skip
    holds = True if found.oscillates is False else None
    why = "the interval holds 4/3, ρ₁ is not negative, or |a| changes too slowly for so short a record"
    note = "" if holds else f"{why}: R does not decide"
    return Claim.fact(statement, PLACE, "R ≥ 4/3", measured, holds, rule="99 %, one-sided", note=note)


def _twin(study: Study, found: Alternation) -> Claim:
    """R of the twin, whatever its autocorrelation."""

    def judged(numbers: range) -> Claim:
        seed = study.params.seed
        more = [alternation(twin_of(study.record, found.lag_one, seed, number)) for number in numbers]
        error = float(np.sqrt(np.mean([a.error**2 for a in more]) / len(more)))
        return Claim.equality(
            "Gaussian noise at a stable minimum has R = π/2, whatever its ρ₁: the twin", PLACE, GAUSSIAN,
            float(np.mean([a.ratio for a in more])), relative=SHARE, absolute=_within(error),
            note=f"seed {seed}, {_records(len(more))}",
        )  # fmt: skip

    return _confirmed(judged(range(1)), lambda: judged(range(1, PATHS + 1)))


def _ratio(study: Study, found: Alternation, law: StationaryLaw) -> Claim:
    """R of the record against the transfer operator."""
    params, predicted = study.params, float(f"{law.ratio:.8g}")

    def judged(ratio: float, error: float, paths: int) -> Claim:
        return Claim.equality(
            "R as the transfer operator has it", PLACE, predicted, ratio, relative=SHARE,
            absolute=_within(error), note=f"seed {params.seed}, {_records(paths)}",
        )  # fmt: skip

    def again() -> Claim:
        more = _more_records(study)
        if params.source == EXAMPLE_2 and not _beside_2(more):
            return Claim.not_applicable(
                "R as the transfer operator has it", PLACE, predicted, found.ratio,
                "other paths leave the neighbourhood of x = 2, in which the prediction holds",
            )  # fmt: skip
        ratios = np.array([alternation(record).ratio for record in more.T])
        return judged(float(ratios.mean()), float(ratios.std(ddof=1) / np.sqrt(len(ratios))), len(ratios))

    return _confirmed(judged(found.ratio, found.error, 1), again)


def _spread(study: Study, law: StationaryLaw) -> Claim:
    """The amplitude of Example 1, or x near 2, against the transfer operator."""
    params, of_size = study.params, study.params.source == EXAMPLE_1
    said = "Example 1: |x|" if of_size else "Near x = 2: x"
    statement = f"{said} spreads as the transfer operator has it"
    predicted = float(f"{study.unit * spread_of_law(law, of_size=of_size):.8g}")

    def judged(records: np.ndarray) -> Claim:
        watched = np.abs(records) if of_size else records
        parts = watched if watched.shape[1] > 1 else _in_blocks(watched[:, 0])
        measured, error = map(float, spread_of(parts))
        return Claim.equality(
            statement, PLACE, predicted, measured, relative=SHARE, absolute=_within(error),
            note=f"seed {params.seed}, {_records(records.shape[1])}",
        )  # fmt: skip

    def again() -> Claim:
        more = _more_records(study)
        if not of_size and not _beside_2(more):
            why = "other paths leave the neighbourhood of x = 2, in which the prediction holds"
            return Claim.not_applicable(statement, PLACE, predicted, float(study.record.std()), why)
        return judged(more)

    return _confirmed(judged(study.record[:, None]), again)


def _linear(study: Study) -> Claim:
    """The amplitude law δσ_B²/(2a − δa²), which is exact for the linear model at x = 2."""
    p, statement = study.params, "Linear model at x = 2, a = 10: E x² is δσ_B²/(2a − δa²)"

    def judged(seed: int, paths: int) -> Claim:
        measured, predicted, error = linear_measurement(p.step_size, p.batch, p.noise, seed, paths).tolist()
        if np.isnan(measured):
            why = "it has none from δ = 2/a = 0.2 on, and just below it settles slowly"
            why = why if study.sigma > 0.0 else "the full batch has no noise"
            return Claim.not_applicable(statement, PLACE, "none", "none", why)
        return Claim.equality(
            statement, PLACE, predicted, measured, absolute=_within(error),
            note=f"seed {p.seed}, {paths} paths of {LINEAR_STEPS} steps",
        )  # fmt: skip

    return _confirmed(
        judged(p.seed, LINEAR_PATHS), lambda: judged(p.seed + OTHER_BATCHES, PATHS * LINEAR_PATHS)
    )


def _small_noise(study: Study) -> tuple[Claim, ...]:
    """Amplitude, mean and loss of Example 1 to first order in the noise."""
    delta, sigma = study.params.step_size, study.sigma
    s = sigma / delta
    predicted = (delta * sigma, delta**2 * (0.25 - s * s), delta**3 / 12.0)
    said = (
        "Example 1: |x| spreads by δσ_B about its amplitude",
        "Example 1: the mean of |x| is δ²(¼ − s²)",
        "Example 1: the mean loss stays δ³/12, noise or not",
    )
    measured = _sizes(study.record[:, None])
    if s > FIRST_ORDER:
        why = f"for small noise only: s = σ_B/δ = {s:.3g} is above {FIRST_ORDER:g}"
        return tuple(Claim.not_applicable(*row, why) for row in zip(said, [PLACE] * 3, predicted, measured))

    beyond = float(f"{5.0 * s * s:.2g}")

    def judged(measured: tuple[float, ...], errors: tuple[float, ...], paths: int) -> list[Claim]:
        return [
            Claim.equality(
                words, PLACE, value, seen, relative=beyond, absolute=_within(error) + 1e-12,
                note=f"seed {study.params.seed}, {_records(paths)}",
            )
            for words, value, seen, error in zip(said, predicted, measured, errors)
        ]  # fmt: skip

    spread, n = predicted[0], np.sqrt(len(study.record))
    first = judged(measured, (spread / np.sqrt(2.0) / n, spread / n, 0.5 * delta * spread / n), 1)
    if all(claim.verdict is not Verdict.DISAGREES for claim in first):
        return tuple(first)
    more = _more_records(study)
    m = n * np.sqrt(PATHS)
    errors = (spread / np.sqrt(2.0) / m, spread / m, 0.5 * delta * spread / m)
    return tuple(judged(_sizes(more), errors, PATHS))


def _sizes(records: np.ndarray) -> tuple[float, float, float]:
    """Spread and mean of |x|, and the mean loss ⅔|x|^{3/2}."""
    size = np.abs(records)
    return float(size.std()), float(size.mean()), float((2.0 / 3.0 * size**1.5).mean())


def _slips(study: Study) -> tuple[Claim, ...]:
    """The slip rate of Example 1 under normal noise."""
    if study.law is None:
        return ()

    def judged(measured: np.ndarray, paths: int) -> Claim:
        rate, predicted, error = map(float, measured)
        return Claim.equality(
            "Example 1 under normal noise: phase slips per step", PLACE, predicted, rate, relative=SHARE,
            absolute=_within(error),
            note=f"seed {study.params.seed}, {paths:,} paths of {SLIP_STEPS:,} steps",
        )  # fmt: skip

    seed, s = study.params.seed + OTHER_BATCHES, study.sigma / study.params.step_size
    return (
        _confirmed(judged(study.slips, SLIP_PATHS), lambda: judged(slip_measurement(s, seed, 3000), 3000)),
    )


def _frozen(study: Study, frozen: FrozenBatch) -> tuple[Claim, ...]:
    """What the theory says of the run with the full batch."""
    params = study.params
    if params.source == EXAMPLE_1:
        return (
            Claim.equality(
                "Frozen batch, Example 1: the amplitude is δ²/4", PLACE, params.step_size**2 / 4.0,
                frozen.amplitude, relative=1e-6,
            ),
        )  # fmt: skip
    if params.source != EXAMPLE_2:
        return ()
    statement = "Frozen batch near x = 2: the alternation stays only where δ > 0.2"
    seen = {True: "stays", False: "dies out", None: "still changes"}[frozen.stays]
    predicted = "stays" if params.step_size > 0.2 else "dies out"
    end = frozen.record[-len(frozen.record) // 4 :]
    if not (np.isfinite(end).all() and BESIDE_2[0] < end.min() and end.max() < BESIDE_2[1]):
        why = "the frozen run does not stay near x = 2"
        return (Claim.not_applicable(statement, PLACE, predicted, seen, why),)
    decided = params.step_size <= STABLE or UNSTABLE[0] <= params.step_size <= UNSTABLE[1]
    holds = seen == predicted if decided and frozen.stays is not None else None
    note = "" if decided else "too near the threshold, or beyond the chaotic band"
    return (Claim.fact(statement, PLACE, predicted, seen, holds, note=note),)


def _agreement(study: Study, found: Alternation, frozen: FrozenBatch) -> Claim:
    """Where R shows two branches, freezing has to keep them; that R shows none excludes no small cycle."""
    statement, seen = "Where R shows two branches, the frozen run keeps alternating", frozen.stays
    words = {True: "stays", False: "dies out", None: "still changes"}[seen]
    if not found.oscillates:
        why = "R shows no two branches here; noise may hide a small oscillation, so nothing follows"
        return Claim.not_applicable(statement, PLACE, "stays", words, why)
    size = np.abs(np.diff(study.record))
    if seen is False and size[-len(size) // 10 :].mean() < 0.5 * size.mean():
        return Claim.fact(statement, PLACE, "stays", words, None, note="the record ends without alternating")
    return Claim.fact(statement, PLACE, "stays", words, seen)


def _more_records(study: Study) -> np.ndarray:
    """Records (K, PATHS) of other batches."""
    p = study.params
    paths = scalar_paths(p.source, p.step_size, p.batch, p.noise, p.seed + OTHER_BATCHES, PATHS)
    return paths.records


def _in_blocks(record: np.ndarray) -> np.ndarray:
    """A record cut into BLOCKS columns, without what is left over."""
    return record[: len(record) // BLOCKS * BLOCKS].reshape(BLOCKS, -1).T


def _beside_2(records: np.ndarray) -> bool:
    inside = np.isfinite(records).all() and BESIDE_2[0] < records.min() and records.max() < BESIDE_2[1]
    return bool(inside)


def _confirmed(claim: Claim, again: Callable[[], Claim]) -> Claim:
    """The claim, or what more paths say where it disagrees."""
    return claim if claim.verdict is not Verdict.DISAGREES else again()


def _within(error: float) -> float:
    """ERRORS standard errors, to two digits, as a table of verdicts prints them."""
    return float(f"{ERRORS * error:.2g}")


def _records(paths: int) -> str:
    return "1 record" if paths == 1 else f"{paths} other records, as the first lay off"
