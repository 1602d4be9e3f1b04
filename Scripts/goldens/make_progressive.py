"""Write the small progressive networks of the reference tests, with inputs and outputs.

    python Scripts/goldens/make_progressive.py            # write Tests/ReferenceTests/Fixtures
    python Scripts/goldens/make_progressive.py --check    # compare with what is there

One network of every family; widths, iterations, image sizes and both PyTorch file formats vary
along. Weights are random, outputs are computed in float64 from the float32 weights.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from make_networks import FIXTURES, MAX_BYTES, SEED, case_provenance, case_rng, random_image
from progressive_reference import Network, load, network, reference_outputs
from rescan_reference import read_state

SIDECAR = "PROVENANCE.progressive.json"
# Of what the last convolution gives in the first iteration, where the image is added and where not.
MEAN = {True: -0.05, False: 0.4}
SPREAD = {True: 0.08, False: 0.15}


@dataclass(frozen=True)
class Case:
    """One network and one image; layout `parallel` has the prefix `module.` on every name."""

    family: str
    network_width: int
    stages: int
    height: int
    width: int
    layout: str = "plain"
    container: str = "legacy"

    @property
    def name(self) -> str:
        return (f"{self.family}-c{self.network_width}-s{self.stages}"
                f"-{self.height}x{self.width}")


CASES = (
    Case("prenet", 8, 2, 13, 21),
    Case("prenet-r", 5, 3, 20, 40, "plain", "zip"),
    Case("prenet-gru", 4, 3, 13, 21),
    Case("prenet-lstm", 3, 2, 1, 17, "plain", "zip"),
    Case("prenet-x", 3, 3, 13, 21),
    Case("prn", 8, 2, 3, 5, "parallel"),
    Case("prn-r", 13, 3, 20, 40),
    Case("brn", 4, 3, 13, 21, "parallel"),
)


def random_state(net: Network, rng: np.random.Generator) -> OrderedDict[str, Tensor]:
    """Normal weights, smaller in the residual blocks, whose contributions pile up."""
    state: OrderedDict[str, Tensor] = OrderedDict()
    for name, parameter in net.state_dict().items():
        gain = 1 if name.startswith("res_conv") else 2
        scale = 0.1 if name.endswith("bias") else gain / np.sqrt(np.prod(parameter.shape[1:]))
        values = rng.normal(0, scale, tuple(parameter.shape)).astype(np.float32)
        state[name] = torch.from_numpy(values)
    return state


@torch.no_grad()
def settle(net: Network, case: Case, image: np.ndarray) -> None:
    """Scale and shift the last convolution, channel by channel, until it gives the wanted mean and
    spread in the first iteration."""
    given = torch.from_numpy(image)
    adds_image = case.family in ("prenet", "prenet-r", "prn", "prn-r")
    first = net(given)[0] - (given if adds_image else 0)
    values, last = first.flatten(2)[0], net.conv[0]
    scale = SPREAD[adds_image] / values.std(1, correction=0)
    last.weight *= scale[:, None, None, None]
    last.bias.copy_(last.bias * scale + MEAN[adds_image] - values.mean(1) * scale)


def checkpoint(case: Case, net: Network) -> OrderedDict[str, Tensor]:
    """What the case's `checkpoint.pth` holds."""
    prefix = "module." if case.layout == "parallel" else ""
    return OrderedDict((prefix + name, value) for name, value in net.state_dict().items())


def assert_healthy(case: Case, outputs: dict[str, np.ndarray]) -> None:
    """Refuse networks whose outputs vanish, explode or repeat from iteration to iteration."""
    images = [outputs[f"clean_{stage}"] for stage in range(1, case.stages + 1)]
    for image in images:
        size = float(np.sqrt(np.mean(image**2)))
        assert 0.1 < size < 2, f"{case.name}: an image of size {size}"
    for before, after in zip(images, images[1:]):
        change = float(np.abs(after - before).mean())
        assert change > 2e-3, f"{case.name}: an iteration changes the image by only {change}"


def write_case(case: Case, folder: Path) -> None:
    """Write the checkpoint, the facts, the input and the outputs of one case."""
    rng = case_rng(case)
    net = network(case.family, case.network_width, case.stages)
    net.load_state_dict(random_state(net, rng))
    image = random_image(case, rng)
    settle(net, case, image)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint(case, net), folder / "checkpoint.pth",
               _use_new_zipfile_serialization=case.container == "zip")
    outputs = reference_outputs(net, image)
    assert_healthy(case, outputs)
    for name, value in {"input": image, **outputs}.items():
        np.save(folder / f"{name}.npy", value)
    facts = {"family": case.family, "channel_order": "RGB", "stages": case.stages,
             "channel": case.network_width, "outputs": sorted(outputs)}
    (folder / "case.json").write_text(json.dumps(facts, indent=1) + "\n")
    for file in folder.iterdir():
        assert file.stat().st_size <= MAX_BYTES, f"{file} has {file.stat().st_size} bytes"


def provenance(fixtures: Path) -> dict[str, Any]:
    """The sidecar of all fixtures of this script."""
    return {
        "script": "Scripts/goldens/make_progressive.py", "seed": SEED,
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__,
                     "torch": torch.__version__},
        "fixtures": {case.name: case_provenance(case, fixtures / case.name) for case in CASES},
    }


def check_case(case: Case, committed: Path, fresh: Path) -> None:
    """Regenerate one case beside the committed one and compare weights, input and outputs."""
    write_case(case, fresh)
    old, new = (read_state(folder / "checkpoint.pth") for folder in (committed, fresh))
    assert list(old) == list(new), f"{case.name}: other parameters"
    for name, value in old.items():
        torch.testing.assert_close(new[name], value, rtol=1e-5, atol=1e-6)
    for file in sorted(committed.glob("*.npy")):
        np.testing.assert_allclose(np.load(fresh / file.name), np.load(file), atol=1e-5)
    stored = load(committed / "checkpoint.pth", case.family, case.stages)
    for name, value in reference_outputs(stored, np.load(committed / "input.npy")).items():
        np.testing.assert_allclose(value, np.load(committed / f"{name}.npy"), atol=1e-6)


def check(fixtures: Path) -> None:
    """Compare every committed fixture, and the sidecar, with what this script makes."""
    recorded = json.loads((fixtures / SIDECAR).read_text())["fixtures"]
    for case in CASES:
        assert recorded[case.name] == case_provenance(case, fixtures / case.name), case.name
        with tempfile.TemporaryDirectory() as fresh:
            check_case(case, fixtures / case.name, Path(fresh))
        print(f"{case.name}: as committed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=FIXTURES)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.check:
        return check(args.output)
    for case in CASES:
        write_case(case, args.output / case.name)
    text = json.dumps(provenance(args.output), indent=1)
    (args.output / SIDECAR).write_text(text + "\n")


if __name__ == "__main__":
    main()
