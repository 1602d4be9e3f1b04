#include <stdlib.h>

#include "arithmetic.h"
#include "cpu.h"
#include "error.h"
#include "memory.h"
#include "pool.h"

struct rescan_session {
  const rescan_program *program;
  rescan_pool *pool;
  rescan_arena arena;
};

static int check_layout(const rescan_program *program, rescan_error *error) {
  if (program->abi_version != RESCAN_ABI_VERSION)
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "this program was compiled for version %u of the runtime, which has "
                       "version %u; recompile it",
                       program->abi_version, RESCAN_ABI_VERSION);
  return RESCAN_OK;
}

static int check_cpu(const rescan_program *program, rescan_error *error) {
  char missing[64];
  if (!rescan_cpu_has(program->cpu_features, missing, sizeof missing))
    return rescan_fail(error, RESCAN_UNSUPPORTED, NULL,
                       "this program was compiled for a CPU with %s, which this machine lacks; "
                       "recompile it with --cpu for this machine",
                       missing);
  return RESCAN_OK;
}

rescan_session *rescan_session_create(const rescan_program *program, int32_t threads,
                                      rescan_error *error) {
  if (check_layout(program, error) != RESCAN_OK) return NULL;
  program = rescan_program_version(program, error);
  if (!program || check_cpu(program, error) != RESCAN_OK) return NULL;
  rescan_session *session = calloc(1, sizeof *session);
  rescan_pool *pool = session ? rescan_pool_create(threads) : NULL;
  if (!pool) {
    free(session);
    rescan_fail(error, RESCAN_FAILED, NULL, "no memory for threads; use fewer with --threads");
    return NULL;
  }
  session->program = program;
  session->pool = pool;
  return session;
}

/// Most channels of any tensor at the boundary.
static int64_t most_channels(const rescan_program *program) {
  int64_t most = 1;
  for (uint32_t i = 0; i < program->input_count; i++)
    if (program->inputs[i].channels > most) most = program->inputs[i].channels;
  for (uint32_t i = 0; i < program->output_count; i++)
    if (program->outputs[i].channels > most) most = program->outputs[i].channels;
  return most;
}

/// Refuses sizes for which a tensor at the boundary has no addresses.
static int check_size(const rescan_program *program, int64_t n, int64_t h, int64_t w,
                      rescan_error *error) {
  if (n < 1 || h < 1 || w < 1)
    return rescan_fail(error, RESCAN_FAILED, NULL,
                       "%lld images of %lld x %lld pixels cannot be processed; each number must "
                       "be 1 or more",
                       (long long)n, (long long)w, (long long)h);
  int64_t bytes = rescan_times(rescan_times(n, most_channels(program) * 4), rescan_times(h, w));
  if (bytes == INT64_MAX)
    return rescan_fail(error, RESCAN_FAILED, NULL,
                       "%lld images of %lld x %lld pixels are more than can be addressed; use "
                       "smaller ones",
                       (long long)n, (long long)w, (long long)h);
  return RESCAN_OK;
}

int rescan_session_run(rescan_session *session, int64_t n, int64_t h, int64_t w,
                       const float *const *inputs, float *const *outputs, rescan_error *error) {
  const rescan_program *program = session->program;
  int status = check_size(program, n, h, w, error);
  if (status == RESCAN_OK)
    status = rescan_arena_reserve(
        &session->arena, program->arena_bytes(h, w, rescan_session_threads(session)), error);
  if (status != RESCAN_OK) return status;
  rescan_call call = {.n = n,
                      .h = h,
                      .w = w,
                      .arena = session->arena.base,
                      .inputs = inputs,
                      .outputs = outputs};
  rescan_pool_run(session->pool, program->run, &call);
  return RESCAN_OK;
}

int32_t rescan_session_threads(const rescan_session *session) {
  return rescan_pool_threads(session->pool);
}

void rescan_session_destroy(rescan_session *session) {
  rescan_pool_destroy(session->pool);
  rescan_arena_release(&session->arena);
  free(session);
}

int rescan_execute(const rescan_program *program, int64_t n, int64_t h, int64_t w,
                   const float *const *inputs, float *const *outputs, int32_t threads,
                   rescan_error *error) {
  rescan_session *session = rescan_session_create(program, threads, error);
  if (!session) return error->status;
  int status = rescan_session_run(session, n, h, w, inputs, outputs, error);
  rescan_session_destroy(session);
  return status;
}
