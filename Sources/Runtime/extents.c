#include "extents.h"

#include <stdbool.h>
#include <string.h>

#include "error.h"

/// No side of an image is larger.
static const int64_t most_pixels = (int64_t)1 << 31;

int rescan_image_extents(const rescan_program *program, int64_t n, int64_t h, int64_t w,
                         int64_t *extents, rescan_error *error) {
  if (n < 1 || h < 1 || w < 1)
    return rescan_fail(error, RESCAN_FAILED, NULL,
                       "%lld images of %lld x %lld pixels cannot be processed; each number must "
                       "be 1 or more",
                       (long long)n, (long long)w, (long long)h);
  if (n > most_pixels || h > most_pixels || w > most_pixels)
    return rescan_fail(error, RESCAN_FAILED, NULL,
                       "%lld images of %lld x %lld pixels are more than can be addressed; use "
                       "smaller ones",
                       (long long)n, (long long)w, (long long)h);
  for (uint32_t i = 0; i < program->input_count; i++) {
    if (program->inputs[i].rank != 4 || 4 * i + 4 > rescan_most_axes)
      return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                         "the input %s of the network is no image; call it from a program of your "
                         "own",
                         program->inputs[i].name);
    int64_t shape[] = {n, program->inputs[i].channels, h, w};
    memcpy(extents + 4 * i, shape, sizeof shape);
  }
  return RESCAN_OK;
}

/// What an axis of an input is to a reader.
static const char *axis_name(const rescan_program *program, uint32_t input, int64_t axis) {
  bool is_image = program->inputs[input].rank == 4;
  return is_image && axis == 2 ? "the height" : is_image && axis == 3 ? "the width" : "a size";
}

/// Says which extent of which input does not fit.
static int misfit(const rescan_program *program, const int64_t *extents, int64_t fault,
                  rescan_error *error) {
  int64_t multiple = fault >> 32, number = fault & UINT32_MAX, axis = number - 1;
  uint32_t input = 0;
  while (axis >= program->inputs[input].rank) axis -= program->inputs[input++].rank;
  if (multiple > 0)
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "the network takes only multiples of %lld for %s (axis %lld of the input "
                       "%s), not %lld; pad or crop it",
                       (long long)multiple, axis_name(program, input, axis), (long long)axis,
                       program->inputs[input].name, (long long)extents[number - 1]);
  return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                     "the network takes no input %s whose axis %lld has an extent of %lld; use one "
                     "of another size",
                     program->inputs[input].name, (long long)axis,
                     (long long)extents[number - 1]);
}

int rescan_bind(const rescan_program *program, const int64_t *extents, int64_t *symbols,
                rescan_error *error) {
  int64_t fault = program->bind(extents, symbols);
  if (fault > 0) return misfit(program, extents, fault, error);
  if (fault < 0)
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "the input is too small for the network; use a larger one");
  return RESCAN_OK;
}

int rescan_output_extents(const rescan_program *program, uint32_t output, int64_t n, int64_t h,
                          int64_t w, rescan_extents *extents, rescan_error *error) {
  int64_t inputs[rescan_most_axes], symbols[rescan_most_symbols], outputs[rescan_most_axes];
  int status = rescan_image_extents(program, n, h, w, inputs, error);
  if (status == RESCAN_OK) status = rescan_bind(program, inputs, symbols, error);
  if (status != RESCAN_OK) return status;
  if (program->outputs[output].rank != 4)
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "the output %s of the network is no image; call it from a program of your "
                       "own",
                       program->outputs[output].name);
  program->output_extents(symbols, outputs);
  int64_t place = 0;
  for (uint32_t i = 0; i < output; i++) place += program->outputs[i].rank;
  const int64_t *own = outputs + place;
  *extents = (rescan_extents){own[0], own[1], own[2], own[3]};
  return RESCAN_OK;
}

int64_t rescan_arena_bytes(const rescan_program *program, int64_t n, int64_t h, int64_t w,
                           int32_t threads) {
  int64_t inputs[rescan_most_axes], symbols[rescan_most_symbols];
  rescan_error error;
  int status = rescan_image_extents(program, n, h, w, inputs, &error);
  if (status == RESCAN_OK) status = rescan_bind(program, inputs, symbols, &error);
  return status == RESCAN_OK ? program->arena_bytes(symbols, threads) : -1;
}
