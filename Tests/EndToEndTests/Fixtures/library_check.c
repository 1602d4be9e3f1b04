/* Uses every function of a library in every layout and says what is wrong. */
#include <derain.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

/* The header is generated; the runtime has the same layouts under other names. */
#define SAME(a, b, field)                                                      \
  _Static_assert(offsetof(a, field) == offsetof(b, field) &&                   \
                     sizeof(((a *)0)->field) == sizeof(((b *)0)->field),       \
                 #field)
SAME(derain_image, rescan_pixels, width);
SAME(derain_image, rescan_pixels, height);
SAME(derain_image, rescan_pixels, type);
SAME(derain_image, rescan_pixels, red);
SAME(derain_image, rescan_pixels, green);
SAME(derain_image, rescan_pixels, blue);
SAME(derain_image, rescan_pixels, pixel_stride);
SAME(derain_image, rescan_pixels, row_stride);
SAME(derain_error, rescan_error, status);
SAME(derain_error, rescan_error, message);
_Static_assert(sizeof(derain_image) == sizeof(rescan_pixels), "image");
_Static_assert(sizeof(derain_error) == sizeof(rescan_error), "error");
_Static_assert((int)DERAIN_U8 == (int)RESCAN_U8 && (int)DERAIN_U16 == (int)RESCAN_U16 &&
                   (int)DERAIN_F32 == (int)RESCAN_F32,
               "types");
_Static_assert((int)DERAIN_FAILED == (int)RESCAN_FAILED && (int)DERAIN_USAGE == (int)RESCAN_USAGE &&
                   (int)DERAIN_UNSUPPORTED == (int)RESCAN_UNSUPPORTED,
               "statuses");

enum { width = 31, height = 24, count = width * height };
static int failures;

static void expect(int condition, const char *what) {
  if (condition) return;
  printf("%s\n", what);
  failures++;
}

static float source(int channel, int pixel) {
  return (float)((channel * 71 + pixel * 37 + pixel / width * 11) % 256) / 255.0f;
}

/* What every layout must give, from planes of floats. */
static float expected[3 * count];

static derain_context *context;

static void run_plain(void) {
  static float planes[3 * count];
  for (int c = 0; c < 3; c++)
    for (int i = 0; i < count; i++) planes[c * count + i] = source(c, i);
  derain_image image = derain_planar(planes, width, height, DERAIN_F32, DERAIN_RGB);
  expect(derain_run(context, &image, &image, NULL) == DERAIN_OK, "planes of floats");
  memcpy(expected, planes, sizeof planes);
}

static void store(void *at, int64_t type, float value) {
  if (type == DERAIN_F32) {
    memcpy(at, &value, sizeof value);
  } else {
    uint16_t number = (uint16_t)(value * (type == DERAIN_U8 ? 255 : 65535) + 0.5f);
    memcpy(at, &number, type == DERAIN_U8 ? 1 : 2);
  }
}

static float fetch(const void *at, int64_t type) {
  float value;
  uint16_t number = 0;
  if (type == DERAIN_F32) {
    memcpy(&value, at, sizeof value);
    return value;
  }
  memcpy(&number, at, type == DERAIN_U8 ? 1 : 2);
  return (float)number / (type == DERAIN_U8 ? 255 : 65535);
}

static float clamped(float value) { return value > 0 ? (value < 1 ? value : 1) : 0; }

/* An image with these strides from a block that is filled with a mark around the samples. */
static derain_image lay_out(char *block, int64_t type, int64_t channels, int flipped) {
  int64_t sample = type == DERAIN_U8 ? 1 : type == DERAIN_U16 ? 2 : 4;
  /* An odd start and odd rows: no alignment may be assumed. */
  derain_image image = derain_interleaved(block + 1, width, height, type, channels, DERAIN_BGR);
  image.row_stride = width * channels * sample + 3;
  if (flipped) {
    int64_t last = image.row_stride * (height - 1);
    image.red = (char *)image.red + last;
    image.green = (char *)image.green + last;
    image.blue = (char *)image.blue + last;
    image.row_stride = -image.row_stride;
  }
  return image;
}

static char *sample_at(const derain_image *image, int channel, int pixel) {
  void *channels[] = {image->red, image->green, image->blue};
  return (char *)channels[channel] + pixel / width * image->row_stride +
         pixel % width * image->pixel_stride;
}

static void check_layout(int64_t in, int64_t out, int64_t channels, int flipped) {
  static char input[count * 20], output[count * 20];
  memset(output, 0x5a, sizeof output);
  derain_image from = lay_out(input, in, channels, 0), to = lay_out(output, out, 4, flipped);
  for (int c = 0; c < 3; c++)
    for (int i = 0; i < count; i++) store(sample_at(&from, c, i), in, source(c, i));
  expect(derain_run(context, &from, &to, NULL) == DERAIN_OK, "a layout");
  double bound = out == DERAIN_F32 ? 0 : 0.5001 / (out == DERAIN_U8 ? 255 : 65535);
  if (in == DERAIN_U16) bound += 1e-5;
  for (int c = 0; c < 3; c++)
    for (int i = 0; i < count; i++) {
      float wanted = expected[c * count + i];
      if (out != DERAIN_F32) wanted = clamped(wanted);
      if (fabs(fetch(sample_at(&to, c, i), out) - wanted) > bound) {
        expect(0, "a sample of a layout");
        return;
      }
    }
  int64_t sample = out == DERAIN_U8 ? 1 : out == DERAIN_U16 ? 2 : 4;
  expect(output[0] == 0x5a && output[1 + 3 * sample] == 0x5a &&
             output[1 + 4 * width * sample] == 0x5a,
         "bytes between the samples");
}

static void check_errors(void) {
  derain_error error;
  float pixel[3] = {0};
  derain_image good = derain_interleaved(pixel, 1, 1, DERAIN_F32, 3, DERAIN_RGB);
  derain_image bad[] = {good, good, good, good};
  bad[0].width = 0;
  bad[1].type = 3;
  bad[2].green = NULL;
  bad[3].height = 2;
  for (int i = 0; i < 4; i++) {
    expect(derain_run(context, &good, &bad[i], &error) == DERAIN_USAGE, "a bad output");
    expect(error.status == DERAIN_USAGE && error.message[0], "words for it");
  }
  expect(derain_run(context, &bad[1], &good, NULL) == DERAIN_USAGE, "a bad input");
  derain_image huge = good;
  huge.width = huge.height = 1000000;
  huge.pixel_stride = huge.row_stride = 0;
  expect(derain_run(context, &huge, &huge, &error) == DERAIN_FAILED, "no memory");
  huge.width = huge.height = INT64_MAX / 2;
  expect(derain_run(context, &huge, &huge, &error) == DERAIN_FAILED, "no addresses");
  expect(derain_run(context, &good, &good, &error) == DERAIN_OK && error.status == DERAIN_OK,
         "a run after failures");
  derain_destroy(NULL);
}

static void check_queries(void) {
  int64_t small = derain_memory_needed(width, height, 1);
  expect(small > 0 && derain_memory_needed(10 * width, 10 * height, 1) > small, "memory");
  expect(derain_memory_needed(width, height, 2) >= small, "memory of threads");
  expect(derain_memory_needed(0, 1, 1) == -1 && derain_memory_needed(INT64_MAX, 9, 1) == -1,
         "memory of no image");
  expect(strstr(derain_info(), "version: rescanc ") != NULL, "info");
  expect(strstr(derain_info(), derain_version()) != NULL, "version");
  expect(derain_threads(context) == 2, "threads");
}

/* Runs of one context by many threads, each compared. */
static void *work(void *argument) {
  float planes[3 * count];
  derain_context *own = argument ? NULL : derain_create(1, NULL);
  derain_context *used = argument ? argument : own;
  for (int round = 0; round < 5; round++) {
    for (int c = 0; c < 3; c++)
      for (int i = 0; i < count; i++) planes[c * count + i] = source(c, i);
    derain_image image = derain_planar(planes, width, height, DERAIN_F32, DERAIN_RGB);
    if (derain_run(used, &image, &image, NULL) != DERAIN_OK) return "a run of several";
    if (memcmp(planes, expected, sizeof planes) != 0) return "a result of several";
  }
  derain_destroy(own);
  return NULL;
}

static void check_threads(void) {
  pthread_t threads[6];
  for (int i = 0; i < 6; i++)
    expect(pthread_create(&threads[i], NULL, work, i % 2 ? context : NULL) == 0, "a thread");
  for (int i = 0; i < 6; i++) {
    void *problem;
    pthread_join(threads[i], &problem);
    expect(!problem, problem);
  }
}

int main(void) {
  derain_error error;
  context = derain_create(2, &error);
  if (!context) {
    puts(error.message);
    return 1;
  }
  run_plain();
  for (int64_t in = DERAIN_U8; in <= DERAIN_F32; in++)
    for (int64_t out = DERAIN_U8; out <= DERAIN_F32; out++)
      for (int flipped = 0; flipped < 2; flipped++) check_layout(in, out, 3 + flipped, flipped);
  check_queries();
  check_errors();
  check_threads();
  derain_destroy(context);
  return failures != 0;
}
