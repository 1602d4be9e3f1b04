#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "frame_reader.h"
#include "fuzz_runtime.h"
#include "memory_file.h"
#include "yuv.h"

/// Frames larger than this take long to convert and teach nothing more.
enum { most_pixels = 1 << 16 };

/// A reader and the buffers that it fills, by the size of a frame.
typedef struct viewing {
  rescan_frame_reader *reader;
  rescan_yuv yuv;
  uint8_t *frame, *kept;
  float *planes, *scratch;
  /// Whether the first frame was refused before it was read.
  bool refused;
} viewing;

static void check_refusal(int status, const rescan_error *error) {
  if (status != RESCAN_CORRUPT && status != RESCAN_UNSUPPORTED) broken_rule(error->message);
  if (strchr(error->message, '\n') || !error->message[0]) broken_rule("a message is one line");
}

/// Samples beyond the depth of their format become its largest.
static void limit_samples(uint8_t *frame, size_t bytes, int32_t depth) {
  if (depth == 8) return;
  uint32_t most = (1u << depth) - 1;
  for (size_t i = 0; i < bytes; i += 2) {
    uint32_t sample = frame[i] | (uint32_t)frame[i + 1] << 8;
    if (sample < most) continue;
    frame[i] = (uint8_t)most;
    frame[i + 1] = (uint8_t)(most >> 8);
  }
}

/// What a network leaves alone keeps its samples.
static void check_frame(viewing *viewing) {
  size_t bytes = (size_t)rescan_y4m_frame_bytes(&viewing->yuv.format);
  size_t samples = (size_t)(3 * viewing->yuv.format.width * viewing->yuv.format.height);
  memcpy(viewing->kept, viewing->frame, bytes);
  limit_samples(viewing->kept, bytes, viewing->yuv.format.depth);
  rescan_yuv_to_planes(&viewing->yuv, viewing->frame, viewing->planes, viewing->scratch);
  for (size_t i = 0; i < samples; i++)
    if (!(viewing->planes[i] >= 0 && viewing->planes[i] <= 1)) broken_rule("colours in [0, 1]");
  rescan_yuv_apply(&viewing->yuv, viewing->planes, viewing->planes, viewing->frame,
                   viewing->scratch);
  if (memcmp(viewing->kept, viewing->frame, bytes) != 0)
    broken_rule("an unchanged frame keeps its samples");
}

static void read_frames(viewing *viewing, size_t size) {
  rescan_frame_line line;
  rescan_error error = {0};
  bool ended = false;
  int status = RESCAN_OK;
  size_t bytes = (size_t)rescan_y4m_frame_bytes(&viewing->yuv.format), read = 0;
  while (status == RESCAN_OK && !ended) {
    status = rescan_frame_reader_next(viewing->reader, &line, viewing->frame, &ended, &error);
    if (status != RESCAN_OK) check_refusal(status, &error);
    if (read == 0 && viewing->refused != (status != RESCAN_OK))
      broken_rule("a first look at a frame sees what reading it does");
    if (status != RESCAN_OK || ended) break;
    check_frame(viewing);
    read += bytes;
    if (read > size) broken_rule("more frames than the file has bytes");
  }
}

static void view(rescan_frame_reader *reader, size_t size) {
  const rescan_y4m *format = &reader->format;
  rescan_error error = {0};
  size_t pixels = (size_t)(format->width * format->height);
  int status = rescan_frame_reader_check(reader, &error);
  if (status != RESCAN_OK) check_refusal(status, &error);
  if (pixels > most_pixels) return;
  size_t bytes = (size_t)rescan_y4m_frame_bytes(format);
  size_t rows = (size_t)format->width * rescan_yuv_scratch_rows;
  viewing viewing = {.reader = reader,
                     .refused = status != RESCAN_OK,
                     .yuv = rescan_yuv_make(format, rescan_matrix_by_size, RESCAN_RGB),
                     .frame = malloc(bytes),
                     .kept = malloc(bytes),
                     .planes = malloc(3 * pixels * sizeof(float)),
                     .scratch = malloc(rows * sizeof(float))};
  if (!viewing.frame || !viewing.kept || !viewing.planes || !viewing.scratch)
    broken_rule("no memory for a frame");
  read_frames(&viewing, size);
  free(viewing.frame);
  free(viewing.kept);
  free(viewing.planes);
  free(viewing.scratch);
}

static int open_reader(rescan_frame_reader *reader, rescan_source *source, size_t size) {
  rescan_error error = {0};
  bool video;
  if (rescan_source_is_video(source, &video, &error) != RESCAN_OK) broken_rule(error.message);
  if (!video) return FUZZ_OTHER_FORMAT;
  int status = rescan_frame_reader_open(reader, source, &error);
  if (status == RESCAN_OK)
    view(reader, size);
  else
    check_refusal(status, &error);
  return FUZZ_HANDLED;
}

int fuzz_video(const uint8_t *data, size_t size) {
  memory_file file = memory_file_open(data, size);
  rescan_source source = {.file = "in", .descriptor = file.descriptor};
  rescan_frame_reader *reader = calloc(1, sizeof *reader);
  if (!reader) broken_rule("no memory for a reader");
  int verdict = open_reader(reader, &source, size);
  free(reader);
  rescan_source_close(&source);
  return verdict;
}
