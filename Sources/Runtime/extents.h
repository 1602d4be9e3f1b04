/// Extents of a program's inputs and outputs.
#ifndef RESCAN_EXTENTS_H
#define RESCAN_EXTENTS_H

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// Writes the extents of all inputs where each is one image or more of n × h × w.
/// Refuses programs with other inputs and sizes that are not positive.
int rescan_image_extents(const rescan_program *program, int64_t n, int64_t h, int64_t w,
                         int64_t *extents, rescan_error *error);

/// Finds the symbols for the extents of all inputs.
int rescan_bind(const rescan_program *program, const int64_t *extents, int64_t *symbols,
                rescan_error *error);

#pragma clang assume_nonnull end

#endif
