#include <math.h>
#include <string.h>
#include <time.h>

#include "include/rescan_test_program.h"

enum { channels = 3, stages = 4 };

/// The symbols are N, H and W; all inputs are images of these extents.
enum { n_symbol, h_symbol, w_symbol };

static int64_t bind_image(const int64_t *extents, int64_t *symbols) {
  symbols[n_symbol] = extents[0];
  symbols[h_symbol] = extents[2];
  symbols[w_symbol] = extents[3];
  return extents[1] == channels ? 0 : 2;
}

static void image_extents(const int64_t *symbols, int64_t *extents, int64_t scale) {
  for (int i = 0; i < stages; i++) {
    int64_t shape[] = {symbols[n_symbol], channels, symbols[h_symbol] * scale,
                       symbols[w_symbol] * scale};
    memcpy(extents + 4 * i, shape, sizeof shape);
  }
}

static void same_extents(const int64_t *symbols, int64_t *extents) {
  image_extents(symbols, extents, 1);
}

static void doubled_extents(const int64_t *symbols, int64_t *extents) {
  image_extents(symbols, extents, 2);
}

static int64_t plane_bytes(const int64_t *symbols, int32_t threads) {
  (void)threads;
  return symbols[h_symbol] * symbols[w_symbol] * channels * 4;
}

static int64_t huge_bytes(const int64_t *symbols, int32_t threads) {
  return (int64_t)1 << 50 | symbols[h_symbol] | threads;
}

static int64_t uncountable_bytes(const int64_t *symbols, int32_t threads) {
  return symbols[h_symbol] + threads > 0 ? -1 : 0;
}

/// First row of a thread's share of all rows of all planes.
static int64_t first_row(const rescan_call *call, int32_t thread, int32_t threads) {
  return call->h * channels * thread / threads;
}

static void identity(rescan_call *call, int32_t thread, int32_t threads) {
  int64_t start = first_row(call, thread, threads) * call->w;
  int64_t end = first_row(call, thread + 1, threads) * call->w;
  if (call->outputs[0])
    memcpy(call->outputs[0] + start, call->inputs[0] + start, (size_t)(end - start) * 4);
}

static void slow(rescan_call *call, int32_t thread, int32_t threads) {
  struct timespec tenth = {.tv_nsec = 100000000};
  if (thread == 0) nanosleep(&tenth, NULL);
  call->barrier(call, thread);
  identity(call, thread, threads);
}

/// Each stage reads rows that other threads wrote: upside down and back, four times.
static void darken(rescan_call *call, int32_t thread, int32_t threads) {
  int64_t rows = call->h * channels, w = call->w;
  float *state = (float *)call->arena;
  const float *source = call->inputs[0];
  int64_t first = first_row(call, thread, threads), end = first_row(call, thread + 1, threads);
  for (int stage = 0; stage < stages; stage++) {
    for (int64_t y = first; y < end; y++)
      for (int64_t x = 0; x < w; x++) state[y * w + x] = source[(rows - 1 - y) * w + x] - 0.1f;
    call->barrier(call, thread);
    float *turned = state + rows * w;
    for (int64_t y = first; y < end; y++) {
      memcpy(turned + y * w, state + (rows - 1 - y) * w, (size_t)w * 4);
      if (call->outputs[stage])
        memcpy(call->outputs[stage] + y * w, turned + y * w, (size_t)w * 4);
    }
    call->barrier(call, thread);
    source = turned;
  }
}

static int64_t darken_bytes(const int64_t *symbols, int32_t threads) {
  return 2 * plane_bytes(symbols, threads);
}

/// Every pixel becomes one of 2 x 2.
static void enlarge(rescan_call *call, int32_t thread, int32_t threads) {
  int64_t first = first_row(call, thread, threads), w = call->w;
  int64_t end = first_row(call, thread + 1, threads);
  for (int64_t y = 2 * first; call->outputs[0] && y < 2 * end; y++)
    for (int64_t x = 0; x < 2 * w; x++)
      call->outputs[0][y * 2 * w + x] = call->inputs[0][y / 2 * w + x / 2];
}

static void first_plane(rescan_call *call, int32_t thread, int32_t threads) {
  int64_t plane = call->h * call->w;
  identity(call, thread, threads);
  call->barrier(call, thread);
  if (thread == 0 && call->outputs[0])
    memset(call->outputs[0] + plane, 0, (size_t)(channels - 1) * (size_t)plane * 4);
}

static void wild(rescan_call *call, int32_t thread, int32_t threads) {
  int64_t plane = call->h * call->w;
  (void)threads;
  for (int64_t i = 0; thread == 0 && call->outputs[0] && i < plane; i++) {
    call->outputs[0][i] = NAN;
    call->outputs[0][plane + i] = -INFINITY;
    call->outputs[0][2 * plane + i] = INFINITY;
  }
}

static const rescan_port inputs[] = {{"image", channels, 4}, {"other", channels, 4}};
static const rescan_port derained[] = {{"derained", channels, 4}};
static const rescan_port all_stages[] = {{"stage_1", channels, 4},
                                         {"stage_2", channels, 4},
                                         {"stage_3", channels, 4},
                                         {"derained", channels, 4}};
static const char info[] = "model: test\nversion: 1.2.3\ntarget: any\n";

#define PROGRAM(...)                                                                        \
  {                                                                                         \
    .abi_version = RESCAN_ABI_VERSION, .channel_order = RESCAN_RGB, .input_count = 1,       \
    .output_count = 1, .inputs = inputs, .outputs = derained, .info = info,                 \
    .symbol_count = 3, .symbols = "N,H,W", .bind = bind_image,                              \
    .output_extents = same_extents, .cpu_features = "", .arena_bytes = plane_bytes,         \
    .run = identity, __VA_ARGS__                                                            \
  }

// The last of several values for a member counts.
#pragma clang diagnostic ignored "-Winitializer-overrides"
static const rescan_program programs[] = {
    [RESCAN_TEST_IDENTITY] = PROGRAM(.channel_order = RESCAN_BGR),
    [RESCAN_TEST_DARKEN] = PROGRAM(.output_count = stages, .outputs = all_stages, .run = darken,
                                   .arena_bytes = darken_bytes),
    [RESCAN_TEST_FIRST_PLANE] = PROGRAM(.channel_order = RESCAN_BGR, .run = first_plane),
    [RESCAN_TEST_WILD] = PROGRAM(.run = wild),
    [RESCAN_TEST_OTHER_ABI] = PROGRAM(.abi_version = 999),
    [RESCAN_TEST_OTHER_CPU] = PROGRAM(.cpu_features = "warp9"),
    [RESCAN_TEST_HUGE] = PROGRAM(.arena_bytes = huge_bytes),
    [RESCAN_TEST_UNCOUNTABLE] = PROGRAM(.arena_bytes = uncountable_bytes),
    [RESCAN_TEST_TWO_INPUTS] = PROGRAM(.input_count = 2),
    [RESCAN_TEST_SLOW] = PROGRAM(.run = slow),
    [RESCAN_TEST_ENLARGE] = PROGRAM(.run = enlarge, .output_extents = doubled_extents),
};

const rescan_program *rescan_test_program(int32_t kind) { return &programs[kind]; }
