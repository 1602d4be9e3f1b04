"""The large surfaces of the scene, painted pixel by pixel: sky, hills, the wall and the ground.

The camera looks along a street. Lengths are metres: X to the right, Y up from the ground, Z ahead;
positions in the picture are given in pixels of the finished 640×480 picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from textures import box, fractal_noise, mix, sample, scramble, smoothstep, solid

WIDTH, HEIGHT = 640, 480
EYE = 1.6
FOCAL = 500.0
VANISHING = (385.0, 215.0)
WALL_X, WALL_NEAR, WALL_END, WALL_TOP = -3.2, 3.0, 16.0, 4.8
KERB_X, VERGE_X = 0.9, 4.4


@dataclass(frozen=True)
class View:
    """The sample grid: `scale` samples per pixel of the finished picture, in each direction."""

    scale: int

    @property
    def shape(self) -> tuple[int, int]:
        return HEIGHT * self.scale, WIDTH * self.scale

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """Columns and rows of all samples, in finished pixels from the vanishing point."""
        rows, columns = np.mgrid[: self.shape[0], : self.shape[1]]
        return ((columns + 0.5) / self.scale - VANISHING[0],
                (rows + 0.5) / self.scale - VANISHING[1])


def project(x: float, y: float, z: float) -> tuple[float, float]:
    """Where a point of the scene lies in the finished picture."""
    return VANISHING[0] + x * FOCAL / z, VANISHING[1] - (y - EYE) * FOCAL / z


def sky(view: View, rng: np.random.Generator) -> np.ndarray:
    """A graded overcast sky with soft clouds, lighter towards the horizon."""
    height, width = view.shape
    down = np.linspace(0, 1, height)[:, None] * np.ones((1, width))
    base = mix(solid(view.shape, (0.34, 0.44, 0.58)), (0.74, 0.76, 0.76),
               smoothstep(0, 0.46, down))
    cell = (60 * view.scale, 170 * view.scale)
    cover = fractal_noise(height, width, cell, 6, rng)
    lit = fractal_noise(height, width, cell, 5, rng)
    cloud = smoothstep(0.42, 0.68, cover)
    shade = 0.62 + 0.26 * smoothstep(0.3, 0.7, lit)
    tint = shade[..., None] * np.array([0.98, 1.0, 1.03])
    return base + (tint - base) * (0.75 * cloud)[..., None]


def hills(picture: np.ndarray, view: View, rng: np.random.Generator) -> np.ndarray:
    """Three ridges, paler with distance, with the texture of woods and fields."""
    height, width = view.shape
    _, v = view.grid()
    ridges = ((52, 30, (0.52, 0.60, 0.66)), (32, 24, (0.40, 0.49, 0.48)),
              (13, 14, (0.27, 0.36, 0.28)))
    for rise, relief, colour in ridges:
        line = fractal_noise(1, width, (1, 110 * view.scale), 7, rng)[0]
        top = -rise - relief * (line - 0.5) * 2
        mask = smoothstep(-0.4, 0.4, v - top[None, :])
        detail = fractal_noise(height, width, (3 * view.scale, 9 * view.scale), 3, rng)
        shade = 1 + 0.5 * (detail - 0.5)
        picture = picture + (np.array(colour) * shade[..., None] - picture) * mask[..., None]
    return picture


def lettering(text: str, size: tuple[int, int], height: int) -> np.ndarray:
    """Centred text as a mask `[H, W]`, in the typeface that Pillow carries."""
    image = Image.new("L", size)
    font = ImageFont.load_default(size=height)
    ImageDraw.Draw(image).text((size[0] / 2, size[1] / 2), text, 255, font, anchor="mm")
    return np.asarray(image, np.float64) / 255


@dataclass
class Wall:
    """The coordinates of the wall's samples: Z along it, Y up, and their footprint in metres."""

    z: np.ndarray
    y: np.ndarray
    edge_z: np.ndarray
    edge_y: np.ndarray

    def box(self, near: float, far: float, bottom: float, top: float) -> np.ndarray:
        """The mask of a rectangle on the wall."""
        along = (smoothstep(near - self.edge_z, near + self.edge_z, self.z)
                 * (1 - smoothstep(far - self.edge_z, far + self.edge_z, self.z)))
        up = (smoothstep(bottom - self.edge_y, bottom + self.edge_y, self.y)
              * (1 - smoothstep(top - self.edge_y, top + self.edge_y, self.y)))
        return along * up


def wall_samples(view: View) -> Wall:
    """The wall seen by every sample of the picture, also where something else is seen."""
    u, v = view.grid()
    z = WALL_X * FOCAL / np.minimum(u, -1)
    return Wall(z, EYE - v * z / FOCAL, z * z / (-WALL_X * FOCAL * view.scale),
                z / (FOCAL * view.scale))


def bricks(wall: Wall, grain: np.ndarray) -> np.ndarray:
    """Running bond with mortar; each brick has its own shade."""
    length, course, mortar = 0.25, 0.085, 0.007
    row = np.floor(wall.y / course)
    position = wall.z / length + 0.5 * (row % 2)
    column = np.floor(position)
    to_bed = np.minimum(wall.y / course - row, 1 - wall.y / course + row) * course
    to_head = np.minimum(position - column, 1 - position + column) * length
    inside = (smoothstep(mortar - wall.edge_y, mortar + wall.edge_y, to_bed)
              * smoothstep(mortar - wall.edge_z, mortar + wall.edge_z, to_head))
    shade = scramble(row, column)
    colour = mix(solid(wall.y.shape, (0.47, 0.22, 0.16)), (0.62, 0.36, 0.26), shade)
    colour = mix(colour, (0.33, 0.19, 0.17), 0.8 * (scramble(column, row) > 0.86))
    rough = sample(grain, wall.y * 420, wall.z * 420)
    joint = solid(wall.y.shape, (0.63, 0.60, 0.55))
    lit = mix(joint, colour, inside) * (0.72 + 0.56 * rough)[..., None]
    damp = sample(grain, wall.y * 30, wall.z * 22) + 0.35 * smoothstep(0.9, 0.0, wall.y)
    return lit * (1 - 0.35 * smoothstep(0.5, 0.85, damp))[..., None]


def window(picture: np.ndarray, wall: Wall, near: float, far: float, bottom: float, top: float,
           grain: np.ndarray) -> np.ndarray:
    """A window: stone lintel and sill, painted frame, panes that mirror sky and roofs."""
    stone = (0.66, 0.63, 0.57)
    for low, high in ((bottom - 0.14, bottom), (top, top + 0.16)):
        picture = mix(picture, stone, wall.box(near - 0.12, far + 0.12, low, high))
    picture = mix(picture, picture * 0.55, wall.box(near - 0.1, far + 0.1, bottom - 0.24,
                                                    bottom - 0.14))
    picture = mix(picture, (0.80, 0.80, 0.76), wall.box(near, far, bottom, top))
    columns, rows, bar = max(1, round((far - near) / 0.55)), 2, 0.035
    wide, tall = (far - near - bar) / columns, (top - bottom - bar) / rows
    for column in range(columns):
        for row in range(rows):
            z, y = near + bar + column * wide, bottom + bar + row * tall
            pane = wall.box(z, z + wide - bar, y, y + tall - bar)
            picture = mix(picture, reflection(wall, bottom, top, grain), pane)
    return picture


def reflection(wall: Wall, bottom: float, top: float, grain: np.ndarray) -> np.ndarray:
    """What panes mirror: bright sky above a jagged skyline, slanted by the oblique view."""
    up = np.clip((wall.y - bottom) / (top - bottom), 0, 1)
    skyline = 0.32 + 0.35 * (sample(grain, wall.z * 0, wall.z * 90) - 0.5)
    bright = mix(solid(wall.y.shape, (0.42, 0.50, 0.58)), (0.70, 0.74, 0.77), up)
    dark = mix(solid(wall.y.shape, (0.10, 0.13, 0.14)), (0.24, 0.25, 0.24),
               sample(grain, wall.y * 60, wall.z * 60))
    mirrored = mix(dark, bright, smoothstep(-0.03, 0.03, up - skyline))
    glare = smoothstep(0.10, 0.0, np.abs((wall.z * 0.8 - wall.y) % 0.9 - 0.3))
    return mix(mirrored, (0.88, 0.90, 0.92), 0.22 * glare)


def door(picture: np.ndarray, wall: Wall, near: float, far: float, top: float) -> np.ndarray:
    """A panelled door in a stone frame."""
    picture = mix(picture, (0.64, 0.61, 0.56), wall.box(near - 0.14, far + 0.14, 0, top + 0.18))
    picture = mix(picture, (0.10, 0.22, 0.19), wall.box(near, far, 0, top))
    for low, high in ((0.18, 0.85), (1.0, top - 0.12)):
        picture = mix(picture, (0.07, 0.15, 0.13), wall.box(near + 0.14, far - 0.14, low, high))
        picture = mix(picture, (0.13, 0.27, 0.23),
                      wall.box(near + 0.18, far - 0.18, low + 0.04, high - 0.04))
    return picture


def fascia(picture: np.ndarray, wall: Wall, near: float, far: float, bottom: float, top: float,
           text: str) -> np.ndarray:
    """A painted board with the name of the shop."""
    picture = mix(picture, (0.66, 0.55, 0.27), wall.box(near - 0.05, far + 0.05, bottom - 0.05,
                                                        top + 0.05))
    picture = mix(picture, (0.09, 0.17, 0.25), wall.box(near, far, bottom, top))
    size = (1600, 260)
    letters = lettering(text, size, 215)
    column = (wall.z - near) / (far - near) * size[0]
    row = (top - wall.y) / (top - bottom) * size[1]
    inked = sample(letters, np.clip(row, 0, size[1] - 1), np.clip(column, 0, size[0] - 1))
    return mix(picture, (0.93, 0.86, 0.66), inked * wall.box(near, far, bottom, top))


def house(picture: np.ndarray, view: View, rng: np.random.Generator) -> np.ndarray:
    """The brick house on the left, with its shop front, windows, door, eaves and plinth."""
    wall, grain = wall_samples(view), fractal_noise(1024, 1024, (24, 24), 5, rng)
    front = bricks(wall, grain)
    for near, far in ((4.75, 7.0), (8.1, 9.9), (13.2, 14.8)):
        front = window(front, wall, near, far, 0.85, 2.45, grain)
    for near, far in ((5.2, 6.5), (8.3, 9.7), (10.9, 12.2), (13.3, 14.7)):
        front = window(front, wall, near, far, 3.35, 4.35, grain)
    front = door(front, wall, 10.9, 12.1, 2.25)
    front = fascia(front, wall, 4.5, 7.7, 2.68, 3.12, "BOOKS & MAPS")
    front = mix(front, front * 0.6 + 0.06, wall.box(0, 99, -1, 0.32))
    front = mix(front, (0.30, 0.30, 0.31), wall.box(0, 99, WALL_TOP - 0.16, WALL_TOP + 0.2))
    front = mix(front, front * 0.6, wall.box(0, 99, WALL_TOP - 0.45, WALL_TOP - 0.16))
    haze = 0.28 * smoothstep(4, 22, wall.z)
    front = mix(front, (0.66, 0.69, 0.70), haze)
    seen = wall.box(WALL_NEAR, WALL_END, 0, WALL_TOP)
    return mix(picture, front, seen)


def slabs(x: np.ndarray, z: np.ndarray, edge: np.ndarray, grain: np.ndarray) -> np.ndarray:
    """Paving of staggered slabs, each of its own grey, with dark joints."""
    wide, long, joint = 0.62, 0.9, 0.010
    row = np.floor(z / long)
    position = x / wide + 0.5 * (row % 2)
    column = np.floor(position)
    to_side = np.minimum(position - column, 1 - position + column) * wide
    to_end = np.minimum(z / long - row, 1 - z / long + row) * long
    inside = (smoothstep(joint - edge, joint + edge, to_side)
              * smoothstep(joint - edge * z / EYE, joint + edge * z / EYE, to_end))
    shade = 0.36 + 0.13 * scramble(row, column)
    rough = sample(grain, z * 330, x * 330)
    stone = (shade * (0.72 + 0.56 * rough))[..., None] * np.array([1.0, 0.97, 0.91])
    return mix(solid(x.shape, (0.15, 0.15, 0.14)), stone, inside)


def road(x: np.ndarray, z: np.ndarray, grain: np.ndarray) -> np.ndarray:
    """Wet asphalt with a dashed line."""
    fine = sample(grain, z * 900, x * 900)
    broad = sample(grain, z * 24, x * 60)
    asphalt = (0.20 + 0.13 * fine + 0.10 * broad)[..., None] * np.array([0.95, 0.98, 1.03])
    dash = box(x, z % 2.6, 2.58, 2.72, 0.3, 1.6, 0.015) * smoothstep(0.30, 0.5, fine + 0.1)
    return mix(asphalt, (0.74, 0.73, 0.68), 0.85 * dash)


def mirror(picture: np.ndarray, view: View) -> np.ndarray:
    """The picture above the horizon turned over, smeared downwards as wet ground does."""
    height, _ = view.shape
    horizon = int(VANISHING[1] * view.scale)
    rows = np.clip(2 * horizon - np.arange(height), 0, height - 1)
    turned = picture[rows]
    reach = 14 * view.scale
    padded = np.concatenate([np.repeat(turned[:1], reach, 0), turned,
                             np.repeat(turned[-1:], reach, 0)])
    total = np.cumsum(padded, axis=0)
    return (total[2 * reach:] - total[:-2 * reach]) / (2 * reach)


def ground(picture: np.ndarray, view: View, rng: np.random.Generator) -> np.ndarray:
    """Pavement, kerb, road and verge, with wet patches that mirror what stands behind."""
    u, v = view.grid()
    grain = fractal_noise(1024, 1024, (16, 16), 4, rng)
    z = EYE * FOCAL / np.maximum(v, 1.5)
    x, edge = u * z / FOCAL, z / (FOCAL * view.scale)
    floor = mix(slabs(x, z, edge, grain), road(x, z, grain),
                smoothstep(KERB_X - edge, KERB_X + edge, x))
    kerb = smoothstep(KERB_X - edge, KERB_X + edge, x) * smoothstep(1.08 + edge, 1.08 - edge, x)
    stone = (0.52 * (0.75 + 0.5 * sample(grain, z * 200, x * 200)))[..., None]
    floor = mix(floor, np.broadcast_to(stone, floor.shape), kerb)
    grass = (0.8 + 0.5 * sample(grain, z * 120, x * 300))[..., None] * np.array([0.22, 0.32, 0.14])
    floor = mix(floor, grass, smoothstep(VERGE_X - edge, VERGE_X + edge, x))
    wet = smoothstep(0.50, 0.62, sample(grain, z * 11, x * 26)) * (x < VERGE_X)
    shine = np.where(x > KERB_X, 0.26 + 0.34 * wet, 0.10 + 0.38 * wet)
    floor = mix(floor, mirror(picture, view), shine * (1 - kerb))
    shadow = smoothstep(0.7, 0.0, x - WALL_X) * (z < WALL_END)
    floor = floor * (1 - 0.45 * shadow)[..., None]
    floor = mix(floor, (0.63, 0.66, 0.66), 0.75 * smoothstep(14, 70, z))
    # Left of the wall's foot the wall hides the ground, as far as it reaches.
    wall_z = WALL_X * FOCAL / np.minimum(u, -1)
    hidden = smoothstep(WALL_X + edge, WALL_X - edge, x) * (wall_z < WALL_END)
    return mix(picture, floor, smoothstep(-0.5, 0.5, v - 3) * (1 - hidden))
