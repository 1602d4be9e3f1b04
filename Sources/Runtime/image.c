#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "codec.h"
#include "error.h"
#include "memory.h"
#include "output_file.h"
#include "paths.h"

static int check_limits(const rescan_image *image, const char *file, rescan_error *error) {
  int64_t w = image->width, h = image->height;
  if (w < 1 || h < 1)
    return rescan_fail(error, RESCAN_CORRUPT, file, "an image of %lld x %lld pixels has no pixels",
                       (long long)w, (long long)h);
  if (w > RESCAN_MAX_SIDE || h > RESCAN_MAX_SIDE || w * h > RESCAN_MAX_PIXELS)
    return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                       "%lld x %lld pixels exceed the limit of %lld on a side and %lld in all; "
                       "use a smaller image",
                       (long long)w, (long long)h, (long long)RESCAN_MAX_SIDE,
                       (long long)RESCAN_MAX_PIXELS);
  return RESCAN_OK;
}

static int64_t row_bytes(const rescan_image *image) {
  return image->width * image->channels * (image->depth / 8);
}

static int out_of_memory(rescan_image *image, const char *file, rescan_error *error) {
  rescan_image_free(image);
  return rescan_fail(error, RESCAN_FAILED, file,
                     "%lld x %lld pixels need %lld MB of memory, %lld MB are available; use a "
                     "smaller image",
                     (long long)image->width, (long long)image->height,
                     (long long)rescan_megabytes(row_bytes(image) * image->height),
                     (long long)(rescan_memory_available() / 1000000));
}

int rescan_image_allocate(rescan_image *image, const char *file, rescan_error *error) {
  int status = check_limits(image, file, error);
  if (status != RESCAN_OK) return status;
  int64_t bytes = row_bytes(image) * image->height;
  if (bytes <= rescan_memory_available()) {
    image->samples = calloc(1, (size_t)bytes);
    image->metadata = calloc(1, sizeof *image->metadata);
  }
  return image->samples && image->metadata ? RESCAN_OK : out_of_memory(image, file, error);
}

int rescan_image_grow(rescan_image *image, int64_t rows, const char *file, rescan_error *error) {
  int64_t bytes = row_bytes(image) * rows;
  if (bytes > rescan_memory_available()) return out_of_memory(image, file, error);
  uint8_t *samples = realloc(image->samples, (size_t)bytes);
  if (!samples) return out_of_memory(image, file, error);
  image->samples = samples;
  if (!image->metadata) image->metadata = calloc(1, sizeof *image->metadata);
  return image->metadata ? RESCAN_OK : out_of_memory(image, file, error);
}

int rescan_image_check_file(const rescan_image *image, size_t size, int64_t least,
                            const char *file, rescan_error *error) {
  int status = check_limits(image, file, error);
  if (status != RESCAN_OK || least <= (int64_t)size) return status;
  return rescan_fail(error, RESCAN_CORRUPT, file,
                     "%lld x %lld pixels take at least %lld bytes, the file has %zu; get an intact "
                     "copy",
                     (long long)image->width, (long long)image->height, (long long)least, size);
}

int rescan_image_create(int64_t width, int64_t height, int32_t channels, int32_t depth,
                        rescan_image *image, rescan_error *error) {
  *image = (rescan_image){.width = width,
                          .height = height,
                          .channels = channels,
                          .depth = depth,
                          .format = RESCAN_PNG};
  if (channels < 1 || channels > 4 || (depth != 8 && depth != 16))
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "an image of %d channels with %d bits; 1 to 4 with 8 or 16 are supported",
                       channels, depth);
  return rescan_image_allocate(image, NULL, error);
}

void rescan_image_free(rescan_image *image) {
  free(image->samples);
  if (image->metadata) free(image->metadata->profile);
  free(image->metadata);
  image->samples = NULL;
  image->metadata = NULL;
}

bool rescan_metadata_copy(const rescan_image *from, rescan_image *to) {
  if (!from->metadata) return true;
  *to->metadata = *from->metadata;
  if (!from->metadata->profile) return true;
  to->metadata->profile = malloc(from->metadata->profile_size);
  if (!to->metadata->profile) return false;
  memcpy(to->metadata->profile, from->metadata->profile, from->metadata->profile_size);
  return true;
}

/// Where a size has 32 bits, memory ends before the limit of all images.
static const size_t most_bytes =
    RESCAN_MAX_FILE_BYTES < PTRDIFF_MAX ? (size_t)RESCAN_MAX_FILE_BYTES : PTRDIFF_MAX;

/// Reads a file once its first bytes have shown that it is an image.
static int read_image_file(int descriptor, const char *file, rescan_bytes *bytes, int32_t *format,
                           rescan_error *error) {
  int failure = rescan_bytes_read(bytes, descriptor, rescan_recognition_bytes);
  if (failure == 0) {
    int status = rescan_recognise(bytes->data, bytes->size, file, format, error);
    if (status != RESCAN_OK) return status;
    failure = rescan_bytes_read(bytes, descriptor, most_bytes + 1);
  }
  if (failure != 0)
    return rescan_fail(error, RESCAN_FAILED, file, "cannot be read: %s", strerror(failure));
  if (bytes->size > most_bytes)
    return rescan_fail(error, RESCAN_UNSUPPORTED, file, "larger than %lld MB; use a smaller image",
                       (long long)(most_bytes / 1000000));
  return RESCAN_OK;
}

static int decode(const rescan_bytes *bytes, const char *file, int32_t format, rescan_image *image,
                  rescan_error *error) {
  int orientation = 1;
  *image = (rescan_image){.format = format};
  int status = format == RESCAN_PNG ? rescan_png_decode(bytes, file, image, &orientation, error)
                                    : rescan_jpeg_decode(bytes, file, image, &orientation, error);
  if (status == RESCAN_OK) status = rescan_image_orient(image, orientation, file, error);
  if (status != RESCAN_OK) rescan_image_free(image);
  return status;
}

int rescan_image_read(rescan_source *source, rescan_image *image, rescan_error *error) {
  int32_t format = RESCAN_NO_FORMAT;
  *image = (rescan_image){0};
  int status = read_image_file(source->descriptor, source->file, &source->start, &format, error);
  return status == RESCAN_OK ? decode(&source->start, source->file, format, image, error) : status;
}

int rescan_image_load(const char *path, rescan_image *image, rescan_error *error) {
  rescan_source source;
  *image = (rescan_image){0};
  int status = rescan_source_open(&source, path, error);
  if (status != RESCAN_OK) return status;
  status = rescan_image_read(&source, image, error);
  rescan_source_close(&source);
  return status;
}

int32_t rescan_image_format_of_path(const char *path, int32_t own) {
  int32_t format = rescan_path_format(path);
  return format == RESCAN_NO_FORMAT && rescan_path_is_special(path) ? own : format;
}

int rescan_image_save(const rescan_image *image, const char *path, int32_t format,
                      rescan_error *error) {
  const char *file = strcmp(path, "-") == 0 ? "standard output" : path;
  if (format == RESCAN_NO_FORMAT) format = rescan_image_format_of_path(path, image->format);
  if (format == RESCAN_NO_FORMAT)
    return rescan_fail(error, RESCAN_USAGE, file,
                       "the suffix names no supported format; use .png, .jpg or .jpeg");
  rescan_bytes bytes = {0};
  int status = format == RESCAN_PNG ? rescan_png_encode(image, file, &bytes, error)
                                    : rescan_jpeg_encode(image, file, &bytes, error);
  if (status == RESCAN_OK) status = rescan_write_file(path, bytes.data, bytes.size, error);
  rescan_bytes_free(&bytes);
  return status;
}
