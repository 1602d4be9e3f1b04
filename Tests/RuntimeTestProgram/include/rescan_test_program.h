/// Programs as the compiler would emit them, written by hand to test the runtime.
#ifndef RESCAN_TEST_PROGRAM_H
#define RESCAN_TEST_PROGRAM_H

#include "rescan_runtime.h"

#pragma clang assume_nonnull begin

enum rescan_test_kind {
  /// The image unchanged; BGR.
  RESCAN_TEST_IDENTITY = 0,
  /// Four stages, each darker by 0.1 than the one before: `stage_1` ... `stage_3`, `derained`.
  /// Rows are split over the threads, which meet after each stage.
  RESCAN_TEST_DARKEN = 1,
  /// Keeps the first plane of a BGR image and blackens the others.
  RESCAN_TEST_FIRST_PLANE = 2,
  /// Gives NaN, -inf, inf in the three planes.
  RESCAN_TEST_WILD = 3,
  /// Built for another version of the contract.
  RESCAN_TEST_OTHER_ABI = 4,
  /// Built for a CPU that does not exist.
  RESCAN_TEST_OTHER_CPU = 5,
  /// Needs more memory than any machine has.
  RESCAN_TEST_HUGE = 6,
  /// Needs more memory than can be counted.
  RESCAN_TEST_UNCOUNTABLE = 7,
  /// Takes two images.
  RESCAN_TEST_TWO_INPUTS = 8,
  /// The image unchanged after a tenth of a second.
  RESCAN_TEST_SLOW = 9,
  /// Every pixel becomes one of 2 x 2.
  RESCAN_TEST_ENLARGE = 10,
};

const rescan_program *rescan_test_program(int32_t kind);

/// Runs `rescan_main` in a process of its own. `arguments` holds argv, each ended by a newline;
/// the paths are what standard input, output and error are redirected to.
/// Returns the exit status, or 1000 plus the signal that ended the process.
int32_t rescan_test_invoke(int32_t kind, const char *arguments, const char *input,
                           const char *output, const char *errors);

#pragma clang assume_nonnull end

#endif
