"""Two-layer ReLU networks f̂(x) = W g(Vx − b) with a fixed bias b (paper, Section 4).

The loss is c Σ_i ‖f̂(x_i) − y_i‖² with c = loss_scale: ½ in Theorem 4, 1 in the experiment of Figure 2. A
factor in the loss is the same factor in every gradient and Hessian eigenvalue. All quantities are
dimensionless.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stepsize_core.arrays import Array, ArrayLike, Flags
from stepsize_core.checks import count, finite, positive_finite
from stepsize_core.networks.relu_many_runs import ManyRunsStepper
from stepsize_core.networks.relu_one_run import SingleRunStepper
from stepsize_core.networks.relu_sums import HalfLineSums, packed_hessian
from stepsize_core.objectives import Objective
from stepsize_core.pulse import pulse
from stepsize_core.steppers import PlainStepper, Stepper

PROBES = 64  # inputs at which the function is watched
BLOCK_ACTIVATIONS = 1 << 16  # hidden activations evaluated together: a block stays in the cache


@dataclass(frozen=True, eq=False)
class TwoLayerReLU(Objective):
    """The loss c Σ_i ‖W g(Vx_i − b) − y_i‖² over the packed weights (W, V); g is the ReLU, b stays fixed.

    inputs      x_i, (N, n), or (N,) for n = 1; finite, N ≥ 1; kept as a read-only copy, like the next two
    targets     y_i, (N, m), or (N,) for m = 1; finite
    bias        b, (r,), one entry per hidden unit; finite
    loss_scale  c > 0, the factor in front of the sum of squares

    A state packs W (m, r) and then V (r, n), row by row: state_shape = (m·r + r·n,). Every method works on
    any batch of states. At a kink g′(0) = 0: a unit is active on x where Vx > b, strictly; gradient and
    Hessian are exact away from the kinks, which is almost everywhere.
    Raises ValueError where an array has the wrong shape, is empty or not finite, or c is not positive.
    """

    inputs: Array
    targets: Array
    bias: Array
    loss_scale: float = 0.5

    def __post_init__(self) -> None:
        inputs, targets = _columns("inputs", self.inputs), _columns("targets", self.targets)
        bias, scale = finite("bias", self.bias), positive_finite("loss_scale", self.loss_scale)
        if len(inputs) != len(targets):
            raise ValueError(
                f"targets must have one row per input, {len(inputs)} of them, got {len(targets)} rows"
            )
        if bias.ndim != 1 or bias.size == 0:
            raise ValueError(f"bias must have shape (r,) with r of at least 1, got shape {bias.shape}")
        if scale.ndim:
            raise ValueError(f"loss_scale must be a single number, got shape {scale.shape}")
        for name, array in (("inputs", inputs), ("targets", targets), ("bias", bias)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "loss_scale", float(scale))
        object.__setattr__(self, "state_shape", (bias.size * (targets.shape[1] + inputs.shape[1]),))

    @property
    def n_inputs(self) -> int:
        """n, the dimension of an input."""
        return self.inputs.shape[1]

    @property
    def n_outputs(self) -> int:
        """m, the dimension of an output."""
        return self.targets.shape[1]

    @property
    def hidden_units(self) -> int:
        """r, the number of hidden units."""
        return len(self.bias)

    def pack(self, output_weights: ArrayLike, hidden_weights: ArrayLike) -> Array:
        """The state of W, batch + (m, r), and V, batch + (r, n): shape batch + state_shape.

        W may be given as (r,) when m = 1 and V as (r,) when n = 1.
        Raises ValueError where a shape does not fit or an entry is not finite.
        """
        m, r, n = self.n_outputs, self.hidden_units, self.n_inputs
        w = _weights("output_weights", output_weights, (m, r), short=m == 1)
        v = _weights("hidden_weights", hidden_weights, (r, n), short=n == 1)
        if w.shape[:-2] != v.shape[:-2]:
            raise ValueError(
                f"hidden_weights must have the batch shape {w.shape[:-2]} of output_weights, "
                f"got {v.shape[:-2]}"
            )
        batch = w.shape[:-2]
        return np.concatenate([w.reshape(*batch, m * r), v.reshape(*batch, r * n)], axis=-1)

    def unpack(self, x: ArrayLike) -> tuple[Array, Array]:
        """W, batch + (m, r), and V, batch + (r, n), of states x, batch + state_shape; views."""
        x = np.asarray(x, float)
        m, r, n = self.n_outputs, self.hidden_units, self.n_inputs
        if x.ndim == 0 or x.shape[-1] != r * (m + n):
            raise ValueError(f"x must have a shape that ends in {self.state_shape}, got {x.shape}")
        batch = x.shape[:-1]
        return x[..., : m * r].reshape(*batch, m, r), x[..., m * r :].reshape(*batch, r, n)

    def predict(self, x: ArrayLike, inputs: ArrayLike) -> Array:
        """f̂ at inputs (M, n), or (M,) for n = 1, for states x, batch + state_shape: batch + (M, m).

        Raises ValueError where inputs are empty, not finite or of another dimension.
        """
        points = _columns("inputs", inputs)
        if points.shape[1] != self.n_inputs:
            raise ValueError(f"inputs must have shape (M, {self.n_inputs}), got {points.shape}")
        return self._in_blocks(lambda w, v: _hidden(v, self.bias, points)[1] @ w.mT, x)

    def observable(self, x: ArrayLike) -> Array:
        """f̂ at up to PROBES of the training inputs, batch + (probes·m,): what settles or cycles while weights
        drift; limits are judged on it."""
        values = self.predict(x, self._probes)
        return values.reshape(*values.shape[:-2], -1)

    @cached_property
    def _probes(self) -> Array:
        """PROBES inputs, evenly through the order of the first coordinate; all if there are fewer."""
        order = np.argsort(self.inputs[:, 0], kind="stable")
        return self.inputs[order[np.linspace(0, len(order) - 1, min(PROBES, len(order))).astype(int)]]

    def value(self, x: ArrayLike) -> Array:
        """c Σ_i ‖f̂(x_i) − y_i‖², shape batch."""
        return self._in_blocks(self._value, x)

    def losses(self, states: Array) -> Array:
        """`value` at many states (B, n_params), fast for n = 1: there the error is rounding of c Σ‖y_i‖²."""
        return self._sums.losses(states) if self.n_inputs == 1 else self.value(states)

    def gradient(self, x: ArrayLike) -> Array:
        """∇ of the loss over (W, V), shape batch + state_shape."""
        return self._in_blocks(self._gradient, x)

    def hessian(self, x: ArrayLike) -> Array:
        """∇² of the loss, shape batch + state_shape + state_shape.

        The Gauss–Newton part plus the cross block 2c Σ_i e_i 1[unit active] x_i of the residual e = f̂ − y.
        For n = 1 the cost does not depend on the number of data.
        """
        if self.n_inputs == 1:
            x, n_params = np.asarray(x, float), self.state_shape[0]
            return self._sums.hessian(x.reshape(-1, n_params)).reshape(*x.shape, n_params)
        return self._in_blocks(self._hessian, x)

    def hessian_vector_product(self, x: ArrayLike, v: ArrayLike) -> Array:
        """∇²f(x)v without forming the Hessian; x, v and the result have shape batch + state_shape.

        For n = 1 the cost does not depend on the number of data.
        """
        x, v = np.broadcast_arrays(np.asarray(x, float), np.asarray(v, float))
        if self.n_inputs == 1:
            n_params = self.state_shape[0]
            flat = self._sums.hessian_vector_product(x.reshape(-1, n_params), v.reshape(-1, n_params))
            return flat.reshape(x.shape)
        return self._in_blocks(self._hessian_vector_product, x, v)

    def stepper(self, x: Array, step_size: Array) -> Stepper:
        """Runs x (lanes, n_params) with step sizes (lanes,); for n = 1 the number of data does not matter."""
        if self.n_inputs > 1:
            return PlainStepper(self.gradient, x, step_size)
        if len(x) == 1 and self.n_outputs == 1:
            return SingleRunStepper(self._sums, x, step_size)
        return ManyRunsStepper(self._sums, x, step_size)

    @cached_property
    def _sums(self) -> HalfLineSums:
        return HalfLineSums(self.inputs[:, 0], self.targets, self.bias, self.loss_scale)

    def _in_blocks(self, function: Callable[..., Array], *states: ArrayLike) -> Array:
        """function(W, V, …) over the flattened batch, as many states at a time as fit the cache."""
        batch = np.shape(states[0])[:-1]
        layers = [a.reshape(-1, *a.shape[-2:]) for x in states for a in self.unpack(x)]
        n_states = len(layers[0])
        size = max(1, BLOCK_ACTIVATIONS // (len(self.inputs) * self.hidden_units))
        blocks = [function(*(a[i : i + size] for a in layers)) for i in range(0, max(n_states, 1), size)]
        result = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
        return result.reshape(batch + result.shape[1:])[()]

    def _value(self, w: Array, v: Array) -> Array:
        _, hidden = _hidden(v, self.bias, self.inputs)
        return self.loss_scale * np.sum((hidden @ w.mT - self.targets) ** 2, axis=(-2, -1))

    def _gradient(self, w: Array, v: Array) -> Array:
        active, hidden = _hidden(v, self.bias, self.inputs)  # (B, N, r)
        error = hidden @ w.mT - self.targets  # (B, N, m)
        to_hidden = (error @ w) * active  # (B, N, r)
        return 2.0 * self.loss_scale * _packed(error.mT @ hidden, to_hidden.mT @ self.inputs)

    def _hessian_vector_product(self, w: Array, v: Array, dw: Array, dv: Array) -> Array:
        active, hidden = _hidden(v, self.bias, self.inputs)
        d_hidden = active * (self.inputs @ dv.mT)
        error = hidden @ w.mT - self.targets
        d_error = d_hidden @ w.mT + hidden @ dw.mT
        d_to_hidden = (error @ dw + d_error @ w) * active
        d_w = d_error.mT @ hidden + error.mT @ d_hidden
        return 2.0 * self.loss_scale * _packed(d_w, d_to_hidden.mT @ self.inputs)

    def _hessian(self, w: Array, v: Array) -> Array:
        active, hidden = _hidden(v, self.bias, self.inputs)
        error = hidden @ w.mT - self.targets
        m, r, n = self.n_outputs, self.hidden_units, self.n_inputs
        slopes = (active[..., None] * self.inputs[:, None, :]).reshape(*active.shape[:2], r * n)
        residual = (error.mT @ slopes).reshape(-1, m, r, n)  # Σ_i e_ia 1_ij x_iq
        blocks = packed_hessian(w, hidden.mT @ hidden, hidden.mT @ slopes, slopes.mT @ slopes, residual)
        return 2.0 * self.loss_scale * blocks


def gaussian_experiment(
    seed: int, hidden_units: int = 20, n_points: int = 1000, loss_scale: float = 1.0
) -> tuple[TwoLayerReLU, Array]:
    """The experiment of Figure 2 for one draw: the loss and the state that training starts from.

    b, the target's W and V, and the start's W and V are standard normal, drawn in that order from
    numpy.random.default_rng(seed); x_i = i/n_points for i = 0, …, n_points − 1; the target is a network with
    the same b, so it is representable. Figure 2 has loss_scale = 1.
    Raises ValueError where seed is not an integer of at least 0 or a count is below 1.
    """
    rng = np.random.default_rng(count("seed", seed, at_least=0))
    hidden_units, n_points = count("hidden_units", hidden_units), count("n_points", n_points)
    bias, target_w, target_v, w, v = (rng.standard_normal(hidden_units) for _ in range(5))
    inputs = np.arange(n_points) / n_points
    _, hidden = _hidden(target_v[:, None], bias, inputs[:, None])
    network = TwoLayerReLU(inputs, hidden @ target_w, bias, loss_scale)
    return network, network.pack(w, v)


def _hidden(v: Array, bias: Array, inputs: Array) -> tuple[Flags, Array]:
    """Which unit is active on which input, and g(Vx − b): two arrays batch + (N, r)."""
    pulse()
    drive = inputs @ v.mT - bias
    return drive > 0, np.maximum(drive, 0.0)


def _packed(w: Array, v: Array) -> Array:
    """States (B, n_params) of gradients (B, m, r) and (B, r, n)."""
    return np.concatenate([w.reshape(len(w), -1), v.reshape(len(v), -1)], axis=-1)


def _columns(name: str, value: ArrayLike) -> Array:
    """Data as a finite matrix (N, columns); one number per row may come without the second axis."""
    array = finite(name, value)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name} must be a matrix with at least one row and column, got shape {array.shape}")
    return array


def _weights(name: str, value: ArrayLike, shape: tuple[int, ...], *, short: bool) -> Array:
    """Weights as batch + shape; a missing axis of length 1 is put back where `short` allows it."""
    array = finite(name, value)
    if short and array.shape == (max(shape),):
        array = array.reshape(shape)
    if array.shape[-2:] != shape:
        raise ValueError(f"{name} must have a shape that ends in {shape}, got {array.shape}")
    return array
