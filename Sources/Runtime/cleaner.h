/// A network that cleans images.
#ifndef RESCAN_CLEANER_H
#define RESCAN_CLEANER_H

#include <stdbool.h>

#include "include/rescan_image.h"
#include "memory.h"

#pragma clang assume_nonnull begin

/// Most stages a network can have, and the planes of an image.
enum { rescan_most_stages = 64, rescan_colours = 3 };

typedef struct rescan_cleaner {
  const rescan_program *program;
  rescan_session *session;
  /// Planes of the input and of each stage.
  rescan_arena planes;
  /// Which output holds each stage; the last stage is the derained image.
  uint32_t outputs[rescan_most_stages];
  int32_t stages;
  /// Whether the input outlives a run.
  bool keeps_input;
  /// Size of the input at present.
  int64_t width, height;
  /// Size of each stage and where its planes begin, in floats.
  struct {
    int64_t width, height, start;
  } results[rescan_most_stages];
} rescan_cleaner;

/// Starts the threads. Refuses networks that do not map one image of 3 channels to another.
int rescan_cleaner_open(rescan_cleaner *cleaner, const rescan_program *program, int32_t threads,
                        rescan_error *error);

/// The size of the result of a stage, 1 ... `stages`, for an input of width x height.
int rescan_cleaner_size(const rescan_cleaner *cleaner, int32_t stage, int64_t width,
                        int64_t height, rescan_extents *extents, rescan_error *error);

/// Runs the network on `rescan_colours` planes of `width * height` floats in the program's channel
/// order. `stages` has `cleaner->stages` images of their own sizes, null where one is not wanted.
int rescan_cleaner_apply(rescan_cleaner *cleaner, int64_t width, int64_t height,
                         const float *input, float *_Nullable const *_Nonnull stages,
                         rescan_error *error);

/// The same for the derained image alone, which must be as large as the input.
int rescan_cleaner_clean(rescan_cleaner *cleaner, int64_t width, int64_t height,
                         const float *input, float *derained, rescan_error *error);

/// Takes over an image as the network's input.
int rescan_cleaner_fill(rescan_cleaner *cleaner, const rescan_image *image, rescan_error *error);

/// Runs the network on the input; without `all_stages` only the last stage is kept.
int rescan_cleaner_run(rescan_cleaner *cleaner, bool all_stages, rescan_error *error);

/// The result of a stage, 1 ... `stages`, as an image like the input.
int rescan_cleaner_result(const rescan_cleaner *cleaner, int32_t stage, const rescan_image *input,
                          rescan_image *result, rescan_error *error);

void rescan_cleaner_close(rescan_cleaner *cleaner);

#pragma clang assume_nonnull end

#endif
