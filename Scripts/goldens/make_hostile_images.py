#!/usr/bin/env python3
"""Writes the broken and hostile pictures and videos that the runtime must refuse.

    python3 Scripts/goldens/make_hostile_images.py [FOLDER]

FOLDER defaults to Tests/RuntimeTests/Fixtures/hostile. expected.json gives for each file the exit
status and a part of the message. Every file is put together byte by byte from the standard library
alone; none is opened here.
"""

import struct
import zlib

from hostile_script import HostileFiles

FILES = HostileFiles("RuntimeTests/Fixtures/hostile")
emit = FILES.emit

# PNG, chunk by chunk.

PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data, length=None, crc=None):
    crc = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data) if length is None else length) + kind + data + struct.pack(
        ">I", crc)


def header(width=4, height=4, depth=8, colour=2, compression=0, filters=0, interlace=0):
    return chunk(b"IHDR", struct.pack(
        ">IIBBBBB", width, height, depth, colour, compression, filters, interlace))


PIXELS = zlib.compress(b"\0" * 4 * 13)
IDAT, IEND = chunk(b"IDAT", PIXELS), chunk(b"IEND", b"")


def png(*chunks):
    return PNG + b"".join(chunks)


def png_cuts():
    whole = png(header(), chunk(b"gAMA", struct.pack(">I", 45455)), IDAT, IEND)
    boundaries = {"signature": 8, "length": 12, "kind": 16, "header": 29, "header-crc": 33}
    at = 33
    for stem, size in [("gamma", 16), ("pixels", len(IDAT)), ("end", 12)]:
        boundaries |= {f"{stem}-length": at + 4, f"{stem}-kind": at + 8, f"{stem}-data": at + size - 4}
        at += size
        boundaries[stem] = at
    assert at == len(whole)
    for stem, end in boundaries.items():
        if end < len(whole) and f"png-cut-{stem}.png" not in FILES.expected:
            emit(f"png-cut-{stem}.png", whole[:end], 2, "damaged PNG")
    emit("png-cut-in-signature.png", whole[:7], 2, "not an image")


def png_sizes():
    for stem, size, status, phrase in [
        ("2e31", (2**31 - 1, 2**31 - 1), 3, "exceed the limit"),
        ("wide", (2**20 + 1, 1), 3, "exceed the limit"), ("many", (2**20, 2**20), 3, "exceed the limit"),
        ("0", (0, 4), 2, "damaged PNG"), ("height-0", (4, 0), 2, "damaged PNG"),
        ("2e32", (2**32 - 1, 4), 2, "damaged PNG"), ("2e31-exact", (2**31, 4), 2, "damaged PNG"),
        ("unfilled", (32000, 32000), 2, "take at least"), ("tall", (1, 2**20), 2, "take at least"),
    ]:
        emit(f"png-size-{stem}.png", png(header(*size), IDAT, IEND), status, phrase)
    deep = header(32000, 32000, 16, 6, interlace=1)
    emit("png-size-interlaced.png", png(deep, IDAT, IEND), 2, "take at least")
    for stem, options in [
        ("depth", {"depth": 3}), ("depth-of-rgb", {"depth": 4}), ("depth-255", {"depth": 255}),
        ("colour", {"colour": 5}), ("compression", {"compression": 1}),
        ("filters", {"filters": 1}), ("interlace", {"interlace": 2}),
    ]:
        emit(f"png-{stem}.png", png(header(**options), IDAT, IEND), 2, "damaged PNG")


def png_chunks():
    for stem, length in [("2e31", 2**31), ("2e31-less-1", 2**31 - 1), ("minus-1", 2**32 - 1), ("more", 999)]:
        for kind in (b"IDAT", b"eXIf", b"iCCP", b"PLTE"):
            name = f"png-length-{stem}-{kind.decode().lower()}.png"
            emit(name, png(header(), chunk(kind, PIXELS, length), IEND), 2, "damaged PNG")
    blanks = zlib.compress(bytes(15 << 20), 9)
    packed = [chunk(b"zTXt", b"a\0\0" + blanks), chunk(b"iTXt", b"a\0\1\0\0\0" + blanks)]
    emit("png-text.png", png(header(), *packed * 2, IDAT, IEND), 0, "")
    emit("png-crc.png", png(header(), chunk(b"IDAT", PIXELS, crc=1), IEND), 2, "CRC")
    emit("png-header-crc.png", png(chunk(b"IHDR", header()[8:21], crc=1), IDAT, IEND), 2, "CRC")
    emit("png-no-header.png", png(IDAT, IEND), 2, "damaged PNG")
    emit("png-header-late.png", png(chunk(b"gAMA", bytes(4)), header(), IDAT, IEND), 2, "damaged PNG")
    emit("png-header-twice.png", png(header(), header(), IDAT, IEND), 2, "damaged PNG")
    emit("png-header-short.png", png(chunk(b"IHDR", bytes(12)), IDAT, IEND), 2, "damaged PNG")
    emit("png-no-pixels.png", png(header(), IEND), 2, "damaged PNG")
    emit("png-only-header.png", png(header()), 2, "damaged PNG")
    emit("png-no-palette.png", png(header(colour=3), IDAT, IEND), 2, "damaged PNG")
    emit("png-palette-of-2.png", png(header(colour=3), chunk(b"PLTE", bytes(2)), IDAT, IEND), 2, "damaged PNG")
    emit("png-unknown-critical.png", png(header(), chunk(b"ABCD", b""), IDAT, IEND), 2, "damaged PNG")
    emit("png-kind.png", png(header(), chunk(b"\0\1\2\3", b""), IDAT, IEND), 2, "damaged PNG")


def png_pixels():
    for stem, data in [
        ("few", zlib.compress(bytes(4 * 13 - 1))), ("none", zlib.compress(b"")), ("empty", b""),
        ("not-deflated", b"pixels"), ("window", b"\x78\x00" + PIXELS[2:]),
        ("checksum", PIXELS[:-1] + b"\0"), ("cut", PIXELS[:-5]), ("filter", zlib.compress(b"\7" * 52)),
    ]:
        emit(f"png-pixels-{stem}.png", png(header(), chunk(b"IDAT", data), IEND), 2, "damaged PNG")


# JPEG, marker by marker.

ZIGZAG = bytes(64)


def segment(marker, data, length=None):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2 if length is None else length) + data


def frame(width=8, height=8, components=((1, 0x11),), marker=0xC0, precision=8):
    body = struct.pack(">BHHB", precision, height, width, len(components))
    return segment(marker, body + b"".join(bytes([i, sampling, 0]) for i, sampling in components))


def table(kind=0, counts=None, symbols=b"\0"):
    counts = counts or bytes([1] + [0] * 15)
    return segment(0xC4, bytes([kind]) + counts + symbols)


SOI, EOI = b"\xff\xd8", b"\xff\xd9"
JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
QUANTS = segment(0xDB, b"\0" + b"\1" * 64)
TABLES = table(0x00) + table(0x10)


def scan(components=(1,), start=0, end=63, bits=0, data=b"\x3f"):
    body = bytes([len(components)]) + b"".join(bytes([i, 0]) for i in components)
    return segment(0xDA, body + bytes([start, end, bits])) + data


def jpeg(*parts):
    return SOI + JFIF + QUANTS + b"".join(parts)


def jpeg_cuts():
    parts = [SOI, JFIF, QUANTS, frame(), TABLES, scan(data=b""), b"\x3f"]
    at = 0
    for stem, part in zip(["soi", "jfif", "quants", "frame", "tables", "scan", "data"], parts):
        if at > 2:
            emit(f"jpeg-cut-in-{stem}.jpg", b"".join(parts)[: at + len(part) // 2], 2, "damaged JPEG")
        at += len(part)
        emit(f"jpeg-cut-{stem}.jpg", b"".join(parts)[:at], 2, "an image" if at < 3 else "damaged JPEG")


def jpeg_lengths():
    for stem, length in [("0", 0), ("1", 1), ("max", 0xFFFF)]:
        for name, marker, data in [
            ("jfif", 0xE0, b"JFIF\0"), ("exif", 0xE1, b"Exif\0\0"), ("profile", 0xE2, b"ICC_PROFILE\0\1\1"),
            ("comment", 0xFE, b"x"), ("quants", 0xDB, bytes(65)), ("frame", 0xC0, bytes(9)),
            ("tables", 0xC4, bytes(18)),
        ]:
            file = SOI + segment(marker, data, length) + frame() + TABLES + scan() + EOI
            emit(f"jpeg-length-{stem}-{name}.jpg", file, 2, "damaged JPEG")


def jpeg_frames():
    rest = TABLES + scan() + EOI
    three = ((1, 0x11), (2, 0x11), (3, 0x11))
    for stem, options, status, phrase in [
        ("65535", {"width": 65535, "height": 65535}, 3, "JPEG"),
        ("limit", {"width": 65500, "height": 65500}, 3, "exceed the limit"),
        ("unfilled", {"width": 32000, "height": 32000}, 2, "take at least"),
        ("0", {"width": 0}, 2, "damaged JPEG"), ("height-0", {"height": 0}, 2, "JPEG"),
        ("no-components", {"components": ()}, 2, "damaged JPEG"),
        ("many-components", {"components": ((1, 0x11),) * 11}, 2, "JPEG"),
        ("four-components", {"components": three + ((4, 0x11),)}, 3, "CMYK"),
        ("two-components", {"components": three[:2]}, 3, "2 colour channels"),
        ("sampling-0", {"components": ((1, 0x00),)}, 2, "damaged JPEG"),
        ("sampling-15", {"components": ((1, 0xFF),)}, 2, "damaged JPEG"),
        ("precision-12", {"precision": 12}, 3, "unsupported kind of JPEG"),
        ("lossless", {"marker": 0xC3}, 3, "unsupported kind of JPEG"),
        ("hierarchical", {"marker": 0xC5}, 3, "unsupported kind of JPEG"),
    ]:
        emit(f"jpeg-frame-{stem}.jpg", jpeg(frame(**options), rest), status, phrase)
    emit("jpeg-frame-twice.jpg", jpeg(frame(), frame(), rest), 2, "damaged JPEG")
    emit("jpeg-no-frame.jpg", jpeg(rest), 2, "damaged JPEG")


def jpeg_scans():
    emit("jpeg-no-scan.jpg", jpeg(frame(), TABLES, EOI), 2, "damaged JPEG")
    emit("jpeg-no-tables.jpg", jpeg(frame(), scan(), EOI), 2, "damaged JPEG")
    emit("jpeg-no-quants.jpg", SOI + frame() + TABLES + scan() + EOI, 2, "damaged JPEG")
    emit("jpeg-unknown-component.jpg", jpeg(frame(), TABLES, scan((9,)), EOI), 2, "damaged JPEG")
    emit("jpeg-scan-of-none.jpg", jpeg(frame(), TABLES, scan(()), EOI), 2, "damaged JPEG")
    emit("jpeg-no-data.jpg", jpeg(frame(), TABLES, scan(data=b""), EOI), 2, "damaged JPEG")
    overfull = table(0, bytes([3] + [0] * 15), b"\0\1\2")
    emit("jpeg-overfull-table.jpg", jpeg(frame(), overfull, scan(), EOI), 2, "damaged JPEG")
    many = table(0, bytes([255] * 16), bytes(255))
    emit("jpeg-many-codes.jpg", jpeg(frame(), many, scan(), EOI), 2, "damaged JPEG")
    emit("jpeg-table-number.jpg", jpeg(frame(), table(9), scan(), EOI), 2, "damaged JPEG")
    emit("jpeg-quants-number.jpg", SOI + segment(0xDB, b"\x09" + bytes(64)) + frame(), 2, "damaged JPEG")
    progressive = frame(marker=0xC2)
    first = scan(end=0, data=b"\x7f")
    again = scan(start=1, end=63, data=b"\x7f")
    emit("jpeg-many-scans.jpg", jpeg(progressive, TABLES, first, again * 900, EOI), 3, "scans")
    emit("jpeg-scan-order.jpg", jpeg(progressive, TABLES, again, first, EOI), 2, "damaged JPEG")
    blocks = 500 * 500
    broad = frame(4000, 4000, marker=0xC2)
    flat = scan(end=0, data=bytes(blocks // 8))
    runs = table(0x10, bytes([1] + [0] * 15), b"\xe0")
    # A code for a run of blocks without anything, as often as the blocks need it.
    nothing = scan(start=1, end=63, data=bytes(blocks // 16384 * 15 // 8 + 2))
    emit("jpeg-scans-for-pixels.jpg", jpeg(broad, table(0), runs, flat, nothing * 300, EOI), 3, "scans")


def jpeg_arithmetic():
    """Pictures of half a gigabyte, which in a sound file of that coding may take no more bytes."""
    huge = {"width": 27682, "height": 16392}
    sequential, progressive = frame(marker=0xC9, **huge), frame(marker=0xCA, **huge)
    for stem, file in [
        ("cut", jpeg(sequential, scan(data=b"\xd2\xb7"))),
        ("marker", jpeg(sequential, scan(data=b"\xd2\xb7\xff\xd0"))),
        ("progressive", jpeg(progressive, scan(end=0, data=b"\xd2\xb7"))),
        ("code", jpeg(sequential, scan(data=b"\x40" * 60), EOI)),
    ]:
        emit(f"jpeg-arithmetic-{stem}.jpg", file, 2, "damaged JPEG")


def others():
    for name, start, status, phrase in [
        ("gif", b"GIF89a", 3, "GIF"), ("webp", b"RIFF\0\0\0\0WEBPVP8 ", 3, "WebP"), ("bmp", b"BM\0\0", 3, "BMP"),
        ("tiff", b"II*\0", 3, "TIFF"), ("heic", b"\0\0\0\x18ftypheic", 3, "HEIC"),
        ("jxl", b"\xff\x0a", 3, "JPEG XL"), ("pdf", b"%PDF-1.7", 3, "PDF"), ("zip", b"PK\3\4", 3, "zip"),
        ("text", b"<html>", 2, "text"), ("zeros", bytes(100), 2, "not an image"), ("empty", b"", 2, "empty"),
    ]:
        emit(f"other-{name}.png", start, status, phrase)


def videos():
    def y4m(line, rest=b"FRAME\n" + bytes(6)):
        return b"YUV4MPEG2" + line + rest

    for stem, data, status, phrase in [
        ("no-end", y4m(b" W2 H2", b""), 2, "does not end"),
        ("long-line", y4m(b" W2 H2 X" + b"a" * 9000 + b"\n"), 2, "4096"),
        ("no-size", y4m(b"\n"), 2, "width"), ("no-height", y4m(b" W2\n"), 2, "height"),
        ("size-0", y4m(b" W0 H2\n"), 2, "'0'"), ("size-minus-1", y4m(b" W-1 H2\n"), 2, "'-1'"),
        ("size-2e31", y4m(b" W2147483648 H2\n"), 3, "exceed the limit"),
        ("size-2e63", y4m(b" W9223372036854775808 H2\n"), 3, "exceed the limit"),
        ("size-limit", y4m(b" W1048576 H1048576\n"), 3, "exceed the limit"),
        ("size-unfilled", y4m(b" W32768 H32768\n"), 2, "frame 1 ends after"),
        ("size-unfilled-16", y4m(b" W32768 H32768 C444p16\n"), 2, "frame 1 ends after"),
        ("size-text", y4m(b" Wx H2\n"), 2, "'x'"), ("size-twice", y4m(b" W2 W2 H2\n"), 2, "'2'"),
        ("nul", y4m(b" W2 H2\0\n"), 2, "does not end"), ("interlaced", y4m(b" W2 H2 It\n"), 3, "bwdif"),
        ("layout", y4m(b" W2 H2 C411\n"), 3, "C411"), ("depth", y4m(b" W2 H2 C420p99\n"), 3, "C420p99"),
        ("cut-in-frame", y4m(b" W2 H2\n", b"FRAM"), 2, "frame 1"),
        ("cut-in-samples", y4m(b" W2 H2\n", b"FRAME\nabc"), 2, "after 3 of 6"),
        ("no-frame-word", y4m(b" W2 H2\n", b"frame\nabcdef"), 2, "begin with FRAME"),
        ("long-frame-line", y4m(b" W2 H2\n", b"FRAME " + b"a" * 300 + b"\nabcdef"), 2, "begin with FRAME"),
    ]:
        emit(f"video-{stem}.y4m", data, status, phrase)


if __name__ == "__main__":
    FILES.write(
        png_cuts, png_sizes, png_chunks, png_pixels, jpeg_cuts, jpeg_lengths, jpeg_frames,
        jpeg_scans, jpeg_arithmetic, others, videos)
