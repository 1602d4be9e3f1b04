#include <string.h>

#include "codec.h"
#include "error.h"

/// Bytes at an offset that give away a format.
typedef struct signature {
  const char *name;
  size_t offset, length;
  const char *bytes;
  /// What to convert it to; null where it is read as it is.
  const char *target;
} signature;

#define PICTURE "PNG or JPEG"
#define VIDEO "y4m, as with ffmpeg -i FILE -f yuv4mpegpipe -"

static const signature supported[] = {
    [RESCAN_PNG] = {"PNG", 0, 8, "\x89PNG\r\n\x1a\n", NULL},
    [RESCAN_JPEG] = {"JPEG", 0, 3, "\xff\xd8\xff", NULL},
};

static const signature others[] = {
    {"GIF image", 0, 4, "GIF8", PICTURE},
    {"WebP image", 8, 4, "WEBP", PICTURE},
    {"AVIF image", 4, 8, "ftypavif", PICTURE},
    {"HEIC image", 4, 7, "ftyphei", PICTURE},
    {"HEIF image", 4, 8, "ftypmif1", PICTURE},
    {"TIFF image", 0, 4, "II*\0", PICTURE},
    {"TIFF image", 0, 4, "MM\0*", PICTURE},
    {"JPEG XL image", 0, 2, "\xff\x0a", PICTURE},
    {"JPEG XL image", 4, 4, "JXL ", PICTURE},
    {"JPEG 2000 image", 4, 4, "jP  ", PICTURE},
    {"QOI image", 0, 4, "qoif", PICTURE},
    {"OpenEXR image", 0, 4, "\x76\x2f\x31\x01", PICTURE},
    {"Photoshop image", 0, 4, "8BPS", PICTURE},
    {"y4m video", 0, 9, "YUV4MPEG2", PICTURE},
    {"Matroska video", 0, 4, "\x1a\x45\xdf\xa3", VIDEO},
    {"AVI video", 8, 4, "AVI ", VIDEO},
    {"MP4 video", 4, 4, "ftyp", VIDEO},
    {"PDF document", 0, 5, "%PDF-", PICTURE},
    {"zip archive", 0, 4, "PK\x03\x04", PICTURE},
    {"gzip archive", 0, 2, "\x1f\x8b", PICTURE},
    {"BMP image", 0, 2, "BM", PICTURE},
};

static bool matches(const signature *signature, const uint8_t *start, size_t size) {
  return size >= signature->offset + signature->length &&
         memcmp(start + signature->offset, signature->bytes, signature->length) == 0;
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
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (matches(&others[i], start, size))
      return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                         "%s files are not supported; convert it to %s", others[i].name,
                         others[i].target);
  const char *what = size == 0               ? "the file is empty"
                     : is_text(start, size) ? "this is text, not an image"
                                            : "not an image in any known format";
  return rescan_fail(error, RESCAN_CORRUPT, file, "%s; expected a PNG or JPEG", what);
}
