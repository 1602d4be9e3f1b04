"""Score a RESCAN checkpoint on pairs of pictures, by PyTorch and scikit-image.

    python Scripts/training/evaluate.py MODEL RAINY CLEAN

RAINY and CLEAN are pictures or folders with the same names. Prints a Markdown table of PSNR (dB,
over RGB, 8 bit) and SSIM (mean over channels) before and after, and writes the derained pictures
when `--output` names a folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

sys.path.append(str(Path(__file__).resolve().parents[1] / "goldens"))
from rescan_reference import Rescan, load  # noqa: E402

Scores = tuple[float, float]


def read_rgb(path: Path) -> np.ndarray:
    """An 8-bit RGB picture, `[H, W, 3]`."""
    return np.asarray(Image.open(path).convert("RGB"))


@torch.no_grad()
def derain(net: Rescan, rainy: np.ndarray) -> np.ndarray:
    """The derained picture; the network itself sees BGR."""
    bgr = np.ascontiguousarray(rainy[..., ::-1].transpose(2, 0, 1)[None], np.float32) / 255
    image = torch.from_numpy(bgr)
    clean = (image - net(image)[-1])[0].numpy().transpose(1, 2, 0)[..., ::-1]
    return np.rint(np.clip(clean, 0, 1) * 255).astype(np.uint8)


def scores(picture: np.ndarray, clean: np.ndarray) -> Scores:
    """PSNR and SSIM of 8-bit RGB pictures."""
    return (float(peak_signal_noise_ratio(clean, picture)),
            float(structural_similarity(clean, picture, channel_axis=2)))


def pairs(rainy: Path, clean: Path) -> list[tuple[Path, Path]]:
    """The pictures to compare, in the order of their names."""
    if rainy.is_file():
        return [(rainy, clean)]
    return [(path, clean / path.name) for path in sorted(rainy.glob("*.png"))]


def row(name: str, before: Scores, after: Scores) -> str:
    """One line of the table."""
    cells = [f"{psnr:.2f} / {ssim:.3f}" for psnr, ssim in (before, after)]
    return f"| {name} | {cells[0]} | {cells[1]} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("rainy", type=Path)
    parser.add_argument("clean", type=Path)
    parser.add_argument("--output", type=Path, help="folder for the derained pictures")
    args = parser.parse_args()
    net, before, after = load(args.model), [], []
    print("| picture | rainy | derained |\n| --- | --- | --- |")
    for rainy_path, clean_path in pairs(args.rainy, args.clean):
        rainy, clean = read_rgb(rainy_path), read_rgb(clean_path)
        derained = derain(net, rainy)
        before.append(scores(rainy, clean))
        after.append(scores(derained, clean))
        print(row(rainy_path.name, before[-1], after[-1]))
        if args.output:
            args.output.mkdir(parents=True, exist_ok=True)
            Image.fromarray(derained).save(args.output / rainy_path.name)
    if len(before) > 1:
        mean_before, mean_after = np.mean(before, axis=0), np.mean(after, axis=0)
        print(row("mean", tuple(mean_before), tuple(mean_after)))


if __name__ == "__main__":
    main()
