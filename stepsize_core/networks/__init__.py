"""Networks as objectives: deep linear ones and their reductions, and a layer of rectified units."""
