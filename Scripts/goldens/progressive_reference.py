"""The progressive networks (Ren et al., CVPR 2019) and BRN (Ren et al., TIP 2020) in plain PyTorch.

Parameters are named as in the authors' checkpoints. Images are `[N, 3, H, W]` in [0, 1], in RGB
order. States begin as tensors of zeros, which go through the convolutions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from rescan_reference import read_state


@dataclass(frozen=True)
class Family:
    """What the progressive networks differ in."""

    unit: str | None
    sees_image: bool
    repeats_block: bool
    adds_image: bool


FAMILIES = {
    "prenet": Family("LSTM", True, False, True),
    "prenet-r": Family("LSTM", True, True, True),
    "prn": Family(None, True, False, True),
    "prn-r": Family(None, True, True, True),
    "prenet-lstm": Family("LSTM", True, False, False),
    "prenet-gru": Family("GRU", True, False, False),
    "prenet-x": Family("LSTM", False, False, False),
}
GATES = {None: "", "LSTM": "ifgo", "GRU": "zbg"}


def conv(inputs: int, outputs: int) -> nn.Sequential:
    """A 3×3 convolution that keeps H and W, under the index 0."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1))


def block(width: int) -> nn.Sequential:
    """A residual block, without its sum."""
    return nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(),
                         nn.Conv2d(width, width, 3, padding=1), nn.ReLU())


class Network(nn.Module):
    """What the networks share: their layers by name."""

    def gate(self, name: str, *inputs: Tensor) -> Tensor:
        return getattr(self, name)(torch.cat(inputs, 1))

    def lstm(self, c: Tensor, *inputs: Tensor, suffix: str = "") -> tuple[Tensor, Tensor]:
        """The new hidden state and the new cell."""
        i, f, o = (torch.sigmoid(self.gate(f"conv_{g}{suffix}", *inputs)) for g in "ifo")
        c = f * c + i * torch.tanh(self.gate(f"conv_g{suffix}", *inputs))
        return o * torch.tanh(c), c

    def residual(self, name: str, x: Tensor) -> Tensor:
        return torch.relu(getattr(self, name)(x) + x)


class Progressive(Network):
    """All families of `FAMILIES`; `forward` returns the estimates of all iterations."""

    def __init__(self, family: str, width: int, stages: int) -> None:
        super().__init__()
        self.family, self.width, self.stages = FAMILIES[family], width, stages
        self.conv0 = conv(6 if self.family.sees_image else 3, width)
        for number in range(1, 2 if self.family.repeats_block else 6):
            setattr(self, f"res_conv{number}", block(width))
        for name in GATES[self.family.unit]:
            setattr(self, f"conv_{name}", conv(2 * width, width))
        self.conv = conv(width, 3)

    def gru(self, x: Tensor, h: Tensor) -> Tensor:
        z = torch.sigmoid(self.gate("conv_z", x, h))
        b = torch.sigmoid(self.gate("conv_b", x, h))
        g = torch.tanh(self.gate("conv_g", b * h, x))
        return (1 - z) * h + z * g

    def forward(self, image: Tensor) -> list[Tensor]:
        x, estimates = image, []
        h = c = image.new_zeros(image.shape[0], self.width, *image.shape[2:])
        for _ in range(self.stages):
            x = torch.relu(self.gate("conv0", *([image, x] if self.family.sees_image else [x])))
            if self.family.unit == "LSTM":
                x, c = h, c = self.lstm(c, x, h)
            elif self.family.unit == "GRU":
                x = h = self.gru(x, h)
            for number in range(1, 6):
                x = self.residual(f"res_conv{1 if self.family.repeats_block else number}", x)
            x = self.conv(x)
            if self.family.adds_image:
                x = x + image
            estimates.append(x)
        return estimates


class Bilateral(Network):
    """BRN. Of the five residual blocks for rain that its checkpoints hold, three are used."""

    def __init__(self, width: int, stages: int) -> None:
        super().__init__()
        self.width, self.stages = width, stages
        for suffix, inputs in (("", 9), ("_r", 6)):
            setattr(self, f"conv0{suffix}", conv(inputs, width))
            for number in range(1, 6):
                setattr(self, f"res_conv{number}{suffix}", block(width))
            for name in GATES["LSTM"]:
                setattr(self, f"conv_{name}{suffix}", conv(3 * width, width))
            setattr(self, f"conv{suffix}", conv(width, 3))

    def forward(self, image: Tensor) -> list[Tensor]:
        x, rain, estimates = image, image, []
        h = c = h_r = c_r = image.new_zeros(image.shape[0], self.width, *image.shape[2:])
        for _ in range(self.stages):
            rain = torch.relu(self.gate("conv0_r", image, rain))
            h_r, c_r = self.lstm(c_r, rain, h_r, h, suffix="_r")
            rain = h_r
            for number in range(1, 4):
                rain = self.residual(f"res_conv{number}_r", rain)
            rain = self.conv_r(rain)
            x = torch.relu(self.gate("conv0", image, x, rain))
            h, c = self.lstm(c, x, h, h_r)
            x = h
            for number in range(1, 6):
                x = self.residual(f"res_conv{number}", x)
            x = self.conv(x)
            estimates.append(x)
        return estimates


def network(family: str, width: int, stages: int) -> Network:
    """A network with PyTorch's own random weights."""
    if family == "brn":
        return Bilateral(width, stages)
    return Progressive(family, width, stages)


def load(path: Path, family: str, stages: int) -> Network:
    """The network of a checkpoint, with or without the prefix of a data-parallel wrapper."""
    state = {name.removeprefix("module."): value for name, value in read_state(path).items()}
    net = network(family, state["conv0.0.weight"].shape[0], stages)
    net.load_state_dict(state)
    return net.eval()


@torch.no_grad()
def reference_outputs(net: Network, image: np.ndarray) -> dict[str, np.ndarray]:
    """`derained` and `clean_1 … clean_T`, computed in float64 and rounded once, to float32."""
    estimates = net.double()(torch.from_numpy(image).double())
    outputs = {f"clean_{stage}": value for stage, value in enumerate(estimates, 1)}
    outputs["derained"] = estimates[-1]
    return {name: value.float().numpy() for name, value in outputs.items()}
