internal import Foundation

/// The module of a wheel: ctypes over the library's C functions.
func pythonModule(named name: WheelName) -> String {
  template.replacing("@name@", with: name.module).replacing("@version@", with: name.version)
    .replacing("@library@", with: Wheel.libraryName(for: name))
}

private let template = #"""
  """Takes the rain out of images: clean(image) for one, Cleaner for many."""

  import ctypes
  import os

  import numpy

  __version__ = "@version@"
  __all__ = ["Cleaner", "Error", "clean", "info", "memory_needed"]


  class Error(RuntimeError):
      """The work failed: no memory, or a CPU that lacks what the library was compiled for."""


  class _Error(ctypes.Structure):
      _fields_ = [("status", ctypes.c_int32), ("message", ctypes.c_char * 1000)]


  class _Image(ctypes.Structure):
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


  def _function(name, result, *arguments):
      function = getattr(_library, "@name@_" + name)
      function.restype = result
      function.argtypes = arguments
      return function


  _library = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "@library@"))
  _info = _function("info", ctypes.c_char_p)
  _memory_needed = _function(
      "memory_needed", ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_int32
  )
  _create = _function("create", ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(_Error))
  _threads = _function("threads", ctypes.c_int32, ctypes.c_void_p)
  _run = _function(
      "run",
      ctypes.c_int32,
      ctypes.c_void_p,
      ctypes.POINTER(_Image),
      ctypes.POINTER(_Image),
      ctypes.POINTER(_Error),
  )
  _destroy = _function("destroy", None, ctypes.c_void_p)
  _types = {numpy.dtype("uint8"): 0, numpy.dtype("uint16"): 1, numpy.dtype("float32"): 2}


  def info():
      """Which model this is and which CPU it is for, as a dictionary."""
      return dict(line.split(": ", 1) for line in _info().decode().splitlines())


  def memory_needed(width, height, threads=0):
      """Bytes of memory for an image of this size; -1 where that cannot be."""
      return _memory_needed(width, height, threads)


  def _describe(image, bgr):
      """An array of rows, columns and channels as the library sees it."""
      height, width = image.shape[:2]
      rows, columns = image.strides[:2]
      step = image.strides[2] if image.ndim == 3 and image.shape[2] >= 3 else 0
      first, last = image.ctypes.data, image.ctypes.data + 2 * step
      red, blue = (last, first) if bgr else (first, last)
      return _Image(
          width, height, _types[image.dtype], red, first + step, blue, columns, rows
      )


  class Cleaner:
      """Threads and memory, kept from image to image."""

      def __init__(self, threads=0):
          self._context = None
          error = _Error()
          self._context = _create(threads, error)
          if not self._context:
              raise Error(error.message.decode(errors="replace"))

      @property
      def threads(self):
          """How many threads work on an image."""
          return _threads(self._open())

      def clean(self, image, bgr=False):
          """A copy of the image without rain.

          The image is an array of rows and columns (gray), or of rows, columns and 1, 3 or 4
          channels, of which the fourth is kept as it is: uint8, uint16, or floats from 0 to 1.
          Colours are red, green, blue, or the other way round with bgr.
          """
          image = numpy.asarray(image)
          gray = image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 1)
          if not gray and not (image.ndim == 3 and image.shape[2] in (3, 4)):
              raise ValueError(f"an image has 1, 3 or 4 channels, not the shape {image.shape}")
          given = image.dtype
          if numpy.issubdtype(given, numpy.floating):
              image = image.astype(numpy.float32, copy=False)
          if not image.dtype.isnative:
              image = image.astype(image.dtype.newbyteorder("="))
          if image.dtype not in _types:
              raise TypeError(f"images are uint8, uint16 or floats, not {given}")
          if image.size == 0:
              raise ValueError(f"an image of the shape {image.shape} has no pixels")
          result = self._clean_gray(image) if gray else self._clean_colour(image, bgr)
          return result.astype(given, copy=False)

      def _clean_colour(self, image, bgr):
          result = numpy.array(image, order="C")
          self._run(image, result, bgr)
          return result

      def _clean_gray(self, image):
          """The luma of BT.601 of the three channels that come out."""
          colour = numpy.empty(image.shape[:2] + (3,), numpy.float32)
          self._run(image, colour, False)
          gray = colour @ numpy.float32([0.299, 0.587, 0.114])
          if image.dtype != numpy.float32:
              gray = numpy.rint(numpy.clip(gray, 0, 1) * numpy.iinfo(image.dtype).max)
          return gray.astype(image.dtype).reshape(image.shape)

      def _run(self, image, result, bgr):
          error = _Error()
          status = _run(self._open(), _describe(image, bgr), _describe(result, bgr), error)
          if status != 0:
              raise Error(error.message.decode(errors="replace"))

      def _open(self):
          if not self._context:
              raise ValueError("this cleaner is closed")
          return self._context

      def close(self):
          """Ends the threads and gives the memory back."""
          context, self._context = self._context, None
          if context:
              _destroy(context)

      def __enter__(self):
          return self

      def __exit__(self, *exception):
          self.close()

      def __del__(self):
          self.close()


  def clean(image, threads=0, bgr=False):
      """A copy of one image without rain; see Cleaner.clean."""
      with Cleaner(threads) as cleaner:
          return cleaner.clean(image, bgr)

  """#
