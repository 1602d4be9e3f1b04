/// Failures in words.
#ifndef RESCAN_ERROR_H
#define RESCAN_ERROR_H

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// Fills in `error` with `FILE: what`, one line, and returns `status`. A null `file` leaves out
/// the place; of an overlong one only the end is kept, so that the reason always fits.
int rescan_fail(rescan_error *error, int status, const char *_Nullable file, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/// Puts `FILE: ` before a message that has no place yet and returns its status.
int rescan_fail_in(rescan_error *error, const char *file);

#pragma clang assume_nonnull end

#endif
