#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "codec.h"
#include "error.h"
#include "jpeg_errors.h"
#include "memory.h"

/// Everything that must survive a jump out of libjpeg.
typedef struct jpeg_decoding {
  struct jpeg_decompress_struct jpeg;
  jpeg_failures failures;
  struct jpeg_progress_mgr progress;
  const rescan_bytes *bytes;
  const char *file;
  rescan_image *image;
  /// How many rows of the image have memory.
  int64_t rows;
  rescan_error *error;
} jpeg_decoding;

enum { exif_marker = JPEG_APP0 + 1, profile_marker = JPEG_APP0 + 2 };

/// Scans that a file may have. A progressive one has about ten; thousands of tiny ones would keep
/// the decoder busy for hours, and so would tens of them in a file that is small for its pixels.
static int most_scans(const jpeg_decoding *decoding) {
  int64_t pixels = (int64_t)decoding->jpeg.image_width * decoding->jpeg.image_height;
  int64_t scans = 24 + 4096 * (int64_t)decoding->bytes->size / pixels;
  return scans < 500 ? (int)scans : 500;
}

static void limit_scans(j_common_ptr common) {
  jpeg_decoding *decoding = common->client_data;
  int most = most_scans(decoding);
  if (decoding->jpeg.input_scan_number <= most) return;
  rescan_fail(decoding->error, RESCAN_UNSUPPORTED, decoding->file,
              "the JPEG has more than %d scans; convert it to PNG", most);
  RESCAN_GIVE_UP(decoding->error, longjmp(decoding->failures.back, 1));
}

static int check_colours(jpeg_decoding *decoding) {
  switch (decoding->jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE: return RESCAN_OK;
    case JCS_RGB:
    case JCS_YCbCr: return RESCAN_OK;
    case JCS_CMYK:
    case JCS_YCCK:
      return rescan_fail(decoding->error, RESCAN_UNSUPPORTED, decoding->file,
                         "CMYK colours are not supported; convert it to RGB");
    default:
      return rescan_fail(decoding->error, RESCAN_UNSUPPORTED, decoding->file,
                         "a JPEG of %d colour channels is not supported; convert it to RGB",
                         decoding->jpeg.num_components);
  }
}

/// libjpeg keeps the coefficients of all scans of a progressive image, in 16 bits each.
static int check_coefficients(jpeg_decoding *decoding) {
  rescan_image *image = decoding->image;
  int64_t bytes = rescan_times(image->width * image->height, decoding->jpeg.num_components * 2);
  if (!jpeg_has_multiple_scans(&decoding->jpeg) || bytes <= rescan_memory_available())
    return RESCAN_OK;
  return rescan_fail(decoding->error, RESCAN_FAILED, decoding->file,
                     "decoding this progressive JPEG needs %lld MB of memory; use a smaller image",
                     (long long)rescan_megabytes(bytes));
}

/// The fewest bytes that hold the first scan, which gives every block of its components a bit.
/// With arithmetic coding a plain picture of any size takes a few bytes.
static int64_t least_bytes(const struct jpeg_decompress_struct *jpeg) {
  int64_t blocks = 0;
  for (int i = 0; i < jpeg->comps_in_scan; i++)
    blocks += (int64_t)jpeg->cur_comp_info[i]->width_in_blocks *
              jpeg->cur_comp_info[i]->height_in_blocks;
  return jpeg->arith_code ? 0 : blocks / 8;
}

/// Arithmetic coding goes on with zeros at any marker, so that a file that was cut there would be
/// decoded as a whole before the end is missed.
static int check_end(jpeg_decoding *decoding) {
  const struct jpeg_source_mgr *source = decoding->jpeg.src;
  const JOCTET *bytes = source->next_input_byte;
  for (size_t i = 1; i < source->bytes_in_buffer; i++)
    if (bytes[i - 1] == 0xff && bytes[i] == JPEG_EOI) return RESCAN_OK;
  return rescan_fail(decoding->error, RESCAN_CORRUPT, decoding->file,
                     "damaged JPEG: its end is missing; get an intact copy");
}

/// Makes room for so many rows, and for as many again, so that memory is in proportion to what
/// has been decoded.
static int grow(jpeg_decoding *decoding, int64_t rows) {
  enum { least_rows = 16 };
  rescan_image *image = decoding->image;
  if (rows <= decoding->rows) return RESCAN_OK;
  int64_t more = rows < least_rows ? least_rows : 2 * rows;
  decoding->rows = more < image->height ? more : image->height;
  return rescan_image_grow(image, decoding->rows, decoding->file, decoding->error);
}

/// Makes room for the image; where the size of the file says nothing of its own, for the start.
static int make_room(jpeg_decoding *decoding) {
  if (decoding->jpeg.arith_code) {
    int status = check_end(decoding);
    return status == RESCAN_OK ? grow(decoding, 1) : status;
  }
  decoding->rows = decoding->image->height;
  return rescan_image_allocate(decoding->image, decoding->file, decoding->error);
}

static int allocate(jpeg_decoding *decoding) {
  bool gray = decoding->jpeg.jpeg_color_space == JCS_GRAYSCALE;
  rescan_image *image = decoding->image;
  image->width = decoding->jpeg.image_width;
  image->height = decoding->jpeg.image_height;
  image->channels = gray ? 1 : 3;
  image->depth = 8;
  decoding->jpeg.out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  int status = rescan_image_check_file(image, decoding->bytes->size,
                                       least_bytes(&decoding->jpeg), decoding->file,
                                       decoding->error);
  if (status == RESCAN_OK) status = make_room(decoding);
  return status == RESCAN_OK ? check_coefficients(decoding) : status;
}

/// Density per inch (1) or centimetre (2) as density per metre.
static rescan_density read_density(const struct jpeg_decompress_struct *jpeg) {
  double scale = jpeg->density_unit == 1 ? 1 / 0.0254 : jpeg->density_unit == 2 ? 100 : 1;
  return (rescan_density){.x = (uint32_t)(jpeg->X_density * scale + 0.5),
                          .y = (uint32_t)(jpeg->Y_density * scale + 0.5),
                          .unit = jpeg->density_unit != 0,
                          .known = jpeg->saw_JFIF_marker && jpeg->X_density > 0 &&
                                   jpeg->Y_density > 0};
}

static void read_metadata(jpeg_decoding *decoding) {
  rescan_image_metadata *metadata = decoding->image->metadata;
  metadata->density = read_density(&decoding->jpeg);
  JOCTET *profile;
  unsigned int size;
  if (jpeg_read_icc_profile(&decoding->jpeg, &profile, &size)) {
    metadata->profile = profile;
    metadata->profile_size = size;
  }
}

static int read_orientation(const struct jpeg_decompress_struct *jpeg) {
  static const char prefix[6] = "Exif\0";
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next)
    if (marker->marker == exif_marker && marker->data_length > sizeof prefix &&
        memcmp(marker->data, prefix, sizeof prefix) == 0)
      return rescan_exif_orientation(marker->data + sizeof prefix,
                                     marker->data_length - sizeof prefix);
  return 1;
}

static void read_header(jpeg_decoding *decoding) {
  struct jpeg_decompress_struct *jpeg = &decoding->jpeg;
  jpeg_create_decompress(jpeg);
  jpeg->client_data = decoding;
  jpeg->progress = &decoding->progress;
  jpeg_mem_src(jpeg, decoding->bytes->data, decoding->bytes->size);
  jpeg_save_markers(jpeg, exif_marker, 0xffff);
  jpeg_save_markers(jpeg, profile_marker, 0xffff);
  jpeg_read_header(jpeg, TRUE);
}

static int read_rows(jpeg_decoding *decoding) {
  struct jpeg_decompress_struct *jpeg = &decoding->jpeg;
  size_t stride = (size_t)(decoding->image->width * decoding->image->channels);
  while (jpeg->output_scanline < jpeg->output_height) {
    int status = grow(decoding, (int64_t)jpeg->output_scanline + 1);
    if (status != RESCAN_OK) return status;
    JSAMPROW row = decoding->image->samples + jpeg->output_scanline * stride;
    jpeg_read_scanlines(jpeg, &row, 1);
  }
  return RESCAN_OK;
}

static int decode(jpeg_decoding *decoding, int *orientation) {
  if (setjmp(decoding->failures.back)) return decoding->error->status;
  struct jpeg_decompress_struct *jpeg = &decoding->jpeg;
  read_header(decoding);
  int status = check_colours(decoding);
  if (status == RESCAN_OK) status = allocate(decoding);
  if (status != RESCAN_OK) return status;
  read_metadata(decoding);
  *orientation = read_orientation(jpeg);
  jpeg_start_decompress(jpeg);
  status = read_rows(decoding);
  if (status == RESCAN_OK) jpeg_finish_decompress(jpeg);
  return status;
}

int rescan_jpeg_decode(const rescan_bytes *bytes, const char *file, rescan_image *image,
                       int *orientation, rescan_error *error) {
  jpeg_decoding decoding = {.bytes = bytes, .file = file, .image = image, .error = error};
  decoding.failures =
      (jpeg_failures){.file = file, .what = "damaged JPEG", .error = error};
  decoding.progress.progress_monitor = limit_scans;
  jpeg_failures_prepare(&decoding.failures);
  decoding.jpeg.err = &decoding.failures.manager;
  int status = decode(&decoding, orientation);
  jpeg_destroy_decompress(&decoding.jpeg);
  return status;
}
