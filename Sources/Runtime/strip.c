#include <string.h>

#include "codec.h"
#include "error.h"
#include "font.h"

/// Measures of a strip in pixels; they grow with the pictures, so that labels stay readable.
typedef struct strip_layout {
  int64_t width, height;
  /// Side of a dot of a letter.
  int64_t dot;
  /// Height of the labels, and what lies between two pictures.
  int64_t band, gap;
} strip_layout;

enum { background = 0x20, ink = 0xE8 };

static strip_layout layout_of(const rescan_image *image) {
  int64_t dot = 1 + image->width / 320;
  return (strip_layout){.width = image->width,
                        .height = image->height,
                        .dot = dot,
                        .band = (rescan_letter_height + 6) * dot,
                        .gap = 2 * dot};
}

/// A sample in 0 ... 255.
static uint8_t sample(const rescan_image *image, int64_t index) {
  if (image->depth == 8) return image->samples[index];
  return (uint8_t)((((const uint16_t *)image->samples)[index] * 255u + 32767) / 65535);
}

/// The colour of a pixel; gray is replicated, alpha left out.
static void read_pixel(const rescan_image *image, int64_t pixel, uint8_t *rgb) {
  int64_t start = pixel * image->channels;
  for (int c = 0; c < 3; c++) rgb[c] = sample(image, start + (image->channels >= 3 ? c : 0));
}

static void draw_picture(const rescan_image *image, int64_t left, int64_t top,
                         rescan_image *strip) {
  for (int64_t y = 0; y < image->height; y++) {
    uint8_t *row = strip->samples + ((top + y) * strip->width + left) * 3;
    for (int64_t x = 0; x < image->width; x++) read_pixel(image, y * image->width + x, row + 3 * x);
  }
}

static void draw_letter(const uint8_t *rows, int64_t left, int64_t top, int64_t dot,
                        rescan_image *strip) {
  for (int64_t y = 0; y < rescan_letter_height * dot; y++)
    for (int64_t x = 0; x < rescan_letter_width * dot; x++) {
      bool set = rows[y / dot] >> (rescan_letter_width - 1 - x / dot) & 1;
      if (set) memset(strip->samples + ((top + y) * strip->width + left + x) * 3, ink, 3);
    }
}

/// Draws as many letters as fit above the picture.
static void draw_label(const char *label, int64_t left, const strip_layout *layout,
                       rescan_image *strip) {
  int64_t step = (rescan_letter_width + 1) * layout->dot, end = left + layout->width;
  int64_t x = left + 2 * layout->dot;
  for (; *label && x + rescan_letter_width * layout->dot <= end; label++, x += step)
    draw_letter(rescan_letter(*label), x, 3 * layout->dot, layout->dot, strip);
}

int rescan_image_strip(const rescan_panel *panels, int32_t count, rescan_image *strip,
                       rescan_error *error) {
  strip_layout layout = layout_of(panels[0].image);
  for (int32_t i = 1; i < count; i++)
    if (panels[i].image->width != layout.width || panels[i].image->height != layout.height)
      return rescan_fail(error, RESCAN_FAILED, NULL,
                         "pictures of different sizes do not go side by side");
  int64_t width = count * (layout.width + layout.gap) - layout.gap;
  int status = rescan_image_create(width, layout.height + layout.band, 3, 8, strip, error);
  if (status != RESCAN_OK) return status;
  memset(strip->samples, background, (size_t)(strip->width * strip->height * 3));
  for (int32_t i = 0; i < count; i++) {
    int64_t left = i * (layout.width + layout.gap);
    draw_label(panels[i].label, left, &layout, strip);
    draw_picture(panels[i].image, left, layout.band, strip);
  }
  return RESCAN_OK;
}

int rescan_image_difference(const rescan_image *image, const rescan_image *other, int32_t gain,
                            rescan_image *difference, rescan_error *error) {
  if (image->width != other->width || image->height != other->height)
    return rescan_fail(error, RESCAN_FAILED, NULL,
                       "pictures of different sizes have no difference");
  int status = rescan_image_create(image->width, image->height, 3, 8, difference, error);
  if (status != RESCAN_OK) return status;
  for (int64_t i = 0; i < image->width * image->height; i++) {
    uint8_t a[3], b[3];
    read_pixel(image, i, a);
    read_pixel(other, i, b);
    for (int c = 0; c < 3; c++) {
      int32_t value = gain * (a[c] > b[c] ? a[c] - b[c] : b[c] - a[c]);
      difference->samples[3 * i + c] = value < 255 ? (uint8_t)value : 255;
    }
  }
  return RESCAN_OK;
}
