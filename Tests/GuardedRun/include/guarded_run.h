/// Runs compiled code in memory that is surrounded by pages that must not be touched.
#ifndef GUARDED_RUN_H
#define GUARDED_RUN_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// What became of a guarded run.
enum guarded_result {
  GUARDED_OK = 0,
  /// The test could not be set up.
  GUARDED_NO_SETUP = -1,
  /// Bytes behind the working memory, which lie in the same page, were written.
  GUARDED_OVERRUN = -2,
};

/// Runs a `rescan_program` once, with one thread, in a process of its own.
///
/// Inputs, outputs and the working memory lie directly before a page without access; with
/// `guard_start`, the working memory lies directly behind one instead. The working memory starts
/// as NaNs.
///
/// `program` is the address of the `rescan_program`; `extents` holds the extents of all inputs,
/// one after the other; `tensors` holds the floats of all inputs, in
/// order, and then those of all outputs, which it receives.
///
/// Returns a `guarded_result`, or the number of the signal that the code died of.
int guarded_run(uintptr_t program, const int64_t *extents, float *tensors, int guard_start);

#pragma clang assume_nonnull end

#endif
