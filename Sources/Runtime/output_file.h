/// Files that appear complete or not at all.
#ifndef RESCAN_OUTPUT_FILE_H
#define RESCAN_OUTPUT_FILE_H

#include <limits.h>

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// A file that is written piece by piece. Standard output (`-`), devices and pipes are written
/// straight; others exist under a name of their own until they are complete.
typedef struct rescan_output {
  /// As the user named it, for messages and to tell standard output.
  const char *path;
  /// Where to write; -1 while nothing is open.
  int descriptor;
  /// The file to replace, links resolved; null where `path` is written straight.
  char *_Nullable target;
  char temporary[PATH_MAX];
  int ticket;
} rescan_output;

/// Opens a file beside `path`, or `path` itself where it is written straight; `path` must last
/// as long as the output.
int rescan_output_open(rescan_output *output, const char *path, rescan_error *error);

/// Writes all of `size` bytes.
int rescan_output_write(rescan_output *output, const uint8_t *_Nullable data, size_t size,
                        rescan_error *error);

/// Closes the file and gives it its name. An existing file keeps its permissions, and a link
/// keeps pointing to it.
int rescan_output_finish(rescan_output *output, rescan_error *error);

/// Closes the file and removes what was written.
void rescan_output_discard(rescan_output *output);
#pragma clang assume_nonnull end

#endif
