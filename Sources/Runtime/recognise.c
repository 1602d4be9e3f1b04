#include <string.h>

#include "codec.h"
#include "error.h"

/// Bytes at an offset that give away a format.
typedef struct signature {
  const char *name;
  size_t offset, length;
  const char *bytes;
} signature;

static const signature supported[] = {
    [RESCAN_PNG] = {"PNG", 0, 8, "\x89PNG\r\n\x1a\n"},
    [RESCAN_JPEG] = {"JPEG", 0, 3, "\xff\xd8\xff"},
};

static const signature others[] = {
    {"GIF image", 0, 4, "GIF8"},
    {"WebP image", 8, 4, "WEBP"},
    {"AVIF image", 4, 8, "ftypavif"},
    {"HEIC image", 4, 7, "ftyphei"},
    {"HEIF image", 4, 8, "ftypmif1"},
    {"TIFF image", 0, 4, "II*\0"},
    {"TIFF image", 0, 4, "MM\0*"},
    {"JPEG XL image", 0, 2, "\xff\x0a"},
    {"JPEG XL image", 4, 4, "JXL "},
    {"JPEG 2000 image", 4, 4, "jP  "},
    {"QOI image", 0, 4, "qoif"},
    {"OpenEXR image", 0, 4, "\x76\x2f\x31\x01"},
    {"Photoshop image", 0, 4, "8BPS"},
    {"y4m video", 0, 9, "YUV4MPEG2"},
    {"PDF document", 0, 5, "%PDF-"},
    {"zip archive", 0, 4, "PK\x03\x04"},
    {"gzip archive", 0, 2, "\x1f\x8b"},
    {"BMP image", 0, 2, "BM"},
};

/// Looked for after the others, since some images are in the container of MP4.
static const signature videos[] = {
    {"Matroska video", 0, 4, "\x1a\x45\xdf\xa3"},
    {"AVI video", 8, 4, "AVI "},
    {"MP4 video", 4, 4, "ftyp"},
};

static bool matches(const signature *signature, const uint8_t *start, size_t size) {
  return size >= signature->offset + signature->length &&
         memcmp(start + signature->offset, signature->bytes, signature->length) == 0;
}

/// The name of the format among some that a file begins like; null where there is none.
static const char *name_of(const signature *formats, size_t count, const uint8_t *start,
                           size_t size) {
  for (size_t i = 0; i < count; i++)
    if (matches(&formats[i], start, size)) return formats[i].name;
  return NULL;
}

static bool is_text(const uint8_t *start, size_t size) {
  for (size_t i = 0; i < size; i++)
    if ((start[i] < ' ' && start[i] != '\n' && start[i] != '\r' && start[i] != '\t') ||
        start[i] == 0x7f)
      return false;
  return true;
}

int rescan_recognise(const uint8_t *start, size_t size, const char *file, int32_t *format,
                     rescan_error *error) {
  for (int32_t i = RESCAN_PNG; i <= RESCAN_JPEG; i++)
    if (matches(&supported[i], start, size)) {
      *format = i;
      return RESCAN_OK;
    }
  const char *other = name_of(others, sizeof others / sizeof *others, start, size);
  if (other)
    return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                       "%s files are not supported; convert it to PNG or JPEG", other);
  const char *video = name_of(videos, sizeof videos / sizeof *videos, start, size);
  if (video)
    return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                       "%s files are not supported; convert it to y4m, as with ffmpeg -i FILE "
                       "-f yuv4mpegpipe -",
                       video);
  const char *what = size == 0               ? "the file is empty"
                     : is_text(start, size) ? "this is text, not an image"
                                            : "not an image in any known format";
  return rescan_fail(error, RESCAN_CORRUPT, file, "%s; expected a PNG or JPEG", what);
}
