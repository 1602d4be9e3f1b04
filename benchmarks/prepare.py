"""Write what all engines share: the image, the ONNX graph and PyTorch's answers.

Run by peers.py in a process of its own, so that no engine's memory includes PyTorch's export.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "Scripts/goldens"))
from progressive_reference import load as load_progressive  # noqa: E402
from rescan_reference import load, read_state  # noqa: E402

IMAGE_SEED = 1
# Above so many pixels float64 takes minutes; float32 is the reference then.
LARGEST_EXACT = 1 << 19


class Derain(nn.Module):
    """The network from the rainy image to the derained one."""

    def __init__(self, net: nn.Module, predicts_rain: bool) -> None:
        super().__init__()
        self.net = net
        self.predicts_rain = predicts_rain

    def forward(self, image: Tensor) -> Tensor:
        last = self.net(image)[-1]
        return image - last if self.predicts_rain else last


def load_derain(model: Path) -> Derain:
    """The network of a checkpoint, RESCAN or PReNet, ready for inference."""
    if "conv0.0.weight" in read_state(model):
        return Derain(load_progressive(model, "prenet", 6), predicts_rain=False).eval()
    return Derain(load(model), predicts_rain=True).eval()


def test_image(width: int, height: int) -> np.ndarray:
    """Smooth waves with noise and oblique streaks, float32 `[1, 3, H, W]` in [0, 1]."""
    rng = np.random.default_rng(IMAGE_SEED)
    y, x = np.mgrid[:height, :width]
    waves = [0.45 + 0.25 * np.sin(x / (9 + 4 * c) + y / (17 - 3 * c)) for c in range(3)]
    image = np.stack(waves) + rng.normal(0, 0.04, (3, height, width))
    image += 0.3 * ((3 * x + y) % 41 < 2)
    return np.clip(image, 0, 1).astype(np.float32)[None]


@torch.no_grad()
def multiply_adds_per_pixel(derain: Derain) -> int:
    """Multiply-adds of all convolutions that one call runs; every one keeps height and width."""
    total = 0

    def count(conv: nn.Module, *_: object) -> None:
        nonlocal total
        total += conv.weight.numel()

    convolutions = [m for m in derain.modules() if isinstance(m, nn.Conv2d)]
    hooks = [conv.register_forward_hook(count) for conv in convolutions]
    derain(torch.zeros(1, 3, 8, 8))
    for hook in hooks:
        hook.remove()
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("threads", type=int)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    derain, image = load_derain(args.model), test_image(args.width, args.height)
    np.save(args.folder / "image.npy", image)
    facts = {"multiply_adds_per_pixel": multiply_adds_per_pixel(derain)}
    (args.folder / "facts.json").write_text(json.dumps(facts))
    with torch.no_grad():
        torch.onnx.export(derain, (torch.from_numpy(image),), args.folder / "model.onnx",
                          opset_version=17, input_names=["image"], output_names=["derained"],
                          dynamo=False)
        np.save(args.folder / "float32.npy", derain(torch.from_numpy(image)).numpy())
        if args.width * args.height <= LARGEST_EXACT:
            exact = derain.double()(torch.from_numpy(image).double())
            np.save(args.folder / "float64.npy", exact)


if __name__ == "__main__":
    main()
