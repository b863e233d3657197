"""`python -m stepsize_core.paper.relu_oscillation` recomputes the stored ensemble (data/typicality.json)."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from stepsize_core.paper.relu_oscillation.ensembles import STORED, STORED_DRAWS, typicality


def main() -> None:
    """Recompute the stored ensemble."""
    parser = argparse.ArgumentParser(description="Recompute how typical Figure 2 is, over many draws.")
    parser.add_argument("--draws", type=int, default=STORED_DRAWS)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / STORED)
    options = parser.parse_args()
    result = typicality(options.draws, progress=lambda done: print(f"\r{done:4.0%}", end="", flush=True))
    options.out.write_text(json.dumps(asdict(result), indent=1) + "\n", "utf8")
    print(f"\n{options.out}")


if __name__ == "__main__":
    main()
