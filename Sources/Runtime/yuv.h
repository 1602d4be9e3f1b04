/// Frames of video as planes of red, green and blue, and back.
///
/// A frame is turned into colours by the matrix of BT.601 or BT.709; chroma is interpolated
/// linearly between its samples, which lie where the format's siting says. On the way back only
/// what the network changed is converted and added to the frame's own samples: chroma is averaged
/// over the pixels that share a sample (two with equal weights where it lies between them, three
/// weighted 1 : 2 : 1 where it lies on one). So what a network leaves alone keeps its samples, bit
/// for bit, however often a video is cleaned; only those beyond the depth become its largest.
#ifndef RESCAN_YUV_H
#define RESCAN_YUV_H

#include "y4m.h"

#pragma clang assume_nonnull begin

/// Which weights red, green and blue have in luma.
enum rescan_matrix { rescan_matrix_by_size = 0, rescan_matrix_601 = 601, rescan_matrix_709 = 709 };

typedef struct rescan_yuv {
  rescan_y4m format;
  /// Weights of red, green and blue in luma.
  float red, green, blue;
  /// Luma of black, steps from black to white, chroma of gray, steps between its extremes.
  float black, white_steps, gray, chroma_steps;
  /// Planes that hold red, green and blue.
  int32_t red_plane, green_plane, blue_plane;
} rescan_yuv;

/// A conversion; where the matrix goes by size, frames of 1280 or more columns or more than 576
/// rows are BT.709.
rescan_yuv rescan_yuv_make(const rescan_y4m *format, enum rescan_matrix matrix,
                           int32_t channel_order);

/// Rows of `width` floats that the functions below need to work in.
enum { rescan_yuv_scratch_rows = 5 };

/// Fills three planes of floats in [0, 1] with a frame; colours beyond are cut off.
void rescan_yuv_to_planes(const rescan_yuv *yuv, const uint8_t *frame, float *planes,
                          float *scratch);

/// Adds the difference of two images to the frame that `before` came from. `after` is taken
/// within [0, 1], and not-a-number as 0.
void rescan_yuv_apply(const rescan_yuv *yuv, const float *before, const float *after,
                      uint8_t *frame, float *scratch);

#pragma clang assume_nonnull end

#endif
