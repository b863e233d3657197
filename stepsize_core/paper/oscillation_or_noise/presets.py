"""The cases worth a look: a record that looks like noise and is none, and the other way round."""

import numpy as np

from stepsize_core.paper.oscillation_or_noise.cases import EXAMPLE_2, FIGURE_2, OWN
from stepsize_core.paper.oscillation_or_noise.studies import Params
from stepsize_core.paper.parameters import Preset, Try

OWN_LENGTH = 240  # values of the record that stands for the reader's own


def _as_pasted() -> str:
    """A noisy alternation as a reader would paste it: epochs and losses, three decimals."""
    rng, values = np.random.default_rng(5), [0.25]
    for z in rng.standard_normal(OWN_LENGTH - 1):
        y = values[-1]
        values.append(float(y - np.copysign(np.sqrt(abs(y)), y) - 0.12 * z))
    return "epoch, loss\n" + "\n".join(f"{k}, {1.3 + y:.3f}" for k, y in enumerate(values, 1))


PRESETS = {
    "matched": Preset(
        "Two strips that look alike",
        "One strip is Example 1 under batches of half the data, the other noise at a stable minimum.",
        Params(),
        "A loss that jumps at every step may be sampling noise or the step size. The look does not tell.",
        Try("take batches of 25 %", {"batch": 25}),
        "strips",
    ),
    "slips": Preset(
        "The phase slips, the branches stay",
        "With batches of 9 % odd and even steps swap sides again and again, and still there are two humps.",
        Params(step_size=2.0, batch=9, noise=1.0, seed=4),
        "An average over many odd steps sees nothing of an oscillation whose phase slips.",
        Try("take batches of 25 %", {"batch": 25}),
        "phase",
    ),
    "drowned": Preset(
        "An oscillation drowned in noise",
        "With batches of 2 % R shows no two branches, and yet the frozen run goes on alternating.",
        Params(step_size=2.0, batch=2, noise=1.0),
        "A record that shows no oscillation does not exclude one. Freeze the batch to find out.",
        Try("take batches of 9 %", {"batch": 9}),
        "freeze",
    ),
    "below": Preset(
        "Example 2 below δ = 0.2: only noise",
        "The minimum x = 2 is stable: what jumps from side to side here dies out with the full batch.",
        Params(source=EXAMPLE_2, step_size=0.19, noise=0.2, seed=4),
        "Values that alternate in sign are no proof that the step size is too large.",
        Try("raise δ to 0.21", {"step_size": 0.21}),
        "histogram",
    ),
    "above": Preset(
        "Example 2 above δ = 0.2: a 2-cycle",
        "The same noise and a step a little larger: two humps, because a 2-cycle has taken the place of 2.",
        Params(source=EXAMPLE_2, step_size=0.21, noise=0.2, seed=4),
        "A small change of the step size can turn noise into an oscillation without a change of look.",
        Try("lower δ to 0.19", {"step_size": 0.19}),
        "histogram",
    ),
    "swells": Preset(
        "Noise swells towards δ = 0.2",
        "The same noise spreads x ever wider as δ nears 2/a, before any oscillation is there.",
        Params(source=EXAMPLE_2, step_size=0.185, noise=0.2, seed=4),
        "A plateau that gets noisier as the step grows comes near the step size at which it turns unstable.",
        Try("raise δ to 0.195", {"step_size": 0.195}),
        "spread",
    ),
    "figure_2_half": Preset(
        "Figure 2 under batches of half the data",
        "The output at 0.5 keeps its 2-cycle, odd and even steps on their sides for all 4,000 steps.",
        Params(source=FIGURE_2, seed=7),
        "Mini-batches do not wash the oscillation of a network out: it survives them in phase.",
        Try("take batches of 10 %", {"batch": 10}),
        "strips",
    ),
    "figure_2_tenth": Preset(
        "Figure 2 under batches of a tenth",
        "The phase slips: averages over odd and over even steps draw close. R still shows two branches.",
        Params(source=FIGURE_2, batch=10, seed=7),
        "A reader of the loss curve sees noise around a plateau; the network has two functions in turn.",
        Try("take batches of 5 %", {"batch": 5}),
        "phase",
    ),
    "figure_2_rests": Preset(
        "A draw of Figure 2 that converges",
        "With the same step size and batches this draw only trembles: one hump, and frozen it comes to rest.",
        Params(source=FIGURE_2, network="1", batch=10, seed=7),
        "Whether a plateau is noise can be settled: go on with the full batch and watch.",
        Try("take the draw of seed 23", {"network": "23"}),
        "freeze",
    ),
    "own": Preset(
        "A record of your own",
        "A pasted column of 240 losses or outputs gets the same statistic and the same sentence.",
        Params(source=OWN, record=_as_pasted()),
        "Paste what varies most from step to step, with the first transient left out.",
        Try("leave out the first half", {"skipped": 50}),
        "histogram",
    ),
}
