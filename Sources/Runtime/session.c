#include <stdbool.h>
#include <stdlib.h>

#include "cpu.h"
#include "error.h"
#include "extents.h"
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

int rescan_session_run_tensors(rescan_session *session, const int64_t *extents,
                               const float *const *inputs, float *const *outputs,
                               rescan_error *error) {
  const rescan_program *program = session->program;
  int64_t symbols[rescan_most_symbols] = {0};
  int status = rescan_bind(program, extents, symbols, error);
  if (status == RESCAN_OK)
    status = rescan_arena_reserve(
        &session->arena, program->arena_bytes(symbols, rescan_session_threads(session)), error);
  if (status != RESCAN_OK) return status;
  bool is_image = program->input_count > 0 && program->inputs[0].rank == 4;
  rescan_call call = {.n = is_image ? extents[0] : 1,
                      .h = is_image ? extents[2] : 1,
                      .w = is_image ? extents[3] : 1,
                      .arena = session->arena.base,
                      .inputs = inputs,
                      .outputs = outputs,
                      .symbols = symbols};
  rescan_pool_run(session->pool, program->run, &call);
  return RESCAN_OK;
}

int rescan_session_run(rescan_session *session, int64_t n, int64_t h, int64_t w,
                       const float *const *inputs, float *const *outputs, rescan_error *error) {
  int64_t extents[rescan_most_axes];
  int status = rescan_image_extents(session->program, n, h, w, extents, error);
  if (status != RESCAN_OK) return status;
  return rescan_session_run_tensors(session, extents, inputs, outputs, error);
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
