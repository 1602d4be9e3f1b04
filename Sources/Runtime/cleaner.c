#include "cleaner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "error.h"

enum { colours = 3 };

/// The output of that name, -1 where there is none.
static int64_t find_output(const rescan_program *program, const char *name) {
  for (uint32_t i = 0; i < program->output_count; i++)
    if (strcmp(program->outputs[i].name, name) == 0) return i;
  return -1;
}

/// Lists `stage_1`, `stage_2`, ... and then the final image: `derained`, or the only output.
static int find_stages(rescan_cleaner *cleaner, rescan_error *error) {
  const rescan_program *program = cleaner->program;
  int64_t last = program->output_count == 1 ? 0 : find_output(program, "derained");
  if (last < 0)
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "the network has %u outputs and none is called derained; recompile it "
                       "with --outputs",
                       program->output_count);
  for (cleaner->stages = 0; cleaner->stages < rescan_most_stages - 1; cleaner->stages++) {
    char name[32];
    snprintf(name, sizeof name, "stage_%d", cleaner->stages + 1);
    int64_t output = find_output(program, name);
    if (output < 0 || output == last) break;
    cleaner->outputs[cleaner->stages] = (uint32_t)output;
  }
  cleaner->outputs[cleaner->stages++] = (uint32_t)last;
  return RESCAN_OK;
}

static int check_ports(const rescan_cleaner *cleaner, rescan_error *error) {
  const rescan_program *program = cleaner->program;
  bool fits = program->input_count == 1 && program->inputs[0].channels == colours;
  for (int32_t i = 0; i < cleaner->stages; i++)
    fits = fits && program->outputs[cleaner->outputs[i]].channels == colours;
  if (fits) return RESCAN_OK;
  return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                     "the network does not turn one image of 3 channels into another; call it "
                     "from a program of your own");
}

int rescan_cleaner_open(rescan_cleaner *cleaner, const rescan_program *program, int32_t threads,
                        rescan_error *error) {
  *cleaner = (rescan_cleaner){.program = program};
  rescan_session *session = rescan_session_create(program, threads, error);
  if (!session) return error->status;
  cleaner->session = session;
  int status = find_stages(cleaner, error);
  if (status == RESCAN_OK) status = check_ports(cleaner, error);
  if (status != RESCAN_OK) rescan_cleaner_close(cleaner);
  return status;
}

/// The planes of a stage, those of the input for 0.
static float *planes(const rescan_cleaner *cleaner, int32_t stage) {
  return (float *)cleaner->planes.base + (stage == 0 ? 0 : cleaner->results[stage - 1].start);
}

/// Sets aside planes for the input and behind them those of every stage, whose size may differ.
static int reserve(rescan_cleaner *cleaner, rescan_error *error) {
  int64_t floats = rescan_times(rescan_times(cleaner->width, cleaner->height), colours);
  for (int32_t i = 0; i < cleaner->stages; i++) {
    rescan_extents extents;
    int status = rescan_output_extents(cleaner->program, cleaner->outputs[i], 1, cleaner->height,
                                       cleaner->width, &extents, error);
    if (status != RESCAN_OK) return status;
    cleaner->results[i].width = extents.w;
    cleaner->results[i].height = extents.h;
    cleaner->results[i].start = floats;
    floats = rescan_plus(floats, rescan_times(rescan_times(extents.w, extents.h), colours));
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
  const float *inputs[1] = {planes(cleaner, 0)};
  float **outputs = calloc(cleaner->program->output_count, sizeof *outputs);
  if (!outputs) return rescan_fail(error, RESCAN_FAILED, NULL, "no memory for the outputs");
  for (int32_t i = all_stages ? 0 : cleaner->stages - 1; i < cleaner->stages; i++)
    outputs[cleaner->outputs[i]] = planes(cleaner, i + 1);
  int status = rescan_session_run(cleaner->session, 1, cleaner->height, cleaner->width, inputs,
                                  outputs, error);
  free(outputs);
  return status;
}

int rescan_cleaner_result(const rescan_cleaner *cleaner, int32_t stage, const rescan_image *input,
                          rescan_image *result, rescan_error *error) {
  return rescan_image_from_sized_planes(
      planes(cleaner, stage), cleaner->results[stage - 1].width,
      cleaner->results[stage - 1].height, (int32_t)cleaner->program->channel_order, input, result,
      error);
}

void rescan_cleaner_close(rescan_cleaner *cleaner) {
  rescan_session_destroy(cleaner->session);
  rescan_arena_release(&cleaner->planes);
}
