"""Write the small RESCAN networks of the reference tests, with inputs and outputs.

    python Scripts/goldens/make_networks.py            # write Tests/ReferenceTests/Fixtures
    python Scripts/goldens/make_networks.py --check    # compare with what is there

Every unit meets every frame, with and without SE; channels, depths, stages, image sizes, both
PyTorch file formats and both checkpoint layouts vary along. Weights are random, scaled so that
signals neither fade nor saturate. Outputs are computed in float64 from the float32 weights.
"""

from __future__ import annotations

from collections import OrderedDict
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fixture_script import FixtureScript, case_rng, random_image, store_case
from rescan_reference import Config, Rescan, config_of, load, read_state, reference_outputs

# Of the first stage's rain; recurrent units give more in later stages, Conv does not.
RAIN_MEAN = 0.05
RAIN_SPREAD = {"Conv": 0.15, "RNN": 0.07, "GRU": 0.07, "LSTM": 0.07}
# Address-sized, as PyTorch of 2018 named parameters in an optimizer's state.
FIRST_PARAMETER_ID = 140020168203144


@dataclass(frozen=True)
class Case:
    """One network and one image; `layout` and `container` say how the checkpoint is stored."""

    config: Config
    height: int
    width: int
    layout: str = "plain"
    container: str = "zip"

    @property
    def name(self) -> str:
        c = self.config
        excite = "se" if c.use_se else "nose"
        return (f"{c.unit}-{c.frame}-{excite}-c{c.channel}-d{c.depth}-s{c.stages}".lower()
                + f"-{self.height}x{self.width}")


CASES = (
    Case(Config("Conv", "Full", 24, 4, 2, True), 20, 70, "plain", "zip"),
    Case(Config("Conv", "Full", 13, 7, 3, False), 13, 21, "plain", "legacy"),
    Case(Config("Conv", "Add", 3, 5, 4, True), 3, 5, "authors", "zip"),
    Case(Config("Conv", "Add", 16, 3, 1, False), 1, 1, "plain", "legacy"),
    Case(Config("RNN", "Full", 16, 3, 3, True), 1, 17, "plain", "legacy"),
    Case(Config("RNN", "Full", 5, 7, 2, False), 40, 33, "authors", "zip"),
    Case(Config("RNN", "Add", 8, 5, 2, True), 20, 70, "plain", "legacy"),
    Case(Config("RNN", "Add", 24, 3, 3, False), 13, 21, "plain", "zip"),
    Case(Config("GRU", "Full", 5, 7, 4, True), 13, 21, "plain", "legacy"),
    Case(Config("GRU", "Full", 8, 5, 2, True), 40, 33, "plain", "zip"),
    Case(Config("GRU", "Full", 3, 6, 3, False), 20, 70, "authors", "legacy"),
    Case(Config("GRU", "Full", 3, 4, 2, True), 1, 1, "authors", "legacy"),
    Case(Config("GRU", "Add", 13, 3, 1, True), 3, 5, "plain", "zip"),
    Case(Config("GRU", "Add", 8, 4, 4, False), 1, 17, "plain", "legacy"),
    Case(Config("LSTM", "Full", 8, 4, 2, True), 40, 33, "plain", "legacy"),
    Case(Config("LSTM", "Full", 13, 3, 1, False), 1, 1, "plain", "zip"),
    Case(Config("LSTM", "Add", 3, 7, 2, True), 13, 21, "plain", "zip"),
    Case(Config("LSTM", "Add", 5, 4, 4, False), 3, 5, "authors", "legacy"),
)


def random_state(net: Rescan, rng: np.random.Generator) -> OrderedDict[str, Tensor]:
    """Normal weights of gain 2 (gates and SE shrink what passes) and visible biases, in the order
    of the network's parameters."""
    state: OrderedDict[str, Tensor] = OrderedDict()
    for name, parameter in net.state_dict().items():
        fan_in = int(np.prod(parameter.shape[1:]))
        mean = 1.0 if name.endswith("fc.2.bias") else 0.0
        scale = 0.1 if name.endswith("bias") else 2 / np.sqrt(fan_in)
        values = rng.normal(mean, scale, tuple(parameter.shape)).astype(np.float32)
        state[name] = torch.from_numpy(values)
    return state


@torch.no_grad()
def settle_decoder(net: Rescan, image: np.ndarray) -> None:
    """Scale and shift the last convolution, channel by channel, until the first stage's rain has
    the wanted mean and spread; an image without spread (one pixel) is shifted only."""
    rain, last = net(torch.from_numpy(image))[0].flatten(2)[0], net.dec[3]
    spread = rain.std(1, correction=0)
    # With frame Add the stages' contributions pile up.
    share = net.config.stages if net.config.frame == "Add" else 1
    wanted = RAIN_SPREAD[net.config.unit] / share
    scale = torch.where(spread > 1e-4, wanted / spread, 1.0)
    last.weight *= scale[:, None, None, None]
    last.bias.copy_(last.bias * scale + RAIN_MEAN / share - rain.mean(1) * scale)


def adam_state(state: dict[str, Tensor], rng: np.random.Generator) -> dict[str, Any]:
    """An optimizer state as in the authors' checkpoints: integer keys, moments, one group."""
    moments = {
        FIRST_PARAMETER_ID + 72 * index: {
            "step": 19976,
            "exp_avg": torch.from_numpy(rng.normal(0, 1e-3, value.shape).astype(np.float32)),
            "exp_avg_sq": torch.from_numpy(rng.uniform(0, 1e-5, value.shape).astype(np.float32)),
        }
        for index, value in enumerate(state.values())
    }
    group = {"lr": 5e-5, "betas": (0.9, 0.999), "eps": 1e-08, "weight_decay": 0,
             "amsgrad": False, "initial_lr": 0.005, "params": list(moments)}
    return {"state": moments, "param_groups": [group]}


def checkpoint(case: Case, net: Rescan, rng: np.random.Generator) -> dict[str, Any]:
    """What the case's `checkpoint.pth` holds."""
    state = net.state_dict()
    if case.layout == "plain":
        return state
    return {"net": state, "clock": 19976, "opt": adam_state(state, rng)}


def case_facts(case: Case, outputs: list[str]) -> dict[str, Any]:
    """The content of `case.json`."""
    c = case.config
    return {
        "family": "rescan", "channel_order": "BGR", "unit": c.unit, "frame": c.frame,
        "stages": c.stages, "channel": c.channel, "depth": c.depth, "use_se": c.use_se,
        "outputs": outputs,
    }


def assert_healthy(case: Case, outputs: dict[str, np.ndarray]) -> None:
    """Refuse networks whose outputs vanish, explode or repeat from stage to stage."""
    rains = [outputs[f"rain_{stage}"] for stage in range(1, case.config.stages + 1)]
    for rain in rains:
        size = float(np.sqrt(np.mean(rain**2)))
        assert 0.01 < size < 1, f"{case.name}: rain of size {size}"
    for before, after in zip(rains, rains[1:]):
        change = float(np.abs(after - before).mean())
        assert change > 2e-3, f"{case.name}: a stage changes the rain by only {change}"


def write_case(case: Case, folder: Path) -> None:
    """Write the checkpoint, the facts, the input and the outputs of one case."""
    rng = case_rng(case)
    net = Rescan(case.config)
    net.load_state_dict(random_state(net, rng))
    image = random_image(case, rng)
    settle_decoder(net, image)
    # Before the outputs, which turn the network to float64.
    stored = deepcopy(checkpoint(case, net, rng))
    outputs = reference_outputs(net, image)
    assert_healthy(case, outputs)
    store_case(folder, stored, case.container, {"input": image, **outputs},
               case_facts(case, sorted(outputs)))


def stored_outputs(case: Case, folder: Path) -> dict[str, np.ndarray]:
    """What the network stored in a folder gives, if it is that of the case."""
    path, config = folder / "checkpoint.pth", case.config
    assert config_of(read_state(path), config.frame, config.stages) == config
    net = load(path, config.frame, config.stages)
    return reference_outputs(net, np.load(folder / "input.npy"))


if __name__ == "__main__":
    FixtureScript("Scripts/goldens/make_networks.py", "PROVENANCE.json", CASES, write_case,
                  stored_outputs).main(__doc__)
