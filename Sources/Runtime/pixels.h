/// Images in the memory of a caller as planes, and back.
#ifndef RESCAN_PIXELS_H
#define RESCAN_PIXELS_H

#include "library.h"

#pragma clang assume_nonnull begin

/// Fills three planes of floats in the channel order of a program: 8 and 16 bits are scaled to
/// [0, 1], float32 is taken as it is.
void rescan_pixels_read(const rescan_pixels *pixels, int32_t channel_order, float *planes);

/// The way back: 8 and 16 bits are cut off at [0, 1], with not-a-number as 0, and rounded to the
/// nearest; float32 is given as it is.
void rescan_pixels_write(const rescan_pixels *pixels, int32_t channel_order, const float *planes);

#pragma clang assume_nonnull end

#endif
