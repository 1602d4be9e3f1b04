"""Render the sample pair: a street scene, clean and with streak rain.

    python Scripts/samples/render_scene.py            # writes models/samples/scene-*.png

Everything is drawn from a seed with numpy and Pillow; no photograph and no system font is used.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

import props
import streaks
from surfaces import FOCAL, HEIGHT, WIDTH, View, ground, hills, house, project, sky
from textures import fractal_noise

ROOT = Path(__file__).resolve().parents[2]
SEED = 64
RAIN_SEED = 7
STRENGTH = 0.10
RAIN = (
    streaks.Streaks(density=0.008, length=23, angle=-14, width=0.8, opacity=0.9),
    streaks.Streaks(density=0.014, length=13, angle=-11, width=0.5, opacity=0.5),
)
FIGURES = (
    ((0.15, 15.0), (0.30, 0.33, 0.42), (0.30, 0.42, 0.55), 0.14, 0.02),
    ((-0.45, 12.0), (0.45, 0.30, 0.25), (0.66, 0.60, 0.22), 0.12, -0.03),
    ((2.55, 9.2), (0.22, 0.30, 0.28), (0.16, 0.40, 0.38), 0.20, 0.06),
    ((-0.55, 5.7), (0.52, 0.42, 0.28), (0.66, 0.13, 0.13), 0.17, 0.03),
)


def to_image(picture: np.ndarray) -> Image.Image:
    """A picture in [0, 1] as 8-bit RGB."""
    return Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8), "RGB")


def to_array(image: Image.Image) -> np.ndarray:
    """An 8-bit picture in [0, 1]."""
    return np.asarray(image, np.float64) / 255


def things(view: View, image: Image.Image, rng: np.random.Generator) -> None:
    """Draw all things, the farthest first."""
    brush = props.Brush(image, view)
    props.grass(brush, rng)
    props.hedge(brush, 4.9, 9, 45, rng)
    for x, z, height, leaves in ((4.7, 34.0, 6.0, 2500), (5.3, 22.0, 6.2, 4000),
                                 (5.6, 13.0, 5.6, 8000)):
        props.tree(brush, x, z, height, leaves, rng)
    for who in FIGURES[:2]:
        props.figure(brush, *who)
    props.hanging_sign(brush, 8.0, "TEA")
    props.figure(brush, *FIGURES[2])
    props.bench(brush, -2.5, 7.6)
    props.lamp(brush, 0.62, 7.2)
    props.figure(brush, *FIGURES[3])
    props.board(brush, -1.75, 4.9)


def wet_reflections(view: View, image: Image.Image) -> Image.Image:
    """Faint, smeared reflections and contact shadows below the figures, the lamp and the board."""
    layer = Image.new("RGB", image.size)
    mask = Image.new("L", image.size)
    stands = [(*who[0], 0.62, 2.4) for who in FIGURES]
    stands += [(0.62, 7.2, 0.2, 4.0), (-1.75, 4.9, 0.4, 1.0)]
    for x, z, half, tall in stands:
        px, foot = project(x, 0, z)
        p = FOCAL / z
        box = [round(view.scale * c) for c in (px - half * p, foot - tall * p, px + half * p, foot)]
        turned = image.crop(tuple(box)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        layer.paste(turned, (box[0], box[3]))
        fade = np.linspace(70, 0, turned.height)[:, None] * np.ones((1, turned.width))
        mask.paste(Image.fromarray(fade.astype(np.uint8)), (box[0], box[3]))
    soft = ImageFilter.GaussianBlur(2.2 * view.scale)
    return Image.composite(layer.filter(soft), image, mask.filter(soft))


def glow(view: View, picture: np.ndarray) -> np.ndarray:
    """The halo of the lamp in the damp air."""
    x, y = project(0.62, 3.48, 7.2)
    rows, columns = np.mgrid[: view.shape[0], : view.shape[1]]
    distance = np.hypot(columns / view.scale - x, rows / view.scale - y)
    halo = 0.20 * np.exp(-(distance / 26) ** 2) + 0.06 * np.exp(-(distance / 75) ** 2)
    return picture + halo[..., None] * np.array([1.0, 0.82, 0.5])


def render(view: View, seed: int) -> np.ndarray:
    """The clean scene, `[480, 640, 3]` in [0, 1]."""
    rng = np.random.default_rng(seed)
    picture = hills(sky(view, rng), view, rng)
    image = to_image(picture)
    props.distant_houses(props.Brush(image, view), rng)
    picture = house(to_array(image), view, rng)
    image = to_image(ground(picture, view, rng))
    things(view, image, rng)
    picture = glow(view, to_array(wet_reflections(view, image)))
    picture *= (0.94 + 0.12 * fractal_noise(*view.shape, (3, 3), 2, rng))[..., None]
    small = to_array(to_image(picture).resize((WIDTH, HEIGHT), Image.Resampling.BOX))
    return np.clip(small + rng.normal(0, 1.2 / 255, small.shape), 0, 1)


def rainy(clean: np.ndarray, seed: int) -> np.ndarray:
    """The scene under two layers of streaks."""
    rng = np.random.default_rng(seed)
    layers = [streaks.layer(HEIGHT, WIDTH, kind, rng) for kind in RAIN]
    return streaks.compose(clean, layers, STRENGTH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / "models/samples")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--samples", type=int, default=3, help="samples per pixel and direction")
    args = parser.parse_args()
    clean = to_image(render(View(args.samples), args.seed))
    args.output.mkdir(parents=True, exist_ok=True)
    clean.save(args.output / "scene-clean.png", optimize=True)
    rain = to_image(rainy(to_array(clean), RAIN_SEED))
    rain.save(args.output / "scene-rainy.png", optimize=True)


if __name__ == "__main__":
    main()
