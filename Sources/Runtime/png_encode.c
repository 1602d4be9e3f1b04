#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "codec.h"
#include "error.h"

/// Everything that must survive a jump out of libpng.
typedef struct png_encoding {
  const rescan_image *image;
  const char *file;
  rescan_bytes *bytes;
  rescan_error *error;
  png_structp png;
  png_infop info;
} png_encoding;

static void on_error(png_structp png, png_const_charp message) {
  png_encoding *encoding = png_get_error_ptr(png);
  rescan_fail(encoding->error, RESCAN_FAILED, encoding->file, "cannot be encoded as PNG: %s",
              message);
  RESCAN_GIVE_UP(encoding->error, png_longjmp(png, 1));
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void write_bytes(png_structp png, png_bytep data, size_t size) {
  png_encoding *encoding = png_get_io_ptr(png);
  if (!rescan_bytes_append(encoding->bytes, data, size)) png_error(png, "out of memory");
}

static void flush_nothing(png_structp png) { (void)png; }

static void write_colour(png_structp png, png_infop info, const rescan_image_metadata *metadata) {
  const int32_t *p = metadata->primaries;
  if (metadata->has_srgb) png_set_sRGB(png, info, metadata->srgb_intent);
  if (metadata->has_gamma) png_set_gAMA_fixed(png, info, metadata->gamma);
  if (metadata->has_primaries)
    png_set_cHRM_fixed(png, info, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
}

static void write_metadata(png_structp png, png_infop info,
                           const rescan_image_metadata *metadata) {
  // A profile that does not fit the image is left out with a warning rather than refused.
  png_set_benign_errors(png, 1);
  if (metadata->profile)
    png_set_iCCP(png, info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, metadata->profile,
                 metadata->profile_size);
  if (metadata->density.known)
    png_set_pHYs(png, info, metadata->density.x, metadata->density.y, metadata->density.unit);
  write_colour(png, info, metadata);
}

static int colour_type(int32_t channels) {
  static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGB_ALPHA};
  return types[channels - 1];
}

static int encode(png_encoding *encoding) {
  if (setjmp(png_jmpbuf(encoding->png))) return encoding->error->status;
  png_structp png = encoding->png;
  const rescan_image *image = encoding->image;
  png_set_write_fn(png, encoding, write_bytes, flush_nothing);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(png, encoding->info, (png_uint_32)image->width, (png_uint_32)image->height,
               image->depth, colour_type(image->channels), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (image->metadata) write_metadata(png, encoding->info, image->metadata);
  png_write_info(png, encoding->info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (image->depth == 16) png_set_swap(png);
#endif
  size_t stride = (size_t)(image->width * image->channels * (image->depth / 8));
  for (int64_t y = 0; y < image->height; y++)
    png_write_row(png, image->samples + (size_t)y * stride);
  png_write_end(png, encoding->info);
  return RESCAN_OK;
}

int rescan_png_encode(const rescan_image *image, const char *file, rescan_bytes *bytes,
                      rescan_error *error) {
  png_encoding encoding = {.image = image, .file = file, .bytes = bytes, .error = error};
  encoding.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoding, on_error, on_warning);
  encoding.info = encoding.png ? png_create_info_struct(encoding.png) : NULL;
  int status = encoding.info
                   ? encode(&encoding)
                   : rescan_fail(error, RESCAN_FAILED, file, "no memory to encode it");
  png_destroy_write_struct(&encoding.png, &encoding.info);
  return status;
}
