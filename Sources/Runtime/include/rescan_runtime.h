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
#define RESCAN_ABI_VERSION 2

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

/// One invocation of a program, shared by all its threads.
///
/// Tensors at the boundary are float32, planar `[N, C, H, W]`, without gaps.
typedef struct rescan_call {
  int64_t n, h, w;
  /// `arena_bytes(h, w, threads)` bytes, 64-byte aligned; contents on entry are undefined.
  uint8_t *arena;
  const float *_Nonnull const *_Nonnull inputs;
  /// One per output of the program; null where the caller does not want it.
  float *_Nullable const *_Nonnull outputs;
  /// Waits until all threads of this call have arrived.
  void (*barrier)(struct rescan_call *call, int32_t thread);
  /// The runtime's own.
  void *pool;
} rescan_call;

/// Order of the colour channels that the network was trained with.
enum rescan_channel_order { RESCAN_RGB = 0, RESCAN_BGR = 1 };

/// A tensor at the boundary of the program: its name and channels.
typedef struct rescan_port {
  const char *name;
  int64_t channels;
} rescan_port;

/// A compiled network.
typedef struct rescan_program rescan_program;
struct rescan_program {
  uint32_t abi_version;
  uint32_t channel_order;
  uint32_t input_count;
  uint32_t output_count;
  const rescan_port *inputs;
  const rescan_port *outputs;
  /// Lines of `key: value` for `--info`: model, digest, target, precision, options, version.
  const char *info;
  /// CPU features the code was compiled for, separated by commas, as named in /proc/cpuinfo; may be
  /// empty.
  const char *cpu_features;
  /// Bytes of working memory for one image of h × w pixels on so many threads, or a negative
  /// number where that does not fit an int64_t.
  int64_t (*arena_bytes)(int64_t h, int64_t w, int32_t threads);
  /// Runs the whole network. Every thread 0 ..< threads of the call enters it once, with the
  /// same call; results do not depend on `threads`.
  void (*run)(rescan_call *call, int32_t thread, int32_t threads);
  /// The CPU it was compiled for, as `--cpu` names it.
  const char *_Nullable cpu;
  /// Versions of the same network for better CPUs, the best first, a null behind the last; or null.
  const rescan_program *_Nullable const *_Nullable versions;
};

/// The version of a program for this CPU: the first one whose features it has, the program itself
/// where there is none. The environment variable RESCANC_CPU, if set, names the version to take.
/// Returns null with `error` filled in where there is no such version.
const rescan_program *_Nullable rescan_program_version(const rescan_program *program,
                                                       rescan_error *error);

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
