"""Oscillation or noise: a record of one number per step, its twin made of noise, and what tells them apart.

The record is that of a run with sampled gradients, or the reader's own. Its twin is noise at a stable
minimum, ½ax² with δa = 1 − ρ₁ under Gaussian noise: it has the record's spread and lag-one autocorrelation
and so looks alike. The statistic R of the half steps and, where there is a run, freezing the batch decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.paper.oscillation_or_noise.cases import (
    EXAMPLE_1,
    EXAMPLE_2,
    FIGURE_2,
    NETWORKS,
    OWN,
    RECORDED,
    SHORTEST,
    SOURCES,
    Sampled,
    network_paths,
    noise_of,
    read_own,
    scalar_paths,
)
from stepsize_core.paper.oscillation_or_noise.claims import claims_of
from stepsize_core.paper.oscillation_or_noise.measures import slip_measurement, strips_of, twin_of
from stepsize_core.paper.oscillation_or_noise.result import BLOCKS, Study
from stepsize_core.paper.oscillation_or_noise.theory import (
    BESIDE_2,
    law_of_example_1,
    law_of_example_2,
)
from stepsize_core.paper.parameters import Choice, Column, Count, Number, Points, Suited, Validated, parameter
from stepsize_core.sampling.freezing import freeze
from stepsize_core.sampling.records import alternation, phase
from stepsize_core.sampling.transfer import StationaryLaw

EXAMPLE_2_UP_TO, ABOVE_2 = 0.4, 0.21  # step sizes: the largest offered, and one just above 2/f₂″(2)


def _scalar(values: Mapping[str, Any]) -> bool:
    return values["source"] in (EXAMPLE_1, EXAMPLE_2)


def _network(values: Mapping[str, Any]) -> bool:
    return values["source"] == FIGURE_2


def _own(values: Mapping[str, Any]) -> bool:
    return values["source"] == OWN


def _sampled(values: Mapping[str, Any]) -> bool:
    return values["source"] != OWN


def _suited(values: Mapping[str, Any]) -> dict[str, Suited]:
    """Step sizes of Example 2, of which larger ones than EXAMPLE_2_UP_TO carry every run off."""
    if values["source"] != EXAMPLE_2:
        return {}
    delta = values["step_size"] if values["step_size"] <= EXAMPLE_2_UP_TO else ABOVE_2
    return {"step_size": Suited(delta, (0.05, EXAMPLE_2_UP_TO))}


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses; `n_steps` is what the strips show of a record of 4,000 steps.

    `seed` draws the batches and the twin; `record` is text, see `read_own`, of the source "your own record".
    """

    source: str = parameter(EXAMPLE_1, Choice("where the record comes from", SOURCES), suits=_suited)
    step_size: float = parameter(1.0, Number("step size δ", 0.02, 4.0, usual=(0.05, 2.5)), applies=_scalar)
    batch: int = parameter(50, Count("batch size B, %", 1, 100), applies=_sampled)
    noise: float = parameter(
        0.8, Number("noise σ₁ of the gradient of one sample", 0.01, 5.0, log=True), applies=_scalar
    )
    network: str = parameter("23", Choice("seed of the network of Figure 2", NETWORKS), applies=_network)
    seed: int = parameter(0, Count("seed of the batches and of the noise", 0, 9999))
    n_steps: int = parameter(60, Count("steps shown", 20, 400))
    record: str = parameter(
        "",
        Points(
            "own record: one number a line, or a table",
            4000,
            read=read_own,
            used_by=("source", OWN),
            columns=("column",),
            what="record",
        ),
        applies=_own,
    )
    column: int = parameter(0, Column("the record is"), applies=_own)
    skipped: int = parameter(0, Count("left out at the begin, %", 0, 90), applies=_own)


def study(params: Params, own_record: str = "") -> Study:
    """Take the record of `params` and set it against its twin, the theory and the frozen batch.

    own_record: text in the place of `params.record`, where that is too long for a field of `Params`.
    Raises ValueError where the reader's own record is used and cannot be read, see `read_own`.
    """
    run = _run(params)
    record, escaped = (_own_record(params, own_record), 0) if run is None else _finite(run.records[:, 0])
    varies = not escaped and len(record) >= SHORTEST and bool(np.any(record != record[0]))
    varies = varies and float(np.ptp(record)) > 1e-12 * float(np.abs(record).max())  # else it is rounding
    found = alternation(record, n_blocks=BLOCKS) if varies else None
    twin = twin_of(record, found.lag_one, params.seed) if found else np.zeros(RECORDED)
    frozen = None
    if run is not None and not escaped:
        frozen = freeze(run.objective, run.state, run.step_size, observe=run.observe)
    sigma = noise_of(params.source, params.batch, params.noise) if _scalar(vars(params)) else np.nan
    law, unit = _law(params, record, sigma) if found else (None, 1.0)
    rates = np.full(3, np.nan)
    if params.source == EXAMPLE_1 and law is not None:
        rates = slip_measurement(sigma / params.step_size, params.seed)
    about: dict[str, Any] = {
        "params": params, "own_record": own_record, "record": record, "twin": twin, "escaped": escaped,
        "strips": strips_of(record, twin, params.n_steps), "found": found,
        "twin_found": alternation(twin, n_blocks=BLOCKS) if found else None,
        "phase": phase(record - record.mean(), n_blocks=BLOCKS) if found else None,
        "frozen": frozen, "law": law, "unit": unit, "sigma": sigma, "slips": rates,
    }  # fmt: skip
    return Study(**about, claims=claims_of(Study(**about, claims=())))


def _run(params: Params) -> Sampled | None:
    if params.source == OWN:
        return None
    if params.source == FIGURE_2:
        return network_paths(int(params.network), params.batch, params.seed)
    return scalar_paths(params.source, params.step_size, params.batch, params.noise, params.seed)


def _own_record(params: Params, own_record: str) -> Array:
    values = read_own(own_record or params.record, params.column)
    rest = values[len(values) * params.skipped // 100 :]
    return rest if len(rest) else values[-1:]


def _finite(record: Array) -> tuple[Array, int]:
    """A record until it leaves the finite numbers, and the step at which it does, or 0."""
    held = np.isfinite(record)
    n = len(record) if held.all() else int(held.argmin())
    return record[:n].copy(), (0 if n == len(record) else n + 1)


def _law(params: Params, record: Array, sigma: float) -> tuple[StationaryLaw | None, float]:
    """The law predicted for a record, and the unit in which the record is written there."""
    if params.source == EXAMPLE_1:
        return law_of_example_1(sigma / params.step_size), params.step_size**2
    inside = BESIDE_2[0] < record.min() and record.max() < BESIDE_2[1]
    if params.source == EXAMPLE_2 and inside:
        return law_of_example_2(params.step_size, sigma), 1.0
    return None, 1.0
