/// A growing run of bytes, and files as such.
#ifndef RESCAN_BYTES_H
#define RESCAN_BYTES_H

#include <stdbool.h>

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// Starts as all zeros, ends with `rescan_bytes_free`.
typedef struct rescan_bytes {
  uint8_t *_Nullable data;
  size_t size, capacity;
} rescan_bytes;

/// Appends a copy of `size` bytes; false without memory.
bool rescan_bytes_append(rescan_bytes *bytes, const void *data, size_t size);

/// Appends what can be read from `descriptor` until there are `limit` bytes or the file ends.
/// Returns 0 or the number of the system's error.
int rescan_bytes_read(rescan_bytes *bytes, int descriptor, size_t limit);

void rescan_bytes_free(rescan_bytes *bytes);

#pragma clang assume_nonnull end

#endif
