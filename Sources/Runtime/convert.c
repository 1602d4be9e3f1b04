#include <string.h>

#include "codec.h"
#include "error.h"

/// Planes that hold red, green and blue.
typedef struct plane_order {
  int red, green, blue;
} plane_order;

static plane_order order_of(int32_t channel_order) {
  return channel_order == RESCAN_BGR ? (plane_order){2, 1, 0} : (plane_order){0, 1, 2};
}

/// One channel of the samples, from the given one on, as floats in [0, 1].
static void read_channel(const rescan_image *image, int channel, float *plane) {
  int64_t count = image->width * image->height, step = image->channels;
  const uint8_t *bytes = image->samples + channel;
  const uint16_t *words = (const uint16_t *)image->samples + channel;
  if (image->depth == 8)
    for (int64_t i = 0; i < count; i++) plane[i] = (float)bytes[i * step] / 255.0f;
  else
    for (int64_t i = 0; i < count; i++) plane[i] = (float)words[i * step] / 65535.0f;
}

void rescan_image_to_planes(const rescan_image *image, int32_t channel_order, float *planes) {
  int64_t count = image->width * image->height;
  plane_order order = order_of(channel_order);
  bool colour = image->channels >= 3;
  read_channel(image, 0, planes + order.red * count);
  read_channel(image, colour ? 1 : 0, planes + order.green * count);
  read_channel(image, colour ? 2 : 0, planes + order.blue * count);
}

static float clamp(float value) {
  // Comparisons with not-a-number are false, which makes it 0.
  return value > 0 ? (value < 1 ? value : 1) : 0;
}

/// Rounds 0 ... 65535 to the nearest integer, which the sum has in its low bits.
static uint32_t nearest(float value) {
  float shifted = value + 12582912.0f;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return bits & 0xffff;
}

static void write_sample(rescan_image *image, int64_t index, float value) {
  if (image->depth == 8)
    image->samples[index] = (uint8_t)nearest(clamp(value) * 255.0f);
  else
    ((uint16_t *)image->samples)[index] = (uint16_t)nearest(clamp(value) * 65535.0f);
}

static void write_channel(rescan_image *image, int channel, const float *plane) {
  int64_t count = image->width * image->height;
  for (int64_t i = 0; i < count; i++) write_sample(image, i * image->channels + channel, plane[i]);
}

/// The luma of BT.601.
static void write_gray(rescan_image *image, const float *red, const float *green,
                       const float *blue) {
  int64_t count = image->width * image->height;
  for (int64_t i = 0; i < count; i++)
    write_sample(image, i * image->channels,
                 0.299f * clamp(red[i]) + 0.587f * clamp(green[i]) + 0.114f * clamp(blue[i]));
}

/// Takes the nearest pixel where the sizes differ.
static void copy_alpha(const rescan_image *from, rescan_image *to) {
  int64_t channels = from->channels;
  size_t bytes = (size_t)from->depth / 8;
  for (int64_t y = 0; y < to->height; y++)
    for (int64_t x = 0; x < to->width; x++) {
      int64_t row = y * from->height / to->height, column = x * from->width / to->width;
      int64_t own = (y * to->width + x) * channels + channels - 1;
      int64_t other = (row * from->width + column) * channels + channels - 1;
      memcpy(to->samples + (size_t)own * bytes, from->samples + (size_t)other * bytes, bytes);
    }
}

int rescan_image_from_planes(const float *planes, int32_t channel_order, const rescan_image *model,
                             rescan_image *image, rescan_error *error) {
  return rescan_image_from_sized_planes(planes, model->width, model->height, channel_order, model,
                                        image, error);
}

int rescan_image_from_sized_planes(const float *planes, int64_t width, int64_t height,
                                   int32_t channel_order, const rescan_image *model,
                                   rescan_image *image, rescan_error *error) {
  int status =
      rescan_image_create(width, height, model->channels, model->depth, image, error);
  if (status != RESCAN_OK) return status;
  image->format = model->format;
  if (!rescan_metadata_copy(model, image)) {
    rescan_image_free(image);
    return rescan_fail(error, RESCAN_FAILED, NULL, "no memory for the colour profile");
  }
  int64_t count = width * height;
  plane_order order = order_of(channel_order);
  const float *red = planes + order.red * count, *green = planes + order.green * count,
              *blue = planes + order.blue * count;
  if (model->channels >= 3) {
    write_channel(image, 0, red);
    write_channel(image, 1, green);
    write_channel(image, 2, blue);
  } else {
    write_gray(image, red, green, blue);
  }
  if (model->channels % 2 == 0) copy_alpha(model, image);
  return RESCAN_OK;
}
