"""Synthetic streak rain: oriented, blurred streaks that are added to a clean picture.

Pictures are float32 `[H, W, 3]` in [0, 1]; a rain layer is float32 `[H, W]` and the same for all
three channels. All randomness comes from the generator that is passed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

MARGIN = 32
"""Drops are also sown this far outside the picture, so that streaks enter over its edges."""


@dataclass(frozen=True)
class Streaks:
    """One kind of streak: drops per pixel, length and width in pixels, degrees off the vertical."""

    density: float
    length: int
    angle: float
    width: float
    opacity: float = 1.0


def gaussian_taps(sigma: float) -> np.ndarray:
    """Five normalised taps of a Gaussian."""
    taps = np.exp(-np.arange(-2, 3) ** 2 / (2 * sigma**2))
    return taps / taps.sum()


def blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """A separable Gaussian blur of five taps; zero outside the image."""
    taps = gaussian_taps(sigma)
    rows = np.apply_along_axis(np.convolve, 0, image, taps, "same")
    return np.apply_along_axis(np.convolve, 1, rows, taps, "same")


def streak_kernel(streaks: Streaks) -> np.ndarray:
    """The picture of a single streak, its brightest pixel 1."""
    size = streaks.length + 4
    centre, half = (size - 1) / 2, (streaks.length - 1) / 2
    along = np.linspace(-half, half, 3 * streaks.length)
    radians = math.radians(streaks.angle)
    rows = np.rint(centre + along * math.cos(radians)).astype(int)
    columns = np.rint(centre + along * math.sin(radians)).astype(int)
    kernel = np.zeros((size, size))
    kernel[rows, columns] = 1
    kernel = blur(kernel, streaks.width)
    return kernel / kernel.max()


def convolve(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """A circular convolution with a centred kernel, by the Fourier transform."""
    transformed = np.fft.rfft2(image) * np.fft.rfft2(kernel, image.shape)
    shift = [-(size // 2) for size in kernel.shape]
    return np.roll(np.fft.irfft2(transformed, image.shape), shift, (0, 1))


def layer(height: int, width: int, streaks: Streaks, rng: np.random.Generator) -> np.ndarray:
    """One layer of streaks of one kind, float32 `[H, W]`, from 0 up."""
    shape = (height + 2 * MARGIN, width + 2 * MARGIN)
    drops = (rng.random(shape) < streaks.density) * rng.random(shape)
    rain = convolve(drops, streak_kernel(streaks))[MARGIN:-MARGIN, MARGIN:-MARGIN]
    # The transform leaves tiny negative values where no streak is.
    return (np.maximum(rain, 0) * streaks.opacity).astype(np.float32)


def random_streaks(rng: np.random.Generator) -> Streaks:
    """A kind of streak as the shipped model is trained with."""
    return Streaks(
        density=10 ** rng.uniform(-2.6, -1.4), length=int(rng.integers(9, 45)),
        angle=rng.uniform(-45, 45), width=rng.uniform(0.4, 1.1), opacity=rng.uniform(0.25, 1.0),
    )


def compose(clean: np.ndarray, layers: list[np.ndarray], strength: float) -> np.ndarray:
    """Add rain layers, scaled together to a root mean square of `strength`, and clip to [0, 1]."""
    rain = np.sum(layers, axis=0)
    scale = strength / max(float(np.sqrt(np.mean(rain**2))), 1e-3)
    rain = np.minimum(rain * scale, 0.95)
    return np.clip(clean + rain[..., None], 0, 1).astype(np.float32)


def add_rain(clean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rain of random kind: 1 to 5 layers, from light (0.03) to heavy (0.22)."""
    height, width, _ = clean.shape
    count = 1 if rng.random() < 0.5 else int(rng.integers(2, 6))
    layers = [layer(height, width, random_streaks(rng), rng) for _ in range(count)]
    return compose(clean, layers, math.exp(rng.uniform(math.log(0.03), math.log(0.22))))
