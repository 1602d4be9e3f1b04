#include "library.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "cleaner.h"
#include "error.h"
#include "pixels.h"

struct rescan_library {
  /// Held by the one caller that runs.
  pthread_mutex_t lock;
  rescan_cleaner cleaner;
};

const char *rescan_library_info(const rescan_program *program) { return program->info; }

/// Bytes of the planes of an image.
static int64_t plane_bytes(int64_t width, int64_t height) {
  return rescan_times(rescan_times(width, height), rescan_colours * (int64_t)sizeof(float));
}

/// Bytes of the planes before and after a network whose result need not be as large.
static int64_t all_plane_bytes(int64_t width, int64_t height, const rescan_extents *result) {
  return rescan_plus(plane_bytes(width, height), plane_bytes(result->w, result->h));
}

/// The extents of the only output, or of the one called derained.
static int find_extents(const rescan_program *program, int64_t width, int64_t height,
                        rescan_extents *extents, rescan_error *error) {
  uint32_t last = 0;
  for (uint32_t i = 0; i < program->output_count; i++)
    if (strcmp(program->outputs[i].name, "derained") == 0) last = i;
  return rescan_output_extents(program, last, 1, height, width, extents, error);
}

int64_t rescan_library_memory(const rescan_program *program, int64_t width, int64_t height,
                              int32_t threads) {
  rescan_extents extents;
  rescan_error error;
  if (find_extents(program, width, height, &extents, &error) != RESCAN_OK) return -1;
  int64_t planes = all_plane_bytes(width, height, &extents);
  int64_t arena = rescan_arena_bytes(program, 1, height, width,
                                     threads > 0 ? threads : rescan_available_cores());
  int64_t bytes = arena < 0 ? INT64_MAX : rescan_plus(arena, planes);
  return bytes == INT64_MAX ? -1 : bytes;
}

rescan_library *rescan_library_create(const rescan_program *program, int32_t threads,
                                      rescan_error *error) {
  rescan_error unwanted;
  if (!error) error = &unwanted;
  error->status = RESCAN_OK;
  error->message[0] = 0;
  rescan_library *library = calloc(1, sizeof *library);
  if (!library) {
    rescan_fail(error, RESCAN_FAILED, NULL, "no memory for a context");
    return NULL;
  }
  if (rescan_cleaner_open(&library->cleaner, program, threads, error) != RESCAN_OK) {
    free(library);
    return NULL;
  }
  pthread_mutex_init(&library->lock, NULL);
  return library;
}

int32_t rescan_library_threads(const rescan_library *library) {
  return rescan_session_threads(library->cleaner.session);
}

static int check_pixels(const rescan_pixels *pixels, const char *which, rescan_error *error) {
  if (pixels->width < 1 || pixels->height < 1)
    return rescan_fail(error, RESCAN_USAGE, NULL,
                       "the %s has %lld x %lld pixels; each side must be 1 or more", which,
                       (long long)pixels->width, (long long)pixels->height);
  if (pixels->type < RESCAN_U8 || pixels->type > RESCAN_F32)
    return rescan_fail(error, RESCAN_USAGE, NULL, "the type %lld of the %s is none of the header",
                       (long long)pixels->type, which);
  if (!pixels->red || !pixels->green || !pixels->blue)
    return rescan_fail(error, RESCAN_USAGE, NULL, "a channel of the %s is null", which);
  return RESCAN_OK;
}

static int check_call(const rescan_library *library, const rescan_pixels *input,
                      const rescan_pixels *output, rescan_extents *extents,
                      rescan_error *error) {
  int status = check_pixels(input, "input", error);
  if (status == RESCAN_OK) status = check_pixels(output, "output", error);
  const rescan_cleaner *cleaner = &library->cleaner;
  if (status == RESCAN_OK)
    status = rescan_cleaner_size(cleaner, cleaner->stages, input->width, input->height, extents,
                                 error);
  if (status != RESCAN_OK) return status;
  if (output->width == extents->w && output->height == extents->h) return RESCAN_OK;
  return rescan_fail(error, RESCAN_USAGE, NULL,
                     "the network makes %lld x %lld pixels of the input, the output has "
                     "%lld x %lld; they must agree",
                     (long long)extents->w, (long long)extents->h, (long long)output->width,
                     (long long)output->height);
}

/// The work, by one caller at a time.
static int run(rescan_library *library, const rescan_pixels *input, const rescan_pixels *output,
               const rescan_extents *extents, rescan_error *error) {
  rescan_cleaner *cleaner = &library->cleaner;
  int64_t width = input->width, height = input->height;
  int32_t order = (int32_t)cleaner->program->channel_order;
  int64_t bytes = all_plane_bytes(width, height, extents);
  int status = rescan_arena_reserve(&cleaner->planes, bytes, error);
  if (status != RESCAN_OK) return status;
  float *before = (float *)cleaner->planes.base;
  float *after = before + rescan_colours * width * height;
  rescan_pixels_read(input, order, before);
  float *stages[rescan_most_stages] = {0};
  stages[cleaner->stages - 1] = after;
  status = rescan_cleaner_apply(cleaner, width, height, before, stages, error);
  if (status == RESCAN_OK) rescan_pixels_write(output, order, after);
  return status;
}

int rescan_library_run(rescan_library *library, const rescan_pixels *input,
                       const rescan_pixels *output, rescan_error *error) {
  rescan_error unwanted;
  if (!error) error = &unwanted;
  error->status = RESCAN_OK;
  error->message[0] = 0;
  rescan_extents extents;
  int status = check_call(library, input, output, &extents, error);
  if (status != RESCAN_OK) return status;
  pthread_mutex_lock(&library->lock);
  status = run(library, input, output, &extents, error);
  pthread_mutex_unlock(&library->lock);
  return status;
}

void rescan_library_destroy(rescan_library *library) {
  if (!library) return;
  rescan_cleaner_close(&library->cleaner);
  pthread_mutex_destroy(&library->lock);
  free(library);
}
