#include "guarded_run.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rescan_runtime.h"

/// Most tensors at the boundary of a program.
enum { most_ports = 16 };
static const int64_t page = 4096;
static const uint8_t canary = 0xA5;

/// Pages between two that cannot be accessed.
typedef struct guarded_block {
  uint8_t *mapping;
  size_t mapped;
  /// Between the guards.
  uint8_t *first, *end;
  /// `bytes` bytes from here on are the block.
  uint8_t *base;
  int64_t bytes;
} guarded_block;

static bool make_block(guarded_block *block, int64_t bytes, int64_t alignment, bool at_start) {
  int64_t inside = (bytes + page - 1) / page * page + page;
  size_t mapped = (size_t)(inside + 2 * page);
  uint8_t *mapping =
      mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return false;
  uint8_t *first = mapping + page, *end = first + inside;
  mprotect(mapping, (size_t)page, PROT_NONE);
  mprotect(end, (size_t)page, PROT_NONE);
  memset(first, canary, (size_t)inside);
  uint8_t *base = at_start ? first : (uint8_t *)((uintptr_t)(end - bytes) / (uintptr_t)alignment *
                                                 (uintptr_t)alignment);
  *block = (guarded_block){mapping, mapped, first, end, base, bytes};
  return true;
}

static void release_block(guarded_block *block) {
  if (block->mapping) munmap(block->mapping, block->mapped);
}

/// Whether nothing was written beside the block within its pages.
static bool is_intact(const guarded_block *block) {
  for (const uint8_t *byte = block->first; byte < block->end; byte++) {
    if (byte == block->base) byte += block->bytes;
    if (byte < block->end && *byte != canary) return false;
  }
  return true;
}

static void no_barrier(rescan_call *call, int32_t thread) {
  (void)call;
  (void)thread;
}

/// Runs the program in a child; returns 0 or the signal that it died of.
static int run_child(const rescan_program *program, rescan_call *call) {
  pid_t child = fork();
  if (child < 0) return GUARDED_NO_SETUP;
  if (child == 0) {
    int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
    for (int i = 0; i < 4; i++) signal(signals[i], SIG_DFL);
    program->run(call, 0, 1);
    _exit(0);
  }
  int status;
  if (waitpid(child, &status, 0) != child) return GUARDED_NO_SETUP;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/// The tensors of ports in blocks of their own; moves `extents` and `tensors` behind them.
static bool make_ports(guarded_block *blocks, const rescan_port *ports, uint32_t count,
                       const int64_t *extents, float **tensors) {
  for (uint32_t i = 0; i < count; i++) {
    int64_t floats = 1;
    for (int64_t axis = 0; axis < ports[i].rank; axis++) floats *= *extents++;
    if (!make_block(&blocks[i], floats * 4, 4, false)) return false;
    memcpy(blocks[i].base, *tensors, (size_t)floats * 4);
    *tensors += floats;
  }
  return true;
}

static int run_in_blocks(const rescan_program *program, rescan_call *call,
                         const guarded_block *arena, const guarded_block *inputs,
                         const guarded_block *outputs) {
  const float *input_table[most_ports];
  float *output_table[most_ports];
  for (uint32_t i = 0; i < program->input_count; i++)
    input_table[i] = (const float *)inputs[i].base;
  for (uint32_t i = 0; i < program->output_count; i++)
    output_table[i] = (float *)outputs[i].base;
  memset(arena->base, 0xFF, (size_t)arena->bytes);
  call->arena = arena->base;
  call->inputs = input_table;
  call->outputs = output_table;
  int result = run_child(program, call);
  if (result != GUARDED_OK) return result;
  bool intact = is_intact(arena);
  for (uint32_t i = 0; i < program->input_count; i++) intact &= is_intact(&inputs[i]);
  for (uint32_t i = 0; i < program->output_count; i++) intact &= is_intact(&outputs[i]);
  return intact ? GUARDED_OK : GUARDED_OVERRUN;
}

static void take_results(const guarded_block *outputs, float *results) {
  for (int i = 0; i < most_ports && outputs[i].mapping; i++) {
    memcpy(results, outputs[i].base, (size_t)outputs[i].bytes);
    results += outputs[i].bytes / 4;
  }
}

int guarded_run(uintptr_t address, const int64_t *extents, float *tensors, int guard_start) {
  const rescan_program *program = (const rescan_program *)address;
  if (program->input_count > most_ports || program->output_count > most_ports)
    return GUARDED_NO_SETUP;
  guarded_block arena = {0}, inputs[most_ports] = {0}, outputs[most_ports] = {0};
  int64_t symbols[rescan_most_symbols], results_extents[rescan_most_axes];
  if (program->bind(extents, symbols) != 0) return GUARDED_NO_SETUP;
  program->output_extents(symbols, results_extents);
  rescan_call call = {.symbols = symbols, .barrier = no_barrier};
  int result = GUARDED_NO_SETUP;
  if (make_block(&arena, program->arena_bytes(symbols, 1), 64, guard_start) &&
      make_ports(inputs, program->inputs, program->input_count, extents, &tensors)) {
    float *results = tensors;
    if (make_ports(outputs, program->outputs, program->output_count, results_extents, &tensors))
      result = run_in_blocks(program, &call, &arena, inputs, outputs);
    if (result == GUARDED_OK) take_results(outputs, results);
  }
  release_block(&arena);
  for (int i = 0; i < most_ports; i++) {
    release_block(&inputs[i]);
    release_block(&outputs[i]);
  }
  return result;
}
