#include "cleaner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

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
  bool fits = program->input_count == 1 && program->inputs[0].channels == rescan_colours;
  for (int32_t i = 0; i < cleaner->stages; i++)
    fits = fits && program->outputs[cleaner->outputs[i]].channels == rescan_colours;
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

int rescan_cleaner_size(const rescan_cleaner *cleaner, int32_t stage, int64_t width,
                        int64_t height, rescan_extents *extents, rescan_error *error) {
  return rescan_output_extents(cleaner->program, cleaner->outputs[stage - 1], 1, height, width,
                               extents, error);
}

int rescan_cleaner_apply(rescan_cleaner *cleaner, int64_t width, int64_t height,
                         const float *input, float *const *stages, rescan_error *error) {
  const float *inputs[1] = {input};
  float **outputs = calloc(cleaner->program->output_count, sizeof *outputs);
  if (!outputs) return rescan_fail(error, RESCAN_FAILED, NULL, "no memory for the outputs");
  for (int32_t i = 0; i < cleaner->stages; i++) outputs[cleaner->outputs[i]] = stages[i];
  int status =
      rescan_session_run(cleaner->session, 1, height, width, inputs, outputs, error);
  free(outputs);
  return status;
}

int rescan_cleaner_clean(rescan_cleaner *cleaner, int64_t width, int64_t height,
                         const float *input, float *derained, rescan_error *error) {
  rescan_extents extents;
  int status = rescan_cleaner_size(cleaner, cleaner->stages, width, height, &extents, error);
  if (status != RESCAN_OK) return status;
  if (extents.w != width || extents.h != height)
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "the network makes %lld x %lld pixels of %lld x %lld; only single images "
                       "may change their size",
                       (long long)extents.w, (long long)extents.h, (long long)width,
                       (long long)height);
  float *stages[rescan_most_stages] = {0};
  stages[cleaner->stages - 1] = derained;
  return rescan_cleaner_apply(cleaner, width, height, input, stages, error);
}

void rescan_cleaner_close(rescan_cleaner *cleaner) {
  rescan_session_destroy(cleaner->session);
  rescan_arena_release(&cleaner->planes);
}
