#include "pixels.h"

#include <string.h>

/// Reads or writes a row of `count` samples that lie `stride` bytes apart, in any alignment.
typedef void (*read_row)(const uint8_t *row, int64_t stride, int64_t count, float *plane);
typedef void (*write_row)(uint8_t *row, int64_t stride, int64_t count, const float *plane);

static void read_u8(const uint8_t *row, int64_t stride, int64_t count, float *plane) {
  for (int64_t x = 0; x < count; x++) plane[x] = (float)row[x * stride] / 255.0f;
}

static void read_u16(const uint8_t *row, int64_t stride, int64_t count, float *plane) {
  for (int64_t x = 0; x < count; x++) {
    uint16_t value;
    memcpy(&value, row + x * stride, sizeof value);
    plane[x] = (float)value / 65535.0f;
  }
}

static void read_f32(const uint8_t *row, int64_t stride, int64_t count, float *plane) {
  for (int64_t x = 0; x < count; x++) memcpy(&plane[x], row + x * stride, sizeof *plane);
}

/// Rounds a number of [0, 1], or beyond, to a step of 0 ... `most`.
static uint32_t quantize(float value, float most) {
  // Comparisons with not-a-number are false, which makes it 0.
  float inside = value > 0 ? (value < 1 ? value : 1) : 0;
  return (uint32_t)(inside * most + 0.5f);
}

static void write_u8(uint8_t *row, int64_t stride, int64_t count, const float *plane) {
  for (int64_t x = 0; x < count; x++) row[x * stride] = (uint8_t)quantize(plane[x], 255.0f);
}

static void write_u16(uint8_t *row, int64_t stride, int64_t count, const float *plane) {
  for (int64_t x = 0; x < count; x++) {
    uint16_t value = (uint16_t)quantize(plane[x], 65535.0f);
    memcpy(row + x * stride, &value, sizeof value);
  }
}

static void write_f32(uint8_t *row, int64_t stride, int64_t count, const float *plane) {
  for (int64_t x = 0; x < count; x++) memcpy(row + x * stride, &plane[x], sizeof *plane);
}

static const read_row readers[] = {
    [RESCAN_U8] = read_u8, [RESCAN_U16] = read_u16, [RESCAN_F32] = read_f32};
static const write_row writers[] = {
    [RESCAN_U8] = write_u8, [RESCAN_U16] = write_u16, [RESCAN_F32] = write_f32};

/// The first sample of the channel that belongs into a plane.
static uint8_t *channel(const rescan_pixels *pixels, int32_t channel_order, int plane) {
  if (plane == 1) return pixels->green;
  return (plane == 0) == (channel_order == RESCAN_RGB) ? pixels->red : pixels->blue;
}

void rescan_pixels_read(const rescan_pixels *pixels, int32_t channel_order, float *planes) {
  int64_t w = pixels->width, h = pixels->height;
  for (int plane = 0; plane < 3; plane++)
    for (int64_t y = 0; y < h; y++)
      readers[pixels->type](channel(pixels, channel_order, plane) + y * pixels->row_stride,
                            pixels->pixel_stride, w, planes + (plane * h + y) * w);
}

void rescan_pixels_write(const rescan_pixels *pixels, int32_t channel_order, const float *planes) {
  int64_t w = pixels->width, h = pixels->height;
  for (int plane = 0; plane < 3; plane++)
    for (int64_t y = 0; y < h; y++)
      writers[pixels->type](channel(pixels, channel_order, plane) + y * pixels->row_stride,
                            pixels->pixel_stride, w, planes + (plane * h + y) * w);
}
