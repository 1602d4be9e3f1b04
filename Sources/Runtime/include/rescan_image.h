/// Photos: reading, writing, conversion to and from tensors, and comparison.
#ifndef RESCAN_IMAGE_H
#define RESCAN_IMAGE_H

#include "rescan_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// Most pixels on a side of an image, and in an image; larger ones are refused before any
/// memory is set aside for them.
#define RESCAN_MAX_SIDE (INT64_C(1) << 20)
#define RESCAN_MAX_PIXELS (INT64_C(1) << 30)

/// Most bytes of an image file.
#define RESCAN_MAX_FILE_BYTES (INT64_C(1) << 32)

/// File formats that can be read and written.
enum rescan_image_format { RESCAN_NO_FORMAT = 0, RESCAN_PNG = 1, RESCAN_JPEG = 2 };

/// What an image file says besides its pixels: colour profile, gamma, density.
typedef struct rescan_image_metadata rescan_image_metadata;

/// An image as it is stored in files; released with `rescan_image_free`.
typedef struct rescan_image {
  int64_t width, height;
  /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
  int32_t channels;
  /// Bits per sample, 8 or 16.
  int32_t depth;
  /// The format it was read from.
  int32_t format;
  /// Rows from the top without gaps, channels interleaved; 16-bit samples in the byte order of
  /// the machine.
  uint8_t *_Nullable samples;
  rescan_image_metadata *_Nullable metadata;
} rescan_image;

/// Reads a PNG or JPEG, told apart by content, turned upright by its EXIF orientation. Palettes
/// and fewer than 8 bits are expanded. `-` is standard input. `image` needs no release on failure.
///
/// Status: `RESCAN_FAILED` where the file cannot be read or memory is short, `RESCAN_CORRUPT`
/// where it is damaged or no image, `RESCAN_UNSUPPORTED` for other image formats, CMYK and
/// images beyond the limits above.
int rescan_image_load(const char *path, rescan_image *image, rescan_error *error);

/// Writes a PNG or JPEG (quality 95, no chroma subsampling, 8 bit, alpha dropped), with what the
/// format can hold of the metadata. `format` 0 stands for the one the suffix of `path` names, or
/// for the image's own where the path is `-` (standard output) or no regular file.
///
/// A regular file appears under its name once complete; a failure leaves no trace of it.
/// Status: `RESCAN_FAILED`, `RESCAN_UNSUPPORTED` for an image too large for JPEG, `RESCAN_USAGE`
/// for a suffix that names no supported format.
int rescan_image_save(const rescan_image *image, const char *path, int32_t format,
                      rescan_error *error);

/// Sets aside an image of zeros. Fails with `RESCAN_UNSUPPORTED` beyond the limits above and
/// with `RESCAN_FAILED` without memory.
int rescan_image_create(int64_t width, int64_t height, int32_t channels, int32_t depth,
                        rescan_image *image, rescan_error *error);

/// Releases samples and metadata; the image is then empty.
void rescan_image_free(rescan_image *image);

/// Writes a whole file: standard output for `-`, devices and pipes straight, others so that they
/// are complete or not there at all. `RESCAN_FAILED`.
int rescan_write_file(const char *path, const uint8_t *_Nullable data, size_t size,
                      rescan_error *error);

/// The format in which `rescan_image_save` would write to `path`, 0 where it would refuse.
int32_t rescan_image_format_of_path(const char *path, int32_t own);

/// Fills three planes of `width * height` floats in [0, 1], in the channel order of the program.
/// Gray is replicated; alpha is left out.
void rescan_image_to_planes(const rescan_image *image, int32_t channel_order, float *planes);

/// Makes an image like `model` (size, channels, depth, alpha, metadata) from three planes:
/// clamped to [0, 1], not-a-number as 0, rounded to the nearest. Gray is the BT.601 luma.
int rescan_image_from_planes(const float *planes, int32_t channel_order, const rescan_image *model,
                             rescan_image *image, rescan_error *error);

/// The same with planes of another size than `model`, whose alpha is scaled.
int rescan_image_from_sized_planes(const float *planes, int64_t width, int64_t height,
                                   int32_t channel_order, const rescan_image *model,
                                   rescan_image *image, rescan_error *error);

/// Peak signal-to-noise ratio in dB over the colour channels, infinite for equal images.
/// Gray against RGB is replicated, 8 against 16 bit is scaled to 16. NaN where sizes differ.
double rescan_image_psnr(const rescan_image *image, const rescan_image *reference);

/// Structural similarity, -1 ... 1: mean over the colour channels of the mean over all 7 x 7
/// windows, uniform weights, sample covariance, as scikit-image computes it. NaN where sizes
/// differ or a side is below 7.
double rescan_image_ssim(const rescan_image *image, const rescan_image *reference);

/// A picture of a strip and what is written above it.
typedef struct rescan_panel {
  const char *label;
  const rescan_image *image;
} rescan_panel;

/// Lays pictures of one size beside each other, each under its label, as RGB of 8 bits. Labels are
/// letters, digits, points and blanks, cut where the picture is too narrow for them.
int rescan_image_strip(const rescan_panel *panels, int32_t count, rescan_image *strip,
                       rescan_error *error);

/// The distance of every sample from the other image's, `gain` times and clipped, as RGB of 8 bits.
int rescan_image_difference(const rescan_image *image, const rescan_image *other, int32_t gain,
                            rescan_image *difference, rescan_error *error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
