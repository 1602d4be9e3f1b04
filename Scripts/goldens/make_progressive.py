"""Write the small progressive networks of the reference tests, with inputs and outputs.

    python Scripts/goldens/make_progressive.py            # write Tests/ReferenceTests/Fixtures
    python Scripts/goldens/make_progressive.py --check    # compare with what is there

One network of every family; widths, iterations, image sizes and both PyTorch file formats vary
along. Weights are random, outputs are computed in float64 from the float32 weights.
"""

from __future__ import annotations

from collections import OrderedDict
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fixture_script import FixtureScript, case_rng, random_image, store_case
from progressive_reference import Network, load, network, reference_outputs

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
    # Before the outputs, which turn the network to float64.
    stored = deepcopy(checkpoint(case, net))
    outputs = reference_outputs(net, image)
    assert_healthy(case, outputs)
    facts = {"family": case.family, "channel_order": "RGB", "stages": case.stages,
             "channel": case.network_width, "outputs": sorted(outputs)}
    store_case(folder, stored, case.container, {"input": image, **outputs}, facts)


def stored_outputs(case: Case, folder: Path) -> dict[str, np.ndarray]:
    """What the network stored in a folder gives."""
    net = load(folder / "checkpoint.pth", case.family, case.stages)
    return reference_outputs(net, np.load(folder / "input.npy"))


if __name__ == "__main__":
    FixtureScript("Scripts/goldens/make_progressive.py", "PROVENANCE.progressive.json", CASES,
                  write_case, stored_outputs).main(__doc__)
