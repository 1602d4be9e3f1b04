"""Sets two pictures of one size side by side: `before_after.py BEFORE AFTER OUT.jpg`.

Made docs/images/before-after.jpg from models/samples/scene-rainy.png and what `make demo` writes.
"""

import sys

from PIL import Image

GAP = 8
QUALITY = 88


def side_by_side(before: Image.Image, after: Image.Image) -> Image.Image:
    """The two pictures with a white gap between them."""
    if before.size != after.size:
        raise SystemExit(f"the sizes differ: {before.size} and {after.size}")
    width, height = before.size
    sheet = Image.new("RGB", (2 * width + GAP, height), "white")
    sheet.paste(before, (0, 0))
    sheet.paste(after, (width + GAP, 0))
    return sheet


def main() -> None:
    if len(sys.argv) != 4:
        raise SystemExit("usage: before_after.py BEFORE AFTER OUT.jpg")
    before, after = (Image.open(path).convert("RGB") for path in sys.argv[1:3])
    side_by_side(before, after).save(sys.argv[3], quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
