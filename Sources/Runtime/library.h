/// What libraries made by the compiler consist of. Their own functions, `NAME_create` and so on
/// in the header beside them, are generated: each calls one of these with the program it is for.
///
/// The layouts below are also in that header, under names of its own.
#ifndef RESCAN_LIBRARY_H
#define RESCAN_LIBRARY_H

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// Types of samples.
enum rescan_sample { RESCAN_U8 = 0, RESCAN_U16 = 1, RESCAN_F32 = 2 };

/// An image in the caller's memory.
typedef struct rescan_pixels {
  int64_t width, height;
  /// One of `rescan_sample`.
  int64_t type;
  /// The first sample of each channel.
  void *_Nullable red;
  void *_Nullable green;
  void *_Nullable blue;
  /// Bytes from a pixel to the next one in its row, and from a row to the next; may be negative.
  int64_t pixel_stride, row_stride;
} rescan_pixels;

typedef struct rescan_library rescan_library;

/// The program's description of itself.
const char *rescan_library_info(const rescan_program *program);

/// Bytes that a run on such an image takes; -1 where that cannot be.
int64_t rescan_library_memory(const rescan_program *program, int64_t width, int64_t height,
                              int32_t threads);

rescan_library *_Nullable rescan_library_create(const rescan_program *program, int32_t threads,
                                                rescan_error *_Nullable error);
int32_t rescan_library_threads(const rescan_library *library);

/// Cleans an image; callers of the same library wait for each other.
int rescan_library_run(rescan_library *library, const rescan_pixels *input,
                       const rescan_pixels *output, rescan_error *_Nullable error);

void rescan_library_destroy(rescan_library *_Nullable library);

#pragma clang assume_nonnull end

#endif
