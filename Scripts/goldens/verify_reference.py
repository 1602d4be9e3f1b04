"""Check the reference networks against folders of stored outputs, such as published checkpoints.

    python Scripts/goldens/verify_reference.py ../shared/cases Tests/ReferenceTests/Fixtures

Prints the largest absolute difference of each case; exits 1 when one is above the tolerance.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

import progressive_reference
import rescan_reference


def worst_difference(case: Path) -> float:
    """The largest absolute difference over all stored outputs of one case."""
    facts = json.loads((case / "case.json").read_text())
    checkpoint, image = case / "checkpoint.pth", np.load(case / "input.npy")
    family, stages = facts["family"], facts.get("stages")
    if family == "rescan":
        net = rescan_reference.load(checkpoint, facts.get("frame", "Full"), stages or 4)
        got = rescan_reference.reference_outputs(net, image)
    else:
        net = progressive_reference.load(checkpoint, family, stages or 6)
        got = progressive_reference.reference_outputs(net, image)
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
        worst = worst_difference(case)
        failed += worst > args.tolerance
        print(f"{case.name:32} {worst:.2e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
