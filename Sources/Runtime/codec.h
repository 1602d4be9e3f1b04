/// What the parts that know PNG and JPEG share.
#ifndef RESCAN_CODEC_H
#define RESCAN_CODEC_H

#include <stdbool.h>

#include "bytes.h"
#include "include/rescan_image.h"
#include "source.h"

#pragma clang assume_nonnull begin

/// Ends what failed with `error` inside of a codec: `jump` goes back to where the codec was called.
/// WebAssembly cannot jump out of functions, so there the whole program ends.
#ifdef __wasi__
#define RESCAN_GIVE_UP(error, jump) rescan_give_up(error)
_Noreturn void rescan_give_up(const rescan_error *error);
#else
#define RESCAN_GIVE_UP(error, jump) jump
#endif

/// Density of pixels as PNG has it.
typedef struct rescan_density {
  uint32_t x, y;
  /// 1: per metre, 0: only the ratio is known.
  uint8_t unit;
  bool known;
} rescan_density;

struct rescan_image_metadata {
  uint8_t *_Nullable profile;
  uint32_t profile_size;
  rescan_density density;
  /// Colour as PNG has it: sRGB intent, gamma and primaries times 100000.
  bool has_srgb, has_gamma, has_primaries;
  int32_t srgb_intent, gamma, primaries[8];
};

/// Sets aside the samples and metadata for an image read from `file` (null: from no file).
int rescan_image_allocate(rescan_image *image, const char *_Nullable file, rescan_error *error);

/// Makes room for the metadata and the first `rows` rows of an image within the limits, and keeps
/// what is there; new samples are undefined.
int rescan_image_grow(rescan_image *image, int64_t rows, const char *_Nullable file,
                      rescan_error *error);

/// Refuses an image beyond the limits, and one that takes at least `least` bytes of a file of
/// `size`, so that a few bytes do not ask for gigabytes of memory.
int rescan_image_check_file(const rescan_image *image, size_t size, int64_t least,
                            const char *file, rescan_error *error);

/// Copies metadata, colour profile included, from one image to another; false without memory.
bool rescan_metadata_copy(const rescan_image *from, rescan_image *to);

/// Reads what is behind the start of a file as an image; `rescan_image_load` says what may fail.
int rescan_image_read(rescan_source *source, rescan_image *image, rescan_error *error);

/// Decodes a whole file. On failure `image` may be partly filled and is the caller's to free.
int rescan_png_decode(const rescan_bytes *bytes, const char *file, rescan_image *image,
                      int *orientation, rescan_error *error);
int rescan_jpeg_decode(const rescan_bytes *bytes, const char *file, rescan_image *image,
                       int *orientation, rescan_error *error);

/// Appends an encoded file to `bytes`; `file` is named in errors.
int rescan_png_encode(const rescan_image *image, const char *file, rescan_bytes *bytes,
                      rescan_error *error);
int rescan_jpeg_encode(const rescan_image *image, const char *file, rescan_bytes *bytes,
                       rescan_error *error);

/// The orientation 1 ... 8 that EXIF data (a TIFF structure) asks for; 1 where it says nothing.
int rescan_exif_orientation(const uint8_t *exif, size_t size);

/// Turns an image upright.
int rescan_image_orient(rescan_image *image, int orientation, const char *file,
                        rescan_error *error);

/// Refuses what is neither PNG nor JPEG by its first bytes, saying what it looks like; else
/// stores which of the two it is.
int rescan_recognise(const uint8_t *start, size_t size, const char *file, int32_t *format,
                     rescan_error *error);

/// Enough bytes of a file to recognise it.
enum { rescan_recognition_bytes = 64 };

#pragma clang assume_nonnull end

#endif
