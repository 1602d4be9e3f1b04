/// Files that appear complete or not at all.
#ifndef RESCAN_OUTPUT_FILE_H
#define RESCAN_OUTPUT_FILE_H

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// Writes `size` bytes to a temporary file beside `path` and gives it that name. Standard output
/// (`-`), devices and pipes are written straight. An existing file keeps its permissions, and a
/// link keeps pointing to it.
int rescan_write_file(const char *path, const uint8_t *_Nullable data, size_t size,
                      rescan_error *error);

#pragma clang assume_nonnull end

#endif
