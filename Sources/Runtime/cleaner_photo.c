#include "arithmetic.h"
#include "cleaner.h"

/// The planes of a stage, those of the input for 0.
static float *planes(const rescan_cleaner *cleaner, int32_t stage) {
  return (float *)cleaner->planes.base + stage * rescan_colours * cleaner->width * cleaner->height;
}

static int reserve(rescan_cleaner *cleaner, int32_t stages, rescan_error *error) {
  int64_t pixels = rescan_times(cleaner->width, cleaner->height);
  int64_t bytes = rescan_times(pixels, (int64_t)sizeof(float) * rescan_colours * (stages + 1));
  return rescan_arena_reserve(&cleaner->planes, bytes, error);
}

int rescan_cleaner_fill(rescan_cleaner *cleaner, const rescan_image *image, rescan_error *error) {
  cleaner->width = image->width;
  cleaner->height = image->height;
  int status = reserve(cleaner, cleaner->stages, error);
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
  return rescan_image_from_planes(planes(cleaner, stage),
                                  (int32_t)cleaner->program->channel_order, input, result, error);
}
