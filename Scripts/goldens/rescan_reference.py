"""RESCAN (Li et al., ECCV 2018) in plain PyTorch: the reference that goldens are computed with.

One class per recurrent unit, with the parameter names of the authors' checkpoints. Images are
`[N, 3, H, W]` in [0, 1], in BGR order. In the first stage a unit has no state: the convolutions of
the state are skipped altogether, their biases too, which differs from a state of zeros.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

UNITS = ("Conv", "RNN", "GRU", "LSTM")
FRAMES = ("Full", "Add")
SE_WIDTH = 6
SLOPE = 0.2

State = tuple[Tensor, ...]


@dataclass(frozen=True)
class Config:
    """What defines a network; `frame` and `stages` leave no trace in its state dict."""

    unit: str = "GRU"
    frame: str = "Full"
    channel: int = 24
    depth: int = 7
    stages: int = 4
    use_se: bool = True


def conv3(inputs: int, outputs: int, dilation: int = 1) -> nn.Conv2d:
    """A 3×3 convolution that keeps H and W."""
    return nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)


class SqueezeExcite(nn.Module):
    """`x ⊙ σ(W2 relu(W1 mean(x) + b1) + b2)`, one factor per channel."""

    def __init__(self, channel: int) -> None:
        super().__init__()
        self.fc = nn.Sequential(
            nn.Linear(channel, SE_WIDTH), nn.ReLU(), nn.Linear(SE_WIDTH, channel), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc(x.mean((2, 3)))[:, :, None, None]


def excite(channel: int, use_se: bool) -> nn.Module:
    """Squeeze-and-excitation, or the identity without parameters."""
    return SqueezeExcite(channel) if use_se else nn.Identity()


class Unit(nn.Module):
    """What the four units share: gates made of convolutions of the input and of the state."""

    input_gates: tuple[str, ...] = ()
    state_gates: tuple[str, ...] = ()

    def __init__(self, inputs: int, channel: int, dilation: int, use_se: bool) -> None:
        super().__init__()
        for gate in self.input_gates:
            setattr(self, gate, conv3(inputs, channel, dilation))
        for gate in self.state_gates:
            setattr(self, gate, conv3(channel, channel))
        self.se = excite(channel, use_se)

    def finish(self, u: Tensor) -> Tensor:
        """SE and leaky ReLU, the end of every unit."""
        return F.leaky_relu(self.se(u), SLOPE)


class ConvUnit(Unit):
    """A convolution without recurrence."""

    input_gates = ("conv",)

    def forward(self, x: Tensor, state: State | None) -> State:
        return (self.finish(self.conv(x)),)


class RNNUnit(Unit):
    """`tanh(conv_x x + conv_h h)`."""

    input_gates = ("conv_x",)
    state_gates = ("conv_h",)

    def forward(self, x: Tensor, state: State | None) -> State:
        u = self.conv_x(x)
        if state is not None:
            u = u + self.conv_h(state[0])
        return (self.finish(torch.tanh(u)),)


class GRUUnit(Unit):
    """Update gate z, reset gate r, candidate n."""

    input_gates = ("conv_xz", "conv_xr", "conv_xn")
    state_gates = ("conv_hz", "conv_hr", "conv_hn")

    def forward(self, x: Tensor, state: State | None) -> State:
        if state is None:
            u = torch.sigmoid(self.conv_xz(x)) * torch.tanh(self.conv_xn(x))
        else:
            (h,) = state
            z = torch.sigmoid(self.conv_xz(x) + self.conv_hz(h))
            r = torch.sigmoid(self.conv_xr(x) + self.conv_hr(h))
            n = torch.tanh(self.conv_xn(x) + self.conv_hn(r * h))
            u = (1 - z) * h + z * n
        return (self.finish(u),)


class LSTMUnit(Unit):
    """Forget, input and output gates f, i, o and candidate j; carries (h, c)."""

    input_gates = ("conv_xf", "conv_xi", "conv_xo", "conv_xj")
    state_gates = ("conv_hf", "conv_hi", "conv_ho", "conv_hj")

    def forward(self, x: Tensor, state: State | None) -> State:
        if state is None:
            i, o = torch.sigmoid(self.conv_xi(x)), torch.sigmoid(self.conv_xo(x))
            c = i * torch.tanh(self.conv_xj(x))
            # The authors leave out tanh here, in the first stage only.
            return self.finish(o * c), c
        h, c = state
        f = torch.sigmoid(self.conv_xf(x) + self.conv_hf(h))
        i = torch.sigmoid(self.conv_xi(x) + self.conv_hi(h))
        o = torch.sigmoid(self.conv_xo(x) + self.conv_ho(h))
        j = torch.tanh(self.conv_xj(x) + self.conv_hj(h))
        c = f * c + i * j
        return self.finish(o * torch.tanh(c)), c


UNIT_CLASSES: dict[str, type[Unit]] = {
    "Conv": ConvUnit, "RNN": RNNUnit, "GRU": GRUUnit, "LSTM": LSTMUnit,
}


class Rescan(nn.Module):
    """The whole network: recurrent layers, decoder, stages.

    `forward` returns the rain layers `R_1 … R_S`; the derained image is `O - R_S`, not clipped.
    """

    def __init__(self, config: Config = Config()) -> None:
        super().__init__()
        if config.depth < 3 or config.frame not in FRAMES:
            raise ValueError(f"not a RESCAN network: {config}")
        self.config = config
        unit, channel, use_se = UNIT_CLASSES[config.unit], config.channel, config.use_se
        later = (unit(channel, channel, 2**i, use_se) for i in range(config.depth - 3))
        self.rnns = nn.ModuleList([unit(3, channel, 1, use_se), *later])
        self.dec = nn.Sequential(
            conv3(channel, channel), excite(channel, use_se),
            nn.LeakyReLU(SLOPE), nn.Conv2d(channel, 3, 1),
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        states: list[State | None] = [None] * len(self.rnns)
        rains: list[Tensor] = []
        x = image
        for _ in range(self.config.stages):
            for layer, unit in enumerate(self.rnns):
                states[layer] = state = unit(x, states[layer])
                x = state[0]
            rain = self.dec(x)
            if self.config.frame == "Add" and rains:
                rain = rain + rains[-1]
            rains.append(rain)
            x = image - rain
        return rains


def config_of(state: dict[str, Tensor], frame: str = "Full", stages: int = 4) -> Config:
    """The configuration that the names and shapes of a state dict tell, with what they do not."""
    first = next(name.split(".")[2] for name in state if name.startswith("rnns.0."))
    unit = {"conv": "Conv", "conv_x": "RNN", "conv_xz": "GRU", "conv_xf": "LSTM"}.get(first)
    if unit is None:
        raise ValueError(f"no RESCAN unit has a parameter named rnns.0.{first}")
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("rnns."))
    return Config(unit, frame, state["dec.3.weight"].shape[1], layers + 2, stages,
                  "dec.1.fc.0.weight" in state)


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The float32 tensors of a safetensors file: a length, a JSON header, the bytes."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    body, tensors = memoryview(data)[8 + length :], {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} has type {entry['dtype']}; only F32 is read")
        begin, end = entry["data_offsets"]
        array = np.frombuffer(body[begin:end], "<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors


def read_state(path: Path) -> dict[str, Tensor]:
    """The state dict of a checkpoint: safetensors, the authors' layout or a plain state dict."""
    if path.suffix == ".safetensors":
        return read_safetensors(path)
    loaded = torch.load(path, map_location="cpu", weights_only=True)
    return loaded.get("net", loaded)


def load(path: Path, frame: str = "Full", stages: int = 4) -> Rescan:
    """The network of a checkpoint, float32, ready for inference."""
    state = read_state(path)
    net = Rescan(config_of(state, frame, stages))
    net.load_state_dict(state)
    return net.eval()


@torch.no_grad()
def reference_outputs(net: Rescan, image: np.ndarray) -> dict[str, np.ndarray]:
    """`derained` and `rain_1 … rain_S`, computed in float64 and rounded once, to float32."""
    exact = torch.from_numpy(image).double()
    rains = net.double()(exact)
    outputs = {"derained": exact - rains[-1]}
    outputs |= {f"rain_{stage}": rain for stage, rain in enumerate(rains, 1)}
    return {name: value.float().numpy() for name, value in outputs.items()}
