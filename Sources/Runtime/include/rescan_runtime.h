/// The contract between code that the compiler emits and the runtime that carries it.
///
/// Emitted code describes itself with one `rescan_program`. The runtime owns threads, memory,
/// images and the command line, and does no arithmetic on tensors.
#ifndef RESCAN_RUNTIME_H
#define RESCAN_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Only clang knows which pointers may be null.
#ifdef __clang__
#pragma clang assume_nonnull begin
#else
#define _Nonnull
#define _Nullable
#endif

/// Version of the layout of the structures below; emitted code records the one it was built for.
#define RESCAN_ABI_VERSION 5

/// Exit status of every program, and the kind of every error.
enum rescan_status {
  RESCAN_OK = 0,
  /// The work failed: an unreadable file, a full disk, no memory, some of a batch failed.
  RESCAN_FAILED = 1,
  /// The input is corrupt or not what it claims to be.
  RESCAN_CORRUPT = 2,
  /// Understood, but not supported.
  RESCAN_UNSUPPORTED = 3,
  /// Wrong usage of the command line.
  RESCAN_USAGE = 64,
};

/// A failure in words: `FILE: what is wrong, where; what to do`, without a trailing newline.
typedef struct rescan_error {
  int32_t status;
  char message[1000];
} rescan_error;

/// Most symbols of a program, and most axes of its inputs and of its outputs together.
enum { rescan_most_symbols = 64, rescan_most_axes = 256 };

/// One invocation of a program, shared by all its threads.
///
/// Tensors at the boundary are float32 in row-major order without gaps; images are
/// `[N, C, H, W]`.
typedef struct rescan_call {
  /// Extents of the first input where it is an image, 1 elsewhere.
  int64_t n, h, w;
  /// `arena_bytes(symbols, threads)` bytes, 64-byte aligned; contents on entry are undefined.
  uint8_t *arena;
  const float *_Nonnull const *_Nonnull inputs;
  /// One per output of the program; null where the caller does not want it.
  float *_Nullable const *_Nonnull outputs;
  /// The values of the program's symbols.
  const int64_t *symbols;
  /// Waits until all threads of this call have arrived.
  void (*barrier)(struct rescan_call *call, int32_t thread);
  /// The runtime's own.
  void *pool;
} rescan_call;

/// Order of the colour channels that the network was trained with.
enum rescan_channel_order { RESCAN_RGB = 0, RESCAN_BGR = 1 };

/// A tensor at the boundary of the program: its name, the channels of an image `[N, C, H, W]` (0
/// for others and where they vary) and the number of its axes.
typedef struct rescan_port {
  const char *name;
  int64_t channels;
  int64_t rank;
} rescan_port;

/// A compiled network.
typedef struct rescan_program rescan_program;
struct rescan_program {
  uint32_t abi_version;
  uint32_t channel_order;
  uint32_t input_count;
  uint32_t output_count;
  /// Extents of the inputs that the caller chooses, such as N, H and W.
  uint32_t symbol_count;
  /// Not 0 where the inputs are read before anything is written to an output, so that an output may
  /// lie where an input of its size lies.
  uint32_t reads_inputs_first;
  /// Their names, separated by commas.
  const char *symbols;
  const rescan_port *inputs;
  const rescan_port *outputs;
  /// Lines of `key: value` for `--info`: model, digest, target, precision, options, version.
  const char *info;
  /// CPU features the code was compiled for, separated by commas, as named in /proc/cpuinfo; may be
  /// empty.
  const char *cpu_features;
  /// Finds the symbols for the extents of all inputs, one after the other. Returns 0, or the number
  /// of the first extent that does not fit, counted from 1, or -1 where the network needs larger
  /// ones. To the number of an extent that must be a multiple, 2^32 times of what is added.
  int64_t (*bind)(const int64_t *extents, int64_t *symbols);
  /// Writes the extents of all outputs, one after the other.
  void (*output_extents)(const int64_t *symbols, int64_t *extents);
  /// Bytes of working memory on so many threads, or a negative number where that cannot be
  /// addressed.
  int64_t (*arena_bytes)(const int64_t *symbols, int32_t threads);
  /// Runs the whole network. Every thread 0 ..< threads of the call enters it once, with the
  /// same call; results do not depend on `threads`.
  void (*run)(rescan_call *call, int32_t thread, int32_t threads);
  /// The CPU it was compiled for, as `--cpu` names it.
  const char *_Nullable cpu;
  /// Versions of the same network for better CPUs, the best first, a null behind the last; or null.
  const rescan_program *_Nullable const *_Nullable versions;
};

/// The version of a program for this CPU: the first one whose features it has and gains from, the
/// program itself where there is none. The environment variable RESCANC_CPU, if set, names the
/// version to take. Returns null with `error` filled in where there is no such version.
const rescan_program *_Nullable rescan_program_version(const rescan_program *program,
                                                       rescan_error *error);

/// Extents of `[N, C, H, W]`.
typedef struct rescan_extents {
  int64_t n, c, h, w;
} rescan_extents;

/// The extents of an output of a program for images of n × h × w as its inputs.
/// Returns 0, or a status with `error` filled in where it takes no such inputs or the output is no
/// image.
int rescan_output_extents(const rescan_program *program, uint32_t output, int64_t n, int64_t h,
                          int64_t w, rescan_extents *extents, rescan_error *error);

/// Bytes of working memory for images of n × h × w as inputs on so many threads; -1 where that
/// cannot be.
int64_t rescan_arena_bytes(const rescan_program *program, int64_t n, int64_t h, int64_t w,
                           int32_t threads);

/// Runs a program once: allocates the arena, starts `threads` threads (0: one per available core)
/// and waits.
/// Returns 0, or a status with `error` filled in.
int rescan_execute(const rescan_program *program, int64_t n, int64_t h, int64_t w,
                   const float *_Nonnull const *_Nonnull inputs,
                   float *_Nullable const *_Nonnull outputs,
                   int32_t threads, rescan_error *error);

/// A program with its threads and memory kept between calls; sizes may differ from call to call.
typedef struct rescan_session rescan_session;

rescan_session *_Nullable rescan_session_create(const rescan_program *program, int32_t threads,
                                                rescan_error *error);
int rescan_session_run(rescan_session *session, int64_t n, int64_t h, int64_t w,
                       const float *_Nonnull const *_Nonnull inputs,
                       float *_Nullable const *_Nonnull outputs, rescan_error *error);
/// The same for inputs of any shape: the extents of all of them, one after the other.
int rescan_session_run_tensors(rescan_session *session, const int64_t *extents,
                               const float *_Nonnull const *_Nonnull inputs,
                               float *_Nullable const *_Nonnull outputs, rescan_error *error);
/// Threads that the session runs on.
int32_t rescan_session_threads(const rescan_session *session);
void rescan_session_destroy(rescan_session *session);

/// Cores this process may run on (the affinity mask, not the machine).
int32_t rescan_available_cores(void);

/// Peak resident memory of this process in bytes.
int64_t rescan_peak_memory(void);

/// Bytes that this process can still use without being killed for it: free memory and swap of
/// the machine, or what its control group leaves if that is less. INT64_MAX where unknown.
int64_t rescan_memory_available(void);

/// The command line of an emitted program; `argv[0]` gives the name in its help. Returns the exit
/// status.
int rescan_main(const rescan_program *program, int argc, char *_Nonnull *_Nonnull argv);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
