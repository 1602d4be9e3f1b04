"""The things of the scene, drawn as shapes: houses, foliage, figures, lamp, bench and boards."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from surfaces import FOCAL, View, project
from textures import Colour

Point = tuple[float, float]


class Brush:
    """Draws on a picture in coordinates of the finished picture, colours in [0, 1]."""

    def __init__(self, image: Image.Image, view: View) -> None:
        self.draw = ImageDraw.Draw(image)
        self.scale = view.scale

    def _points(self, points: list[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    @staticmethod
    def ink(colour: Colour) -> tuple[int, int, int]:
        """The colour as bytes."""
        red, green, blue = (int(round(255 * min(max(c, 0), 1))) for c in colour)
        return red, green, blue

    def polygon(self, points: list[Point], colour: Colour) -> None:
        self.draw.polygon(self._points(points), fill=self.ink(colour))

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        thickness = max(1, round(width * self.scale))
        self.draw.line(self._points(points), self.ink(colour), thickness, joint="curve")

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        box = self._points([(x - rx, y - ry), (x + rx, y + ry)])
        self.draw.ellipse(box, fill=self.ink(colour))

    def text(self, x: float, y: float, text: str, height: float, colour: Colour) -> None:
        font = ImageFont.load_default(size=height * self.scale)
        self.draw.text((x * self.scale, y * self.scale), text, self.ink(colour), font, anchor="mm")


def shade(colour: Colour, factor: float) -> Colour:
    """The colour, lighter or darker."""
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def haze(colour: Colour, z: float) -> Colour:
    """The colour seen through `z` metres of damp air."""
    amount = 0.75 * (1 - math.exp(-z / 45))
    grey = (0.64, 0.67, 0.69)
    return tuple(c + (g - c) * amount for c, g in zip(colour, grey))  # type: ignore[return-value]


def distant_houses(brush: Brush, rng: np.random.Generator) -> None:
    """A row of gabled houses with lit windows at the end of the street."""
    x = 268.0
    while x < 500:
        width, rise = rng.uniform(20, 34), rng.uniform(16, 34)
        top, base, roof = 216 - rise, 221.0, rng.uniform(8, 13)
        tone = rng.uniform(0.42, 0.62)
        wall = (tone * 1.04, tone * 0.97, tone * 0.93)
        brush.polygon([(x, base), (x, top), (x + width, top), (x + width, base)], wall)
        brush.polygon([(x - 1, top), (x + width / 2, top - roof), (x + width + 1, top)],
                      (0.34, 0.33, 0.36))
        chimney = [(x + 4, top - 2), (x + 4, top - roof), (x + 7, top - roof), (x + 7, top - 4)]
        brush.polygon(chimney, (0.38, 0.32, 0.31))
        for row in np.arange(top + 4, base - 5, 8):
            for column in np.arange(x + 3, x + width - 5, 6.5):
                glow = (0.87, 0.76, 0.50) if rng.random() < 0.3 else (0.26, 0.30, 0.34)
                brush.polygon([(column, row), (column + 3, row), (column + 3, row + 4.5),
                               (column, row + 4.5)], glow)
        x += width - rng.uniform(-2, 3)


def leaf(brush: Brush, x: float, y: float, size: float, angle: float, colour: Colour) -> None:
    """One pointed leaf."""
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    outline = ((-1, 0), (-0.4, 0.38), (0.3, 0.36), (1, 0), (0.3, -0.36), (-0.4, -0.38))
    brush.polygon([(x + size * (a * along[0] + b * across[0]),
                    y + size * (a * along[1] + b * across[1])) for a, b in outline], colour)


def crown(brush: Brush, centre: Point, radii: Point, leaves: int, size: float, z: float,
          rng: np.random.Generator) -> None:
    """The crown of a tree: clumps of leaves from the dark inside to the lit outside."""
    clumps = 46
    for clump in range(clumps):
        depth = clump / clumps
        angle, away = rng.uniform(0, 2 * math.pi), math.sqrt(rng.random()) * (0.95 - 0.25 * depth)
        cx = centre[0] + radii[0] * away * math.cos(angle)
        cy = centre[1] + radii[1] * away * math.sin(angle)
        spread = 0.30 * radii[0] * rng.uniform(0.7, 1.2)
        hue = rng.uniform(-0.04, 0.05)
        for _ in range(leaves // clumps):
            dx, dy = rng.normal(0, 0.55, 2)
            light = 0.42 + 0.55 * depth - 0.28 * dy - 0.16 * dx + rng.normal(0, 0.10)
            light *= 1 - 0.30 * (cy - centre[1]) / radii[1]
            green = (0.36 + hue, 0.50, 0.17 - hue / 2)
            leaf(brush, cx + spread * dx, cy + spread * 0.8 * dy, size * rng.uniform(0.6, 1.3),
                 rng.uniform(0, math.pi), haze(shade(green, min(max(light, 0.16), 1.2)), z))


def trunk(brush: Brush, foot: Point, top: Point, width: float, z: float,
          rng: np.random.Generator) -> None:
    """A trunk with furrowed bark, lit from the left, and a few limbs."""
    (x0, y0), (x1, y1) = foot, top
    half = width / 2
    brush.polygon([(x0 - half * 1.4, y0), (x1 - half * 0.6, y1), (x1 + half * 0.6, y1),
                   (x0 + half * 1.4, y0)], haze((0.24, 0.19, 0.15), z))
    for _ in range(int(18 * width)):
        t, side = rng.random(), rng.uniform(-1, 1)
        x, y = x0 + (x1 - x0) * t + side * half * (1.2 - 0.6 * t), y0 + (y1 - y0) * t
        tone = (0.33 - 0.12 * side) * rng.uniform(0.55, 1.25)
        length = width * rng.uniform(0.2, 0.7)
        brush.line([(x, y), (x + rng.uniform(-0.4, 0.4), y - length)],
                   haze((tone * 1.05, tone * 0.9, tone * 0.75), z), 0.5)
    for side in (-1, 1):
        reach, lift = side * rng.uniform(2.5, 4) * width, rng.uniform(3, 4.5) * width
        brush.line([(x1, y1 + width), (x1 + reach, y1 - lift)], haze((0.22, 0.18, 0.14), z),
                   width * 0.45)


def tree(brush: Brush, x: float, z: float, height: float, leaves: int,
         rng: np.random.Generator) -> None:
    """A tree of `height` metres at (x, z)."""
    pixels = FOCAL / z
    foot, fork = project(x, 0, z), project(x - 0.08, 0.48 * height, z)
    trunk(brush, foot, fork, 0.34 * pixels, z, rng)
    centre = project(x - 0.1, 0.70 * height, z)
    radii = (0.36 * height * pixels, 0.32 * height * pixels)
    crown(brush, centre, radii, leaves, max(0.085 * pixels, 1.3), z, rng)


def hedge(brush: Brush, x: float, near: float, far: float, rng: np.random.Generator) -> None:
    """A clipped hedge along the road, from far to near so that nearer leaves cover."""
    for z in np.geomspace(far, near, 90):
        pixels = FOCAL / z
        for _ in range(70):
            y = rng.uniform(0, 1.15)
            px, py = project(x + rng.uniform(0, 0.9), y, z)
            light = 0.30 + 0.5 * y + rng.normal(0, 0.13)
            green = (0.24, 0.38, 0.15 + 0.05 * rng.random())
            leaf(brush, px, py, max(0.05 * pixels, 0.9) * rng.uniform(0.7, 1.3),
                 rng.uniform(0, math.pi), haze(shade(green, max(light, 0.15)), z))


def grass(brush: Brush, rng: np.random.Generator) -> None:
    """Tufts along the edge of the verge."""
    for z in np.geomspace(40, 6.5, 900):
        x, y = project(4.4 + rng.exponential(0.25), 0, z)
        length, tone = FOCAL / z * rng.uniform(0.04, 0.12), rng.uniform(0.5, 1.15)
        brush.line([(x, y), (x + rng.normal(0, 0.35) * length, y - length)],
                   haze(shade((0.30, 0.42, 0.18), tone), z), 0.5)


def umbrella(brush: Brush, x: float, y: float, radius: float, colour: Colour) -> None:
    """An open umbrella with scalloped panels, its middle at (x, y) and its ferrule above."""
    rise, panels = 0.62 * radius, 6
    ribs = [x + radius * math.sin(math.pi * (i / panels - 0.5)) for i in range(panels + 1)]
    brush.line([(x, y - rise - 0.10 * radius), (x, y - rise)], (0.16, 0.16, 0.17), radius * 0.05)
    for i, (left, right) in enumerate(zip(ribs, ribs[1:])):
        light = 1.18 - 0.12 * i + (0.08 if i % 2 else 0)
        outline: list[Point] = []
        for edge in np.linspace(0, 1, 9):
            outline.append((x + (left - x) * math.sin(edge * math.pi / 2),
                            y - rise * math.cos(edge * math.pi / 2)))
        sag = 0.10 * radius
        for across in np.linspace(0, 1, 7):
            outline.append((left + (right - left) * across,
                            y - sag * math.sin(math.pi * across)))
        for edge in np.linspace(1, 0, 9):
            outline.append((x + (right - x) * math.sin(edge * math.pi / 2),
                            y - rise * math.cos(edge * math.pi / 2)))
        brush.polygon(outline, shade(colour, light))
    for rib in ribs[1:-1]:
        curve = [(x + (rib - x) * math.sin(t), y - rise * math.cos(t))
                 for t in np.linspace(0, math.pi / 2, 9)]
        brush.line(curve, shade(colour, 0.66), max(0.02 * radius, 0.35))


def legs(brush: Brush, x: float, ground: float, p: float, stride: float, colour: Colour) -> None:
    """Two legs in mid-step, with shoes; `p` pixels are one metre."""
    for side, light in ((-1, 0.75), (1, 1.0)):
        foot = x + side * stride * p
        hip = x + side * 0.07 * p
        knee = ((foot + hip) / 2 + 0.03 * p, ground - 0.42 * p)
        brush.line([(hip, ground - 0.84 * p), knee, (foot, ground - 0.05 * p)],
                   shade(colour, light), 0.14 * p)
        brush.ellipse(foot + 0.05 * p, ground - 0.035 * p, 0.12 * p, 0.04 * p, (0.10, 0.09, 0.09))


def figure(brush: Brush, at: tuple[float, float], coat: Colour, canopy: Colour, stride: float,
           lean: float) -> None:
    """A person in a coat under an umbrella, standing at (X, Z)."""
    x, z = at
    px, ground = project(x, 0, z)
    p = FOCAL / z
    legs(brush, px, ground, p, stride, haze((0.17, 0.18, 0.22), z))
    tone = haze(coat, z)
    body = [(-0.25, 0.62), (-0.20, 1.10), (-0.21, 1.36), (-0.12, 1.46), (0.12, 1.46),
            (0.21, 1.36), (0.19, 1.10), (0.26, 0.62)]
    brush.polygon([(px + a * p, ground - b * p) for a, b in body], tone)
    brush.polygon([(px + a * p, ground - b * p) for a, b in
                   ((0.03, 0.62), (0.02, 1.42), (0.12, 1.46), (0.21, 1.36), (0.19, 1.1),
                    (0.26, 0.62))], shade(tone, 0.78))
    brush.line([(px - 0.2 * p, ground - 1.0 * p), (px + 0.19 * p, ground - 1.0 * p)],
               shade(tone, 0.6), 0.05 * p)
    skin = haze((0.72, 0.54, 0.44), z)
    brush.ellipse(px, ground - 1.60 * p, 0.105 * p, 0.135 * p, skin)
    brush.ellipse(px - 0.015 * p, ground - 1.66 * p, 0.115 * p, 0.10 * p,
                  haze((0.20, 0.14, 0.10), z))
    brush.polygon([(px - 0.12 * p, ground - 1.40 * p), (px + 0.12 * p, ground - 1.40 * p),
                   (px + 0.09 * p, ground - 1.52 * p), (px - 0.09 * p, ground - 1.52 * p)],
                  haze((0.70, 0.62, 0.45), z))
    hand = (px + 0.16 * p, ground - 1.15 * p)
    brush.line([(px + 0.20 * p, ground - 1.34 * p), (px + 0.29 * p, ground - 1.08 * p), hand],
               shade(tone, 0.7), 0.10 * p)
    brush.line([hand, (px + lean * p, ground - 2.0 * p)], (0.20, 0.17, 0.15), 0.028 * p)
    brush.ellipse(*hand, 0.045 * p, 0.045 * p, skin)
    umbrella(brush, px + lean * p, ground - 1.74 * p, 0.60 * p, haze(canopy, z))


def lamp(brush: Brush, x: float, z: float) -> None:
    """A cast-iron street lamp, lit."""
    p = FOCAL / z
    px, ground = project(x, 0, z)
    iron, edge = (0.13, 0.15, 0.15), (0.34, 0.37, 0.37)
    for low, high, half in ((0, 0.5, 0.11), (0.5, 0.62, 0.14), (0.62, 3.2, 0.045),
                            (1.9, 1.97, 0.075), (3.2, 3.28, 0.13)):
        box = [(px - half * p, ground - low * p), (px - half * p, ground - high * p),
               (px + half * p, ground - high * p), (px + half * p, ground - low * p)]
        brush.polygon(box, iron)
        brush.line([(px - 0.6 * half * p, ground - low * p),
                    (px - 0.6 * half * p, ground - high * p)], edge, 0.25 * half * p)
    brush.line([(px - 0.34 * p, ground - 2.7 * p), (px + 0.34 * p, ground - 2.7 * p)], iron,
               0.035 * p)
    pane = [(-0.10, 3.28), (-0.17, 3.72), (0.17, 3.72), (0.10, 3.28)]
    brush.polygon([(px + a * p, ground - b * p) for a, b in pane], (0.93, 0.80, 0.50))
    brush.ellipse(px, ground - 3.48 * p, 0.06 * p, 0.12 * p, (1.0, 0.97, 0.84))
    for a in (-0.10, 0.0, 0.10):
        brush.line([(px + a * p, ground - 3.28 * p), (px + 1.7 * a * p, ground - 3.72 * p)], iron,
                   0.022 * p)
    brush.polygon([(px - 0.22 * p, ground - 3.72 * p), (px, ground - 3.98 * p),
                   (px + 0.22 * p, ground - 3.72 * p)], iron)
    brush.ellipse(px, ground - 4.0 * p, 0.035 * p, 0.05 * p, iron)


def bench(brush: Brush, x: float, z: float) -> None:
    """A slatted bench with iron sides, seen from its side of the pavement."""
    iron, wood = (0.12, 0.13, 0.13), (0.46, 0.31, 0.19)
    near, far = z, z + 1.7
    for depth in (far, near):
        foot, seat = project(x, 0, depth), project(x, 0.45, depth)
        front, front_foot = project(x + 0.5, 0.45, depth), project(x + 0.5, 0, depth)
        back = project(x - 0.1, 0.95, depth)
        width = 0.05 * FOCAL / depth
        brush.line([foot, seat, back], iron, width)
        brush.line([seat, front, front_foot], iron, width)
    for i in range(5):
        a = x + 0.02 + 0.1 * i
        strip = [project(a, 0.47, near - 0.1), project(a + 0.075, 0.47, near - 0.1),
                 project(a + 0.075, 0.47, far + 0.1), project(a, 0.47, far + 0.1)]
        brush.polygon(strip, shade(wood, 0.95 + 0.08 * (i % 3)))
    for i in range(3):
        y, a = 0.58 + 0.14 * i, x - 0.03 * i
        strip = [project(a, y, near - 0.1), project(a, y + 0.1, near - 0.1),
                 project(a, y + 0.1, far + 0.1), project(a, y, far + 0.1)]
        brush.polygon(strip, shade(wood, 0.72 + 0.14 * i))


def board(brush: Brush, x: float, z: float) -> None:
    """A chalk board on the pavement that can be read."""
    p = FOCAL / z
    px, ground = project(x, 0, z)

    def frame(inset: float) -> list[Point]:
        return [(px - (0.36 - inset) * p, ground - inset * p),
                (px - (0.31 - inset) * p, ground - (0.98 - inset) * p),
                (px + (0.31 - inset) * p, ground - (0.98 - inset) * p),
                (px + (0.36 - inset) * p, ground - inset * p)]

    brush.polygon([(px + a * p, ground - b * p) for a, b in
                   ((0.20, 0.95), (0.31, 0.98), (0.52, 0.06), (0.46, 0.06))], (0.22, 0.15, 0.10))
    brush.polygon(frame(0), (0.42, 0.29, 0.18))
    brush.polygon(frame(0.045), (0.11, 0.13, 0.13))
    lines = (("OPEN", 0.19, 0.78), ("tea  soup", 0.13, 0.56), ("old maps", 0.13, 0.38),
             ("9 - 6", 0.15, 0.19))
    for text, height, up in lines:
        brush.text(px, ground - up * p, text, height * p, (0.90, 0.89, 0.82))


def hanging_sign(brush: Brush, z: float, text: str) -> None:
    """A sign on a bracket that sticks out from the wall, towards the street."""
    left, top = project(-3.2, 3.12, z)
    right, bottom = project(-2.25, 2.62, z)
    brush.line([(left, top - 4), (right, top - 4)], (0.12, 0.12, 0.12), 2.2)
    for x in (left + 8, right - 8):
        brush.line([(x, top - 4), (x, top)], (0.12, 0.12, 0.12), 1)
    inside = left + 4
    brush.polygon([(inside, top), (right, top), (right, bottom), (inside, bottom)],
                  (0.87, 0.82, 0.66))
    brush.polygon([(inside + 2, top + 2), (right - 2, top + 2), (right - 2, bottom - 2),
                   (inside + 2, bottom - 2)], (0.45, 0.10, 0.10))
    brush.text((inside + right) / 2, (top + bottom) / 2, text, 0.62 * (bottom - top),
               (0.95, 0.91, 0.78))
