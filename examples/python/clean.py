"""Takes the rain out of a binary PPM through ctypes, with nothing but Python's own library.

python3 clean.py ./libderain.so RAINY.ppm CLEAN.ppm
"""

import ctypes
import re
import sys


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int32), ("message", ctypes.c_char * 1000)]


class Image(ctypes.Structure):
    _fields_ = [
        ("width", ctypes.c_int64),
        ("height", ctypes.c_int64),
        ("type", ctypes.c_int64),
        ("red", ctypes.c_void_p),
        ("green", ctypes.c_void_p),
        ("blue", ctypes.c_void_p),
        ("pixel_stride", ctypes.c_int64),
        ("row_stride", ctypes.c_int64),
    ]


def load(path):
    library = ctypes.CDLL(path)
    library.derain_create.restype = ctypes.c_void_p
    library.derain_create.argtypes = [ctypes.c_int32, ctypes.POINTER(Error)]
    library.derain_run.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(Image),
        ctypes.POINTER(Image),
        ctypes.POINTER(Error),
    ]
    library.derain_destroy.argtypes = [ctypes.c_void_p]
    return library


def clean(library, pixels, width, height):
    """Cleans a bytearray of red, green, blue in place."""
    buffer = (ctypes.c_uint8 * len(pixels)).from_buffer(pixels)
    first = ctypes.addressof(buffer)
    image = Image(width, height, 0, first, first + 1, first + 2, 3, 3 * width)
    error = Error()
    context = library.derain_create(0, error)
    if not context:
        raise RuntimeError(error.message.decode())
    status = library.derain_run(context, image, image, error)
    library.derain_destroy(context)
    if status != 0:
        raise RuntimeError(error.message.decode())


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: clean.py LIBRARY RAINY.ppm CLEAN.ppm")
    library = load(sys.argv[1])
    with open(sys.argv[2], "rb") as file:
        contents = file.read()
    header = re.match(rb"P6\s(\d+)\s(\d+)\s255\s", contents)
    width, height = map(int, header.groups()) if header else (0, 0)
    if not header or len(contents) - header.end() != 3 * width * height:
        sys.exit(f"{sys.argv[2]}: cannot be read as PPM")
    pixels = bytearray(contents[header.end() :])
    clean(library, pixels, width, height)
    with open(sys.argv[3], "wb") as file:
        file.write(b"P6\n%d %d\n255\n" % (width, height) + pixels)


if __name__ == "__main__":
    main()
