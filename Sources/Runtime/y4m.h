/// YUV4MPEG2: what the first line of such a stream says, and where samples lie in its frames.
#ifndef RESCAN_Y4M_H
#define RESCAN_Y4M_H

#include <stdbool.h>

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// The first bytes of every stream.
#define RESCAN_Y4M_SIGNATURE "YUV4MPEG2"

/// Most bytes of the first line of a stream, and of the line before a frame.
enum { rescan_y4m_header_limit = 4096, rescan_y4m_frame_limit = 256 };

/// Where a chroma sample lies between the luma samples that share it.
enum rescan_siting { rescan_siting_first, rescan_siting_middle };

/// The format of all frames of a stream.
typedef struct rescan_y4m {
  int64_t width, height;
  /// Bits per sample, 8 ... 16; above 8 a sample has two bytes, the low one first.
  int32_t depth;
  /// No chroma at all.
  bool mono;
  /// Luma samples that share a chroma sample, across and down: 1 or 2.
  int32_t across, down;
  enum rescan_siting siting_across, siting_down;
  /// Whether samples use all values, not those from 16 to 235 or 240 (of 8 bits).
  bool full_range;
} rescan_y4m;

/// Reads the first line of a stream, without its newline.
///
/// Status: `RESCAN_CORRUPT` where it is no such line, says things twice or lacks the size,
/// `RESCAN_UNSUPPORTED` for interlaced video, layouts that are not 4:2:0, 4:2:2, 4:4:4 or mono,
/// and sizes beyond those of images.
int rescan_y4m_parse(const char *line, const char *file, rescan_y4m *format, rescan_error *error);

/// Size of a chroma plane; zeros for mono.
int64_t rescan_y4m_chroma_width(const rescan_y4m *format);
int64_t rescan_y4m_chroma_height(const rescan_y4m *format);

/// Bytes of the samples of a frame: luma, Cb, Cr, each by rows without gaps.
int64_t rescan_y4m_frame_bytes(const rescan_y4m *format);

#pragma clang assume_nonnull end

#endif
