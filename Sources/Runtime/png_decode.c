#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "codec.h"
#include "error.h"

/// Everything that must survive a jump out of libpng, and so lies outside the jumping function.
typedef struct png_decoding {
  const rescan_bytes *bytes;
  size_t offset;
  const char *file;
  rescan_image *image;
  rescan_error *error;
  png_structp png;
  png_infop info;
  png_bytepp rows;
} png_decoding;

/// Most bytes of a chunk that is not pixels, once decompressed.
static const png_alloc_size_t largest_chunk = 16 << 20;

/// Most bytes that deflate makes of one.
enum { most_expansion = 1032 };

/// The chunks of text, which nobody asks for: a file of many would expand to a thousand times as
/// much.
static const png_byte text_chunks[] = "tEXt\0zTXt\0iTXt";

static void on_error(png_structp png, png_const_charp message) {
  png_decoding *decoding = png_get_error_ptr(png);
  if (strstr(message, "memory"))
    rescan_fail(decoding->error, RESCAN_FAILED, decoding->file, "no memory to decode it");
  else
    rescan_fail(decoding->error, RESCAN_CORRUPT, decoding->file,
                "damaged PNG: %s; get an intact copy", message);
  RESCAN_GIVE_UP(decoding->error, png_longjmp(png, 1));
}

/// Warnings are about what a viewer can do without, such as a wrong colour profile.
static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t size) {
  png_decoding *decoding = png_get_io_ptr(png);
  if (size > decoding->bytes->size - decoding->offset) png_error(png, "the file ends early");
  memcpy(target, decoding->bytes->data + decoding->offset, size);
  decoding->offset += size;
}

/// Whether every chunk ends within the file; libpng sets memory aside for what a chunk says it has.
static bool chunks_fit(const rescan_bytes *bytes) {
  enum { signature = 8, length_and_kind = 8, checksum = 4 };
  size_t at = signature;
  while (bytes->size >= at + length_and_kind) {
    size_t length = png_get_uint_32(bytes->data + at);
    bool last = memcmp(bytes->data + at + 4, "IEND", 4) == 0;
    at += length_and_kind;
    if (length > bytes->size - at) return false;
    if (last) break;
    at += length + checksum;
  }
  return true;
}

static void set_limits(png_structp png) {
  // Sizes are checked when the image is allocated, with a better message.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(png, largest_chunk);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, text_chunks, sizeof text_chunks / 5);
}

/// Refuses sizes that the file cannot have pixels for, by the rows as they are stored.
static int check_size(png_decoding *decoding) {
  rescan_image image = {.width = png_get_image_width(decoding->png, decoding->info),
                        .height = png_get_image_height(decoding->png, decoding->info)};
  int64_t row = (int64_t)png_get_rowbytes(decoding->png, decoding->info);
  return rescan_image_check_file(&image, decoding->bytes->size,
                                 rescan_times(row, image.height) / most_expansion, decoding->file,
                                 decoding->error);
}

static void ask_for_plain_samples(png_structp png, png_infop info) {
  png_set_expand(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
#endif
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

static int allocate(png_decoding *decoding) {
  rescan_image *image = decoding->image;
  image->width = png_get_image_width(decoding->png, decoding->info);
  image->height = png_get_image_height(decoding->png, decoding->info);
  image->channels = png_get_channels(decoding->png, decoding->info);
  image->depth = png_get_bit_depth(decoding->png, decoding->info);
  int status = rescan_image_allocate(image, decoding->file, decoding->error);
  if (status != RESCAN_OK) return status;
  size_t stride = (size_t)(image->width * image->channels * (image->depth / 8));
  decoding->rows = calloc((size_t)image->height, sizeof *decoding->rows);
  if (!decoding->rows) png_error(decoding->png, "no memory");
  for (int64_t y = 0; y < image->height; y++)
    decoding->rows[y] = image->samples + (size_t)y * stride;
  return RESCAN_OK;
}

static void read_colour(png_structp png, png_infop info, rescan_image_metadata *metadata) {
  int32_t *p = metadata->primaries;
  // An sRGB chunk implies the gamma and the primaries.
  metadata->has_srgb = png_get_sRGB(png, info, &metadata->srgb_intent) != 0;
  metadata->has_gamma =
      !metadata->has_srgb && png_get_gAMA_fixed(png, info, &metadata->gamma) != 0;
  metadata->has_primaries =
      !metadata->has_srgb && png_get_cHRM_fixed(png, info, &p[0], &p[1], &p[2], &p[3], &p[4], &p[5],
                                                &p[6], &p[7]) != 0;
}

static void read_metadata(png_structp png, png_infop info, rescan_image_metadata *metadata) {
  png_charp name;
  png_bytep profile;
  png_uint_32 size, x, y;
  int compression, unit;
  if (png_get_iCCP(png, info, &name, &compression, &profile, &size) && size > 0) {
    metadata->profile = malloc(size);
    if (!metadata->profile) png_error(png, "no memory");
    memcpy(metadata->profile, profile, size);
    metadata->profile_size = size;
  }
  if (png_get_pHYs(png, info, &x, &y, &unit))
    metadata->density = (rescan_density){.x = x, .y = y, .unit = (uint8_t)unit, .known = true};
  read_colour(png, info, metadata);
}

static int read_orientation(png_structp png, png_infop info) {
  png_uint_32 size;
  png_bytep exif;
  if (!png_get_eXIf_1(png, info, &size, &exif)) return 1;
  return rescan_exif_orientation(exif, size);
}

static int decode(png_decoding *decoding, int *orientation) {
  if (setjmp(png_jmpbuf(decoding->png))) return decoding->error->status;
  png_structp png = decoding->png;
  png_set_read_fn(png, decoding, read_bytes);
  set_limits(png);
  if (!chunks_fit(decoding->bytes)) png_error(png, "the file ends early");
  png_read_info(png, decoding->info);
  int status = check_size(decoding);
  if (status != RESCAN_OK) return status;
  ask_for_plain_samples(png, decoding->info);
  status = allocate(decoding);
  if (status != RESCAN_OK) return status;
  png_read_image(png, decoding->rows);
  png_read_end(png, decoding->info);
  read_metadata(png, decoding->info, decoding->image->metadata);
  *orientation = read_orientation(png, decoding->info);
  return RESCAN_OK;
}

int rescan_png_decode(const rescan_bytes *bytes, const char *file, rescan_image *image,
                      int *orientation, rescan_error *error) {
  png_decoding decoding = {.bytes = bytes, .file = file, .image = image, .error = error};
  decoding.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoding, on_error, on_warning);
  decoding.info = decoding.png ? png_create_info_struct(decoding.png) : NULL;
  int status = decoding.info
                   ? decode(&decoding, orientation)
                   : rescan_fail(error, RESCAN_FAILED, file, "no memory to decode it");
  free(decoding.rows);
  png_destroy_read_struct(&decoding.png, &decoding.info, NULL);
  return status;
}
