/// The command line as a value.
#ifndef RESCAN_OPTIONS_H
#define RESCAN_OPTIONS_H

#include <stdbool.h>

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// What the command line asks for.
enum rescan_action { rescan_clean, rescan_measure, rescan_show_info, rescan_show_help,
                     rescan_show_version };

typedef struct rescan_options {
  enum rescan_action action;
  const char *_Nullable input;
  const char *_Nullable output;
  /// File or folder of `--compare`.
  const char *_Nullable clean;
  /// File or folder of `--side-by-side`.
  const char *_Nullable strip;
  int32_t threads;
  /// Runs of `--bench`.
  int32_t runs;
  /// Matrix of video: 601, 709 or 0 for the one that goes with the size.
  int32_t matrix;
  bool all_stages, quiet;
} rescan_options;

/// Reads the arguments behind the program's name. Fails with `RESCAN_USAGE`.
int rescan_options_parse(int argc, char *_Nonnull *_Nonnull argv, rescan_options *options,
                         rescan_error *error);

/// The text of `--help`, in which `%1$s` is the program's name.
extern const char *const rescan_help;

#pragma clang assume_nonnull end

#endif
