#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "error.h"
#include "jpeg_errors.h"

/// Everything that must survive a jump out of libjpeg.
typedef struct jpeg_encoding {
  struct jpeg_compress_struct jpeg;
  jpeg_failures failures;
  const rescan_image *image;
  rescan_error *error;
  uint8_t *row;
  unsigned char *data;
  unsigned long size;
} jpeg_encoding;

enum { quality = 95, longest_side = JPEG_MAX_DIMENSION };

static int colour_channels(const rescan_image *image) { return image->channels >= 3 ? 3 : 1; }

/// One row without alpha, 16 bits rounded to 8.
static void fill_row(const rescan_image *image, int64_t y, uint8_t *row) {
  int colours = colour_channels(image);
  size_t start = (size_t)(y * image->width * image->channels);
  const uint8_t *bytes = image->samples + start;
  const uint16_t *words = (const uint16_t *)image->samples + start;
  for (int64_t x = 0; x < image->width; x++)
    for (int c = 0; c < colours; c++) {
      int64_t i = x * image->channels + c;
      *row++ = image->depth == 8 ? bytes[i] : (uint8_t)((words[i] * 255u + 32767) / 65535);
    }
}

/// A density per metre as one per inch.
static void set_density(struct jpeg_compress_struct *jpeg, rescan_density density) {
  double scale = density.unit ? 0.0254 : 1;
  double x = density.x * scale + 0.5, y = density.y * scale + 0.5;
  if (!density.known || x < 1 || y < 1 || x >= 65536 || y >= 65536) return;
  jpeg->density_unit = density.unit;
  jpeg->X_density = (UINT16)x;
  jpeg->Y_density = (UINT16)y;
}

static void configure(jpeg_encoding *encoding) {
  struct jpeg_compress_struct *jpeg = &encoding->jpeg;
  const rescan_image *image = encoding->image;
  jpeg->image_width = (JDIMENSION)image->width;
  jpeg->image_height = (JDIMENSION)image->height;
  jpeg->input_components = colour_channels(image);
  jpeg->in_color_space = jpeg->input_components == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  for (int i = 0; i < jpeg->num_components; i++)
    jpeg->comp_info[i].h_samp_factor = jpeg->comp_info[i].v_samp_factor = 1;
  if (image->metadata) set_density(jpeg, image->metadata->density);
}

static int encode(jpeg_encoding *encoding) {
  if (setjmp(encoding->failures.back)) return encoding->error->status = RESCAN_FAILED;
  struct jpeg_compress_struct *jpeg = &encoding->jpeg;
  const rescan_image *image = encoding->image;
  jpeg_create_compress(jpeg);
  jpeg_mem_dest(jpeg, &encoding->data, &encoding->size);
  configure(encoding);
  jpeg_start_compress(jpeg, TRUE);
  if (image->metadata && image->metadata->profile)
    jpeg_write_icc_profile(jpeg, image->metadata->profile, image->metadata->profile_size);
  while (jpeg->next_scanline < jpeg->image_height) {
    fill_row(image, jpeg->next_scanline, encoding->row);
    jpeg_write_scanlines(jpeg, &encoding->row, 1);
  }
  jpeg_finish_compress(jpeg);
  return RESCAN_OK;
}

static int check_size(const rescan_image *image, const char *file, rescan_error *error) {
  if (image->width <= longest_side && image->height <= longest_side) return RESCAN_OK;
  return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                     "%lld x %lld pixels do not fit a JPEG, which holds %d on a side; write a PNG",
                     (long long)image->width, (long long)image->height, (int)longest_side);
}

int rescan_jpeg_encode(const rescan_image *image, const char *file, rescan_bytes *bytes,
                       rescan_error *error) {
  int status = check_size(image, file, error);
  if (status != RESCAN_OK) return status;
  jpeg_encoding encoding = {.image = image, .error = error};
  encoding.failures =
      (jpeg_failures){.file = file, .what = "cannot be encoded as JPEG", .error = error};
  jpeg_failures_prepare(&encoding.failures);
  encoding.jpeg.err = &encoding.failures.manager;
  encoding.row = malloc((size_t)(image->width * colour_channels(image)));
  status = encoding.row ? encode(&encoding)
                        : rescan_fail(error, RESCAN_FAILED, file, "no memory to encode it");
  jpeg_destroy_compress(&encoding.jpeg);
  if (status == RESCAN_OK && !rescan_bytes_append(bytes, encoding.data, encoding.size))
    status = rescan_fail(error, RESCAN_FAILED, file, "no memory to encode it");
  free(encoding.data);
  free(encoding.row);
  return status;
}
