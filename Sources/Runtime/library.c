#include "library.h"

#include <pthread.h>
#include <stdlib.h>

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

/// Bytes of the planes before and after the network.
static int64_t plane_bytes(int64_t width, int64_t height) {
  return rescan_times(rescan_times(width, height), 2 * rescan_colours * (int64_t)sizeof(float));
}

int64_t rescan_library_memory(const rescan_program *program, int64_t width, int64_t height,
                              int32_t threads) {
  if (width < 1 || height < 1) return -1;
  int64_t planes = plane_bytes(width, height);
  if (planes == INT64_MAX) return -1;
  int64_t arena =
      program->arena_bytes(height, width, threads > 0 ? threads : rescan_available_cores());
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

static int check_call(const rescan_pixels *input, const rescan_pixels *output,
                      rescan_error *error) {
  int status = check_pixels(input, "input", error);
  if (status == RESCAN_OK) status = check_pixels(output, "output", error);
  if (status != RESCAN_OK) return status;
  if (input->width == output->width && input->height == output->height) return RESCAN_OK;
  return rescan_fail(error, RESCAN_USAGE, NULL,
                     "the input has %lld x %lld pixels, the output %lld x %lld; they must agree",
                     (long long)input->width, (long long)input->height, (long long)output->width,
                     (long long)output->height);
}

/// The work, by one caller at a time.
static int run(rescan_library *library, const rescan_pixels *input, const rescan_pixels *output,
               rescan_error *error) {
  rescan_cleaner *cleaner = &library->cleaner;
  int64_t width = input->width, height = input->height;
  int32_t order = (int32_t)cleaner->program->channel_order;
  int status = rescan_arena_reserve(&cleaner->planes, plane_bytes(width, height), error);
  if (status != RESCAN_OK) return status;
  float *before = (float *)cleaner->planes.base;
  float *after = before + rescan_colours * width * height;
  rescan_pixels_read(input, order, before);
  status = rescan_cleaner_clean(cleaner, width, height, before, after, error);
  if (status == RESCAN_OK) rescan_pixels_write(output, order, after);
  return status;
}

int rescan_library_run(rescan_library *library, const rescan_pixels *input,
                       const rescan_pixels *output, rescan_error *error) {
  rescan_error unwanted;
  if (!error) error = &unwanted;
  error->status = RESCAN_OK;
  error->message[0] = 0;
  int status = check_call(input, output, error);
  if (status != RESCAN_OK) return status;
  pthread_mutex_lock(&library->lock);
  status = run(library, input, output, error);
  pthread_mutex_unlock(&library->lock);
  return status;
}

void rescan_library_destroy(rescan_library *library) {
  if (!library) return;
  rescan_cleaner_close(&library->cleaner);
  pthread_mutex_destroy(&library->lock);
  free(library);
}
