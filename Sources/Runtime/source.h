/// Files to read, of which a start was looked at to tell what they are.
#ifndef RESCAN_SOURCE_H
#define RESCAN_SOURCE_H

#include "bytes.h"

#pragma clang assume_nonnull begin

typedef struct rescan_source {
  /// The path, or words for standard input, as messages name it.
  const char *file;
  int descriptor;
  /// What was read so far; the rest comes from the descriptor.
  rescan_bytes start;
} rescan_source;

/// Opens a file, or standard input for `-`. Fails with `RESCAN_FAILED`.
int rescan_source_open(rescan_source *source, const char *path, rescan_error *error);

/// Whether the file starts as a YUV4MPEG2 video does; reads that start.
int rescan_source_is_video(rescan_source *source, bool *video, rescan_error *error);

void rescan_source_close(rescan_source *source);

#pragma clang assume_nonnull end

#endif
