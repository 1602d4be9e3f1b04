"""Check the reference network against folders of stored outputs, such as published checkpoints.

    python Scripts/goldens/verify_reference.py ../shared/cases Tests/ReferenceTests/Fixtures

Prints the largest absolute difference of each case; exits 1 when one is above the tolerance.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from rescan_reference import load, reference_outputs


def worst_difference(case: Path) -> float:
    """The largest absolute difference over all stored outputs of one case."""
    facts = json.loads((case / "case.json").read_text())
    net = load(case / "checkpoint.pth", facts.get("frame", "Full"), facts.get("stages", 4))
    got = reference_outputs(net, np.load(case / "input.npy"))
    return max(
        float(np.abs(got[name] - np.load(case / f"{name}.npy")).max()) for name in facts["outputs"]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="folders of case folders")
    parser.add_argument("--tolerance", type=float, default=1e-6)
    args = parser.parse_args()
    failed = 0
    for case in sorted(p.parent for folder in args.folders for p in folder.glob("*/case.json")):
        if json.loads((case / "case.json").read_text())["family"] != "rescan":
            continue
        worst = worst_difference(case)
        failed += worst > args.tolerance
        print(f"{case.name:32} {worst:.2e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
