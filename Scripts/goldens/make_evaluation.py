"""Make the expected scores and the expected rain that Tests/EvaluationTests reads.

    python Scripts/goldens/make_evaluation.py            # write them
    python Scripts/goldens/make_evaluation.py --check    # compare with what is there

Scores are those of scikit-image on pictures that were padded as each protocol sees their borders.
The rain is drawn by a second implementation of the streak model, in plain Python, whose float64
arithmetic is that of the first, so that samples must be equal.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import skimage
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "Tests/EvaluationTests/Fixtures"
PAIRS = {
    "small": ("Tests/RuntimeTests/Fixtures/scored-rainy.png",
              "Tests/RuntimeTests/Fixtures/scored-clean.png"),
    "scene": ("models/samples/scene-rainy.png", "models/samples/scene-clean.png"),
}
MASK = (1 << 64) - 1


# Scores


def read(path: str) -> np.ndarray:
    """RGB in [0, 1], float32 as the network's."""
    return np.asarray(Image.open(ROOT / path).convert("RGB"), np.float32) / np.float32(255)


def beyond(picture: np.ndarray) -> np.ndarray:
    """The picture with values below 0 and above 1, as networks give them."""
    return picture * np.float32(1.5) - np.float32(0.25)


def similarity(a: np.ndarray, b: np.ndarray, peak: float, border: str) -> float:
    """SSIM with a Gaussian window of 11 taps, the mean over all pixels.

    scikit-image leaves out a border of 5 pixels, which here is the padding.
    """
    a, b = np.pad(a, 5, mode=border), np.pad(b, 5, mode=border)
    return float(structural_similarity(
        a, b, data_range=peak, gaussian_weights=True, sigma=1.5, use_sample_covariance=False))


def score_rgb(picture: np.ndarray, clean: np.ndarray) -> dict[str, float]:
    """Floats as they are, zeros around them, the mean over the channels."""
    a, b = picture.astype(np.float64), clean.astype(np.float64)
    channels = [similarity(a[..., c], b[..., c], 1, "constant") for c in range(3)]
    return {"psnr": float(peak_signal_noise_ratio(b, a, data_range=1)),
            "ssim": float(np.mean(channels))}


def luma(picture: np.ndarray) -> np.ndarray:
    """MATLAB's rgb2ycbcr of an 8-bit picture, its first channel."""
    rgb = np.rint(np.clip(picture, 0, 1) * np.float32(255)).astype(np.float64)
    return np.floor(16 + rgb @ np.array([65.481, 128.553, 24.966]) / 255 + 0.5)


def score_y(picture: np.ndarray, clean: np.ndarray) -> dict[str, float]:
    """8-bit luma, the border repeated."""
    a, b = luma(picture), luma(clean)
    return {"psnr": float(peak_signal_noise_ratio(b, a, data_range=255)),
            "ssim": similarity(a, b, 255, "edge")}


def scores() -> dict[str, object]:
    found = {}
    for name, (rainy_path, clean_path) in PAIRS.items():
        rainy, clean = read(rainy_path), read(clean_path)
        for suffix, picture in [("", rainy), ("-beyond", beyond(rainy))]:
            found[name + suffix] = {"rgb": score_rgb(picture, clean), "y": score_y(picture, clean)}
    return {"scikit-image": skimage.__version__, "scores": found}


# Rain


class Random:
    """SplitMix64."""

    def __init__(self, seed: int) -> None:
        self.state = seed & MASK

    def unit(self) -> float:
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        bits = self.state
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & MASK
        return ((bits ^ (bits >> 31)) >> 11) * 2.0**-53

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def low(self, low: float, high: float) -> float:
        unit = self.unit()
        return low + (high - low) * unit * unit


def derived_seed(seed: int, name: str) -> int:
    """FNV-1a over seed and name, 53 bits."""
    state = 0xCBF29CE484222325
    for byte in seed.to_bytes(8, "little") + name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    return state >> 11


def recipe(seed: int) -> tuple[float, list[dict[str, float]]]:
    """Strength and layers as the default ranges give them."""
    random = Random(seed)
    strength = random.low(0.03, 0.22)
    count = 1 + int(random.unit() * 5)
    layers = [{"density": random.low(0.0025, 0.04), "length": random.uniform(9, 44),
               "angle": random.uniform(-45, 45), "width": random.uniform(0.4, 1.1),
               "opacity": random.uniform(0.25, 1)} for _ in range(count)]
    return strength, layers


def sine_and_cosine(degrees: float) -> tuple[float, float]:
    angle = degrees * 0.017453292519943295
    square, sine, cosine = angle * angle, 1.0, 1.0
    for term in range(9, 0, -1):
        sine = 1 - sine * square / (2.0 * term * (2.0 * term + 1))
        cosine = 1 - cosine * square / (2.0 * term * (2.0 * term - 1))
    return angle * sine, cosine


def draw(light: list[list[float]], layer: dict[str, float], random: Random) -> None:
    height, width = len(light), len(light[0])
    sine, cosine = sine_and_cosine(layer["angle"])
    half, radius = layer["length"] / 2, 2.6 * layer["width"]
    margin = float(int(layer["length"]) + 4)
    columns, rows = width + 2 * margin, height + 2 * margin
    for _ in range(math.floor(layer["density"] * columns * rows + 0.5)):
        x = random.unit() * columns - margin
        y = random.unit() * rows - margin
        brightness = random.unit() * layer["opacity"]
        # Every pixel, where the first implementation only visits those near the streak.
        for row in range(height):
            for column in range(width):
                dx, dy = column - x, row - y
                along = (dx * sine + dy * cosine) / half
                across = (dx * cosine - dy * sine) / radius
                fall, spread = 1 - along * along, 1 - across * across
                if fall > 0 and spread > 0:
                    light[row][column] += brightness * (fall * spread * spread)


def rain(seed: int, width: int, height: int) -> list[int]:
    """8-bit samples of a gray picture of 0.25 in the rain, all channels being alike."""
    strength, layers = recipe(seed)
    light = [[0.0] * width for _ in range(height)]
    for index, layer in enumerate(layers):
        draw(light, layer, Random(seed + (index + 1) * 0x9E3779B9))
    squares = 0.0
    for row in light:
        for value in row:
            squares += value * value
    scale = strength / max(math.sqrt(squares / (width * height)), 1e-3)
    samples = []
    for row in light:
        for value in row:
            wet = np.float32(min(0.25 + min(value * scale, 0.95), 1))
            samples.append(int(np.rint(wet * np.float32(255))))
    return samples


def rains() -> dict[str, object]:
    width, height = 24, 16
    pictures = []
    for seed, name in [(1, "a"), (1, "b"), (2018, "rain")]:
        derived = derived_seed(seed, name)
        strength, layers = recipe(derived)
        pictures.append({"seed": seed, "name": name, "derived": derived, "strength": strength,
                         "layers": layers, "samples": rain(derived, width, height)})
    return {"width": width, "height": height, "pictures": pictures}


def same(a: object, b: object) -> bool:
    """Whether two values are equal up to the last bits of floats."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a if k != "scikit-image")
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return a == b


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    args = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, value in [("scores.json", scores()), ("rain.json", rains())]:
        path = FOLDER / name
        if args.check:
            if not same(json.loads(path.read_text()), value):
                sys.exit(f"{path}: differs")
        else:
            path.write_text(json.dumps(value) + "\n")


if __name__ == "__main__":
    main()
