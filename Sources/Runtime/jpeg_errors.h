/// libjpeg's failures as ours: a jump back instead of an exit, nothing printed.
#ifndef RESCAN_JPEG_ERRORS_H
#define RESCAN_JPEG_ERRORS_H

#include <setjmp.h>
#include <stddef.h>
// jpeglib.h needs FILE.
#include <stdio.h>

#include <jpeglib.h>

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// libjpeg's error manager, and where its failures go.
typedef struct jpeg_failures {
  struct jpeg_error_mgr manager;
  jmp_buf back;
  const char *file;
  /// What was tried: `damaged JPEG`, `cannot be encoded as JPEG`.
  const char *what;
  rescan_error *error;
} jpeg_failures;

/// Fills in the manager; errors then jump to `back` with `error` filled in.
void jpeg_failures_prepare(jpeg_failures *failures);

#pragma clang assume_nonnull end

#endif
