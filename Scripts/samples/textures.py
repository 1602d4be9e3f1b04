"""Procedural textures: value noise, hashes, masks and mixing, on numpy arrays."""

from __future__ import annotations

import numpy as np
from PIL import Image

Colour = tuple[float, float, float]


def smoothstep(low: float, high: float, x: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a: np.ndarray, b: np.ndarray | Colour, mask: np.ndarray) -> np.ndarray:
    """`a` where the mask is 0, `b` where it is 1; pictures are `[H, W, 3]`, masks `[H, W]`."""
    return a + (np.asarray(b) - a) * mask[..., None]


def solid(shape: tuple[int, ...], colour: Colour) -> np.ndarray:
    """A picture of one colour."""
    return np.broadcast_to(np.asarray(colour, np.float64), (*shape, 3)).copy()


def scramble(*keys: np.ndarray) -> np.ndarray:
    """A number in [0, 1) for each tuple of integers, the same every time."""
    state = np.zeros(np.broadcast(*keys).shape, np.uint64)
    for key in keys:
        state = (state ^ key.astype(np.int64).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (state >> np.uint64(11)).astype(np.float64) / 2**53


def value_noise(height: int, width: int, cell: tuple[float, float],
                rng: np.random.Generator) -> np.ndarray:
    """Smooth noise in about [0, 1] with features of `cell` (rows, columns) pixels."""
    rows, columns = int(height / cell[0]) + 3, int(width / cell[1]) + 3
    grid = Image.fromarray(rng.random((rows, columns)).astype(np.float32))
    size = (max(width, int(columns * cell[1])), max(height, int(rows * cell[0])))
    return np.asarray(grid.resize(size, Image.Resampling.BICUBIC), np.float64)[:height, :width]


def fractal_noise(height: int, width: int, cell: tuple[float, float], octaves: int,
                  rng: np.random.Generator) -> np.ndarray:
    """Octaves of value noise, each of half the size and strength, in about [0, 1]."""
    total, weight = np.zeros((height, width)), 0.0
    for octave in range(octaves):
        size = (max(cell[0] / 2**octave, 1.0), max(cell[1] / 2**octave, 1.0))
        total += value_noise(height, width, size, rng) / 2**octave
        weight += 1 / 2**octave
    return total / weight


def sample(texture: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The texture at real coordinates in pixels, repeated in both directions."""
    height, width = texture.shape[:2]
    return texture[np.floor(row).astype(int) % height, np.floor(column).astype(int) % width]


def box(x: np.ndarray, y: np.ndarray, left: float, right: float, top: float, bottom: float,
        edge: float) -> np.ndarray:
    """The mask of a rectangle with edges `edge` wide."""
    across = smoothstep(left - edge, left + edge, x) * smoothstep(right + edge, right - edge, x)
    down = smoothstep(top - edge, top + edge, y) * smoothstep(bottom + edge, bottom - edge, y)
    return across * down
