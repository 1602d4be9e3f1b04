#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "codec.h"
#include "error.h"
#include "fuzz_runtime.h"
#include "memory_file.h"

enum { signature_bytes = 8, chunk_frame_bytes = 12 };

static uint32_t big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/// Gives every chunk of a PNG the checksum that it should have; without it hardly a changed byte
/// would be read.
static void mend_checksums(uint8_t *png, size_t size) {
  size_t at = signature_bytes;
  while (size >= at + chunk_frame_bytes && big_endian(png + at) <= size - at - chunk_frame_bytes) {
    size_t length = big_endian(png + at);
    uint32_t sum = (uint32_t)crc32(0, png + at + 4, (uInt)(length + 4));
    for (int i = 0; i < 4; i++) png[at + 8 + length + i] = (uint8_t)(sum >> (24 - 8 * i));
    at += length + chunk_frame_bytes;
  }
}

/// Whether it is a JPEG with arithmetic coding that has an end and more pixels than are looked at.
/// Such a picture may be sound, in a hundred bytes that are all it takes; reading it takes what its
/// pixels take. Without an end it must be refused at once.
static bool may_be_vast(const uint8_t *data, size_t size) {
  enum { most_pixels = 1 << 22, frame_bytes = 9 };
  bool vast = false, ends = false;
  for (size_t i = 0; i + 1 < size; i++) {
    const uint8_t *at = data + i;
    if (at[0] != 0xff) continue;
    ends |= at[1] == 0xd9;
    if ((at[1] != 0xc9 && at[1] != 0xca) || size - i < frame_bytes) continue;
    vast |= (at[5] << 8 | at[6]) * (int64_t)(at[7] << 8 | at[8]) > most_pixels;
  }
  return vast && ends;
}

static void check_refusal(int status, const rescan_error *error) {
  if (status != error->status) broken_rule("the status differs from that in the error");
  if (status != RESCAN_CORRUPT && status != RESCAN_UNSUPPORTED)
    broken_rule(error->message);
  if (strchr(error->message, '\n') || !error->message[0])
    broken_rule("a message is one line");
}

static void check_photo(const rescan_image *image) {
  size_t pixels = (size_t)(image->width * image->height);
  float *planes = malloc(3 * pixels * sizeof *planes);
  if (!planes) broken_rule("no memory for planes");
  rescan_image_to_planes(image, RESCAN_BGR, planes);
  for (size_t i = 0; i < 3 * pixels; i++)
    if (!(planes[i] >= 0 && planes[i] <= 1)) broken_rule("samples lie in [0, 1]");
  free(planes);
}

/// PNG keeps every sample, so what is written is what is read again.
static void check_round_trip(const rescan_image *image) {
  rescan_bytes bytes = {0};
  rescan_error error;
  rescan_image again = {0};
  int orientation = 1;
  size_t samples = (size_t)(image->width * image->height * image->channels * (image->depth / 8));
  if (rescan_png_encode(image, "out", &bytes, &error) != RESCAN_OK) broken_rule(error.message);
  if (rescan_png_decode(&bytes, "again", &again, &orientation, &error) != RESCAN_OK)
    broken_rule(error.message);
  if (again.width != image->width || again.height != image->height ||
      again.channels != image->channels || again.depth != image->depth || orientation != 1 ||
      memcmp(again.samples, image->samples, samples) != 0)
    broken_rule("a photo that is written as PNG is read again");
  rescan_image_free(&again);
  rescan_bytes_free(&bytes);
}

static int read_photo(const uint8_t *data, size_t size) {
  int32_t format;
  rescan_image image;
  rescan_error error = {0};
  if (rescan_recognise(data, size, "in", &format, &error) != RESCAN_OK) {
    check_refusal(error.status, &error);
    return FUZZ_OTHER_FORMAT;
  }
  if (format == RESCAN_JPEG && may_be_vast(data, size)) return FUZZ_OTHER_FORMAT;
  memory_file file = memory_file_open(data, size);
  int status = rescan_image_load(file.path, &image, &error);
  close(file.descriptor);
  if (status != RESCAN_OK) {
    check_refusal(status, &error);
    if (image.samples || image.metadata) broken_rule("a refused photo holds no memory");
    return FUZZ_HANDLED;
  }
  check_photo(&image);
  check_round_trip(&image);
  rescan_image_free(&image);
  return FUZZ_HANDLED;
}

/// A copy in memory that ends where the input does, so that reading on is noticed.
static uint8_t *exact_copy(const uint8_t *data, size_t size) {
  uint8_t *copy = malloc(size > 0 ? size : 1);
  if (!copy) broken_rule("no memory for the input");
  if (size > 0) memcpy(copy, data, size);
  return copy;
}

int fuzz_image(const uint8_t *data, size_t size) {
  uint8_t *copy = exact_copy(data, size);
  if (size >= 4 && memcmp(copy, "\x89PNG", 4) == 0) mend_checksums(copy, size);
  int verdict = read_photo(copy, size);
  free(copy);
  return verdict;
}

int fuzz_exif(const uint8_t *data, size_t size) {
  uint8_t *copy = exact_copy(data, size);
  int orientation = rescan_exif_orientation(copy, size);
  if (orientation < 1 || orientation > 8) broken_rule("an orientation is 1 ... 8");
  free(copy);
  return FUZZ_HANDLED;
}
