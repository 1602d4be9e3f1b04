#!/usr/bin/env python3
"""Makes the small images that Tests/RuntimeTests reads, and goldens.json beside them.

usage: runtime_images.py FOLDER
needs: numpy, pillow, scikit-image
"""
import hashlib
import json
import platform
import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL
import skimage
from PIL import Image, ImageCms, PngImagePlugin
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

SEED = 20180908
HEIGHT, WIDTH = 9, 13
ORIENTATION = 0x0112


def pattern(channels, top=255):
    """The samples that the tests expect: (37 x + 11 y + 71 c) mod (top + 1), 16 bit times 251."""
    y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:channels]
    if top == 255:
        return ((37 * x + 11 * y + 71 * c) % 256).astype(np.uint8)
    return ((37 * x + 11 * y + 71 * c) * 251 % 65536).astype(np.uint16)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(samples, depth, colour, extra=(), interlaced=False):
    """A PNG written by hand, for what pillow does not write."""
    height, width = samples.shape[:2]
    big = samples.astype(">u2" if depth == 16 else "u1")
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                  (1, 0, 2, 2), (0, 1, 1, 2)]
    body = b""
    for x, y, dx, dy in passes:
        part = big[y::dy, x::dx]
        body += b"".join(b"\0" + row.tobytes() for row in part) if part.size else b""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    chunks = [chunk(b"IHDR", header), *[chunk(k, d) for k, d in extra],
              chunk(b"IDAT", zlib.compress(body, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def exif(orientation):
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    return tags.tobytes()


def stored(upright, orientation):
    """How a camera stores `upright` when it asks viewers for `orientation`."""
    undo = {1: lambda a: a, 2: lambda a: a[:, ::-1], 3: lambda a: a[::-1, ::-1],
            4: lambda a: a[::-1], 5: lambda a: a.swapaxes(0, 1),
            6: lambda a: np.rot90(a, 1), 7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
            8: lambda a: np.rot90(a, -1)}
    return np.ascontiguousarray(undo[orientation](upright))


def quadrants():
    """Flat 16 x 16 quarters in red, green, blue and white, which JPEG keeps apart; 48 x 32."""
    image = np.zeros((32, 48, 3), np.uint8)
    image[:16, :24], image[:16, 24:] = (255, 0, 0), (0, 255, 0)
    image[16:, :24], image[16:, 24:] = (0, 0, 255), (255, 255, 255)
    return image


def encoded(image, **options):
    buffer = BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def jpegs(profile):
    files = {}
    for orientation in range(1, 9):
        turned = Image.fromarray(stored(quadrants(), orientation))
        files[f"orientation-{orientation}.jpg"] = encoded(
            turned, format="JPEG", quality=90, subsampling=0, exif=exif(orientation))
    photo = Image.fromarray(quadrants())
    files["progressive.jpg"] = encoded(photo, format="JPEG", progressive=True)
    files["cmyk.jpg"] = encoded(photo.convert("CMYK"), format="JPEG")
    files["gray.jpg"] = encoded(photo.convert("L"), format="JPEG")
    files["profile.jpg"] = encoded(
        photo, format="JPEG", icc_profile=profile, dpi=(300, 150), subsampling=2)
    return files


def pngs(profile):
    rgba = pattern(4)
    palette = Image.fromarray(pattern(1)[:, :, 0] // 4, "P")
    palette.putpalette([value for i in range(64) for value in (4 * i, 255 - 4 * i, i)])
    bits = Image.fromarray((pattern(1)[:, :, 0] >= 128)).convert("1")
    density = struct.pack(">IIB", 3000, 4000, 1)
    gamma = struct.pack(">I", 50000)
    primaries = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    files = {
        "rgb.png": encoded(Image.fromarray(pattern(3)), format="PNG"),
        "rgba.png": encoded(Image.fromarray(rgba), format="PNG"),
        "gray.png": encoded(Image.fromarray(pattern(1)[:, :, 0]), format="PNG"),
        "gray-alpha.png": encoded(Image.fromarray(pattern(2), "LA"), format="PNG"),
        "one-bit.png": encoded(bits, format="PNG"),
        "palette.png": encoded(palette, format="PNG"),
        "palette-alpha.png": encoded(palette, format="PNG", transparency=bytes(range(64))),
        "profile.png": encoded(Image.fromarray(pattern(3)), format="PNG", icc_profile=profile),
        "rgb16.png": raw_png(pattern(3, 65535), 16, 2),
        "gray16.png": raw_png(pattern(1, 65535), 16, 0),
        "rgba16.png": raw_png(pattern(4, 65535), 16, 6),
        "interlaced.png": raw_png(pattern(3), 8, 2, interlaced=True),
        "colour.png": raw_png(
            pattern(3), 8, 2, [(b"gAMA", gamma), (b"cHRM", primaries), (b"pHYs", density)]),
    }
    for orientation in (3, 6):
        turned = stored(pattern(3), orientation)
        files[f"orientation-{orientation}.png"] = raw_png(
            turned, 8, 2, [(b"eXIf", exif(orientation).removeprefix(b"Exif\0\0"))])
    return files


def scored_pair(rng):
    """Two noisy images and what scikit-image says about them."""
    clean = rng.integers(0, 256, (24, 31, 3)).astype(np.uint8)
    rainy = np.clip(clean + rng.normal(0, 40, clean.shape), 0, 255).astype(np.uint8)
    files = {f"{name}.png": encoded(Image.fromarray(image), format="PNG")
             for name, image in (("scored-clean", clean), ("scored-rainy", rainy))}
    scores = {"psnr": peak_signal_noise_ratio(clean, rainy),
              "ssim": structural_similarity(clean, rainy, channel_axis=2)}
    return files, scores


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Bytes 24 to 35 are the date of the profile's making.
    profile = profile[:24] + struct.pack(">6H", 2018, 9, 8, 0, 0, 0) + profile[36:]
    pair, scores = scored_pair(np.random.default_rng(SEED))
    files = {**jpegs(profile), **pngs(profile), **pair}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "goldens.json").write_text(json.dumps({
        "script": "Scripts/goldens/runtime_images.py",
        "seed": SEED,
        "versions": {"python": platform.python_version(), "numpy": np.__version__,
                     "pillow": PIL.__version__, "scikit-image": skimage.__version__},
        "scores": scores,
        "sha256": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }, indent=1) + "\n")


main()
