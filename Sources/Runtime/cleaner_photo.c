#include "arithmetic.h"
#include "cleaner.h"

/// The planes of a stage, those of the input for 0.
static float *planes(const rescan_cleaner *cleaner, int32_t stage) {
  return (float *)cleaner->planes.base + (stage == 0 ? 0 : cleaner->results[stage - 1].start);
}

/// Floats of the planes of an image.
static int64_t plane_floats(int64_t width, int64_t height) {
  return rescan_times(rescan_times(width, height), rescan_colours);
}

/// Whether the derained image may take the place of the input.
static bool replaces_input(const rescan_cleaner *cleaner, int32_t stage, rescan_extents extents) {
  return stage == cleaner->stages && cleaner->program->reads_inputs_first &&
         !cleaner->keeps_input && extents.w == cleaner->width && extents.h == cleaner->height;
}

/// Sets aside planes for the input and behind them those of every stage, whose size may differ.
static int reserve(rescan_cleaner *cleaner, rescan_error *error) {
  int64_t floats = plane_floats(cleaner->width, cleaner->height);
  for (int32_t i = 0; i < cleaner->stages; i++) {
    rescan_extents extents;
    int status = rescan_cleaner_size(cleaner, i + 1, cleaner->width, cleaner->height, &extents,
                                     error);
    if (status != RESCAN_OK) return status;
    cleaner->results[i].width = extents.w;
    cleaner->results[i].height = extents.h;
    if (replaces_input(cleaner, i + 1, extents)) {
      cleaner->results[i].start = 0;
      continue;
    }
    cleaner->results[i].start = floats;
    floats = rescan_plus(floats, plane_floats(extents.w, extents.h));
  }
  return rescan_arena_reserve(&cleaner->planes, rescan_times(floats, sizeof(float)), error);
}

int rescan_cleaner_fill(rescan_cleaner *cleaner, const rescan_image *image, rescan_error *error) {
  cleaner->width = image->width;
  cleaner->height = image->height;
  int status = reserve(cleaner, error);
  if (status != RESCAN_OK) return status;
  rescan_image_to_planes(image, (int32_t)cleaner->program->channel_order, planes(cleaner, 0));
  return RESCAN_OK;
}

int rescan_cleaner_run(rescan_cleaner *cleaner, bool all_stages, rescan_error *error) {
  float *stages[rescan_most_stages] = {0};
  for (int32_t i = all_stages ? 0 : cleaner->stages - 1; i < cleaner->stages; i++)
    stages[i] = planes(cleaner, i + 1);
  return rescan_cleaner_apply(cleaner, cleaner->width, cleaner->height, planes(cleaner, 0), stages,
                              error);
}

int rescan_cleaner_result(const rescan_cleaner *cleaner, int32_t stage, const rescan_image *input,
                          rescan_image *result, rescan_error *error) {
  return rescan_image_from_sized_planes(
      planes(cleaner, stage), cleaner->results[stage - 1].width,
      cleaner->results[stage - 1].height, (int32_t)cleaner->program->channel_order, input, result,
      error);
}
