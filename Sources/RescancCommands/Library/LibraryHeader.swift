internal import Codegen

/// The C header of a library.
struct LibraryHeader {
  let name: LibraryName
  /// The library's file, for the description.
  var text: String {
    template.replacing("@name@", with: name.prefix)
      .replacing("@NAME@", with: name.prefix.uppercased())
      .replacing("@stem@", with: name.stem)
      .replacing("@file@", with: name.file)
  }
}

/// The layouts are those of `library.h` and `rescan_runtime.h` in the runtime.
private let template = """
  /* @stem@.h: takes the rain out of images in memory. Goes with @file@.
   *
   * A context holds threads and memory; nothing else is kept anywhere. Contexts are independent of
   * each other and may be used by different threads at the same time; callers of one context wait
   * for each other. Give each context that works at the same time its share of the cores.
   *
   *   @name@_error error;
   *   @name@_context *context = @name@_create(0, &error);
   *   @name@_image image = @name@_interleaved(pixels, width, height, @NAME@_U8, 3, @NAME@_RGB);
   *   if (!context || @name@_run(context, &image, &image, &error) != @NAME@_OK)
   *     fprintf(stderr, "%s\\n", error.message);
   *   @name@_destroy(context);
   */
  #ifndef @NAME@_LIBRARY_H
  #define @NAME@_LIBRARY_H

  #include <stdint.h>

  #ifdef __cplusplus
  extern "C" {
  #endif

  /* What functions return. */
  enum {
    @NAME@_OK = 0,
    /* The work failed: no memory, no threads. */
    @NAME@_FAILED = 1,
    /* This machine cannot run the library: it was compiled for a CPU that can do more. */
    @NAME@_UNSUPPORTED = 3,
    /* The arguments do not fit together. */
    @NAME@_USAGE = 64
  };

  /* A failure in words: one line without a newline. */
  typedef struct @name@_error {
    int32_t status;
    char message[1000];
  } @name@_error;

  /* Types of samples: 0 to 255, 0 to 65535 in the byte order of the machine, and float32, for
   * which black is 0 and white is 1; float32 results may lie a little beyond. */
  enum { @NAME@_U8 = 0, @NAME@_U16 = 1, @NAME@_F32 = 2 };

  /* Orders of the channels. */
  enum { @NAME@_RGB = 0, @NAME@_BGR = 1 };

  /* An image in memory that the caller owns. Any layout is described by where the first sample of
   * each channel is and by the bytes from a pixel to the next one in its row and from a row to the
   * next one; both may be negative. Samples need no alignment. */
  typedef struct @name@_image {
    int64_t width, height;
    /* @NAME@_U8, @NAME@_U16 or @NAME@_F32. */
    int64_t type;
    void *red, *green, *blue;
    int64_t pixel_stride, row_stride;
  } @name@_image;

  typedef struct @name@_context @name@_context;

  /* The version of the compiler that made the library. */
  const char *@name@_version(void);

  /* Lines of "key: value": which model and options this is and which CPU it is for. */
  const char *@name@_info(void);

  /* Bytes of memory that a context takes for images of a size, on so many threads (0: one for
   * every core); -1 where that is more than can be addressed. Every size of 1 x 1 and more that
   * memory allows can be cleaned. */
  int64_t @name@_memory_needed(int64_t width, int64_t height, int32_t threads);

  /* Starts a context with so many threads (0: one for every core), the caller's included. Returns
   * null on failure. Here and below, `error` may be null; it is filled in where something fails. */
  @name@_context *@name@_create(int32_t threads, @name@_error *error);

  /* The threads of a context. */
  int32_t @name@_threads(const @name@_context *context);

  /* Cleans `input` into `output`, which must have its size and may have another type and layout.
   * They may be the same. Memory is kept for the next image. Results do not depend on threads. */
  int32_t @name@_run(@name@_context *context, const @name@_image *input,
                     const @name@_image *output, @name@_error *error);

  /* Ends the threads and gives the memory back. Nobody may be using the context. */
  void @name@_destroy(@name@_context *context);

  /* An image whose pixels have their `channels` samples side by side, without gaps between the
   * rows: 1 (gray), 3, or 4, of which the last is left alone. */
  static inline @name@_image @name@_interleaved(const void *data, int64_t width, int64_t height,
                                                int64_t type, int64_t channels, int32_t order) {
    int64_t sample = type == @NAME@_U8 ? 1 : type == @NAME@_U16 ? 2 : 4;
    int64_t step = channels < 3 ? 0 : sample;
    char *first = (char *)(uintptr_t)data, *last = first + 2 * step;
    @name@_image image;
    image.width = width;
    image.height = height;
    image.type = type;
    image.red = order == @NAME@_BGR ? last : first;
    image.green = first + step;
    image.blue = order == @NAME@_BGR ? first : last;
    image.pixel_stride = channels * sample;
    image.row_stride = width * channels * sample;
    return image;
  }

  /* An image of three planes behind each other, without gaps. */
  static inline @name@_image @name@_planar(const void *data, int64_t width, int64_t height,
                                           int64_t type, int32_t order) {
    @name@_image image = @name@_interleaved(data, width, height, type, 1, order);
    int64_t plane = image.row_stride * height;
    char *first = (char *)(uintptr_t)data, *last = first + 2 * plane;
    image.red = order == @NAME@_BGR ? last : first;
    image.green = first + plane;
    image.blue = order == @NAME@_BGR ? first : last;
    return image;
  }

  #ifdef __cplusplus
  }
  #endif

  #endif

  """
