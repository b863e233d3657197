"""Sampled gradients: x ← x − δ∇f_B(x), f_B the mean over a batch of B of the n samples of f = (1/n)Σ f_i.

Batches are drawn "without" replacement or "with", afresh at every step, or "reshuffled": every epoch goes
through all samples in a new order. What becomes of a run is a matter of probability: an ensemble of paths,
never a limit of `stepsize_core.limits`.
"""
