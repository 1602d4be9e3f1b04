"""Train RESCAN (GRU, Full, depth 7, 24 channels, 4 stages) on photographs with synthetic rain.

    python Scripts/training/train.py PHOTOGRAPHS OUT.pth --minutes 60

Random patches, mirrored at random, get streak rain of random kind and strength; the loss is the sum
over the stages of the mean squared error of the predicted rain layer. Adam with warm-up, cosine
schedule and gradient clipping. Channel order is BGR, values are in [0, 1]. The checkpoint has the
layout of the paper's authors.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path += [str(SCRIPTS / "goldens"), str(SCRIPTS / "samples")]
from rescan_reference import Rescan, read_state  # noqa: E402
from streaks import add_rain  # noqa: E402

SUFFIXES = (".jpg", ".jpeg", ".png")
WARM_UP = 100
FINAL_RATE = 1e-5
SAVE_EVERY = 500


def read_photographs(folder: Path, patch: int) -> list[np.ndarray]:
    """The photographs of a folder that hold a patch, 8-bit BGR `[H, W, 3]`, ordered by name."""
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
    images = [np.asarray(Image.open(p).convert("RGB"))[..., ::-1] for p in files]
    images = [image for image in images if min(image.shape[:2]) > patch]
    if not images:
        raise SystemExit(f"{folder}: no photograph larger than {patch} pixels; name another folder")
    return images


def random_patch(images: list[np.ndarray], size: int, rng: np.random.Generator) -> np.ndarray:
    """A square of a random photograph, mirrored half of the time, `[size, size, 3]` in [0, 1]."""
    image = images[rng.integers(len(images))]
    top, left = rng.integers(image.shape[0] - size), rng.integers(image.shape[1] - size)
    patch = image[top : top + size, left : left + size].astype(np.float32) / 255
    return patch[:, ::-1] if rng.random() < 0.5 else patch


def random_batch(images: list[np.ndarray], count: int, size: int,
                 rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Rainy and clean patches, `[count, 3, size, size]`."""
    clean = [random_patch(images, size, rng) for _ in range(count)]
    rainy = [add_rain(patch, rng) for patch in clean]
    rainy_batch, clean_batch = (
        torch.from_numpy(np.ascontiguousarray(np.stack(patches).transpose(0, 3, 1, 2)))
        for patches in (rainy, clean)
    )
    return rainy_batch, clean_batch


def learning_rate(peak: float, step: int, done: float) -> float:
    """A linear warm-up, then half a cosine; `done` is the share of the work that is over."""
    warm = min(1.0, (step + 1) / WARM_UP)
    return peak * warm * 0.5 * (1 + math.cos(math.pi * done)) + FINAL_RATE


def train_step(net: Rescan, optimizer: torch.optim.Optimizer, rainy: Tensor, clean: Tensor,
               bf16: bool) -> float:
    """One step; returns the mean squared error of the last stage."""
    with torch.autocast(rainy.device.type, torch.bfloat16, enabled=bf16):
        rains = net(rainy)
    losses = [F.mse_loss(rain.float(), rainy - clean) for rain in rains]
    optimizer.zero_grad()
    torch.stack(losses).sum().backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    return losses[-1].item()


def save(net: Rescan, steps: int, path: Path) -> None:
    """Write a checkpoint under a temporary name, then put it in place."""
    state = {name: value.cpu().contiguous() for name, value in net.state_dict().items()}
    partial = path.with_name(path.name + ".partial")
    torch.save({"net": state, "clock": steps}, partial)
    partial.replace(path)


def train(args: argparse.Namespace) -> None:
    """Train until the steps or the minutes run out, whichever is first."""
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    images = read_photographs(args.photographs, args.size)
    net = Rescan()
    if args.init:
        net.load_state_dict(read_state(args.init))
    layout = {"device": args.device, "memory_format": torch.channels_last}
    net = net.to(**layout)
    optimizer = torch.optim.Adam(net.parameters(), lr=args.lr, betas=(0.9, 0.98))
    start, average, step = time.monotonic(), 0.0, 0
    while (done := max(step / args.steps, (time.monotonic() - start) / (60 * args.minutes))) < 1:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(args.lr, step, done)
        rainy, clean = (b.to(**layout) for b in random_batch(images, args.batch, args.size, rng))
        error = train_step(net, optimizer, rainy, clean, args.bf16)
        average = error if step == 0 else 0.99 * average + 0.01 * error
        if step % args.log == 0:
            psnr, seconds = -10 * math.log10(average), time.monotonic() - start
            line = f"step {step} after {seconds:.0f} s: mse {error:.5f}, psnr {psnr:.2f}"
            print(line, flush=True)
        step += 1
        if step % SAVE_EVERY == 0:
            save(net, step, args.output)
    save(net, step, args.output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photographs", type=Path, help="folder of clean JPEG or PNG photographs")
    parser.add_argument("output", type=Path, help="checkpoint to write")
    parser.add_argument("--init", type=Path, help="checkpoint to go on from")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=100)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--size", type=int, default=64, help="side of a patch, in pixels")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=66)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16 where possible")
    parser.add_argument("--log", type=int, default=50, help="steps between lines of progress")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
