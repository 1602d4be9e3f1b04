/// The frames of a YUV4MPEG2 stream, one after the other.
#ifndef RESCAN_FRAME_READER_H
#define RESCAN_FRAME_READER_H

#include "source.h"
#include "y4m.h"

#pragma clang assume_nonnull begin

/// Stands for a descriptor in a reader that nobody stops.
enum { rescan_never_stops = -1 };

typedef struct rescan_frame_reader {
  rescan_source *source;
  /// A descriptor that becomes readable, or is hung up, when reading is to stop.
  int stop;
  /// The stream's first line without its newline, and what it says.
  char header[rescan_y4m_header_limit];
  rescan_y4m format;
  /// Frames read so far.
  int64_t frames;
  /// Bytes read ahead, and how many of them were used.
  uint8_t ahead[1 << 16];
  size_t used, filled;
} rescan_frame_reader;

/// What stands before the samples of a frame: FRAME and perhaps parameters.
typedef struct rescan_frame_line {
  char text[rescan_y4m_frame_limit];
} rescan_frame_line;

/// Reads the first line; `stop` is `rescan_never_stops` until it is set. Status as of
/// `rescan_y4m_parse`, and `RESCAN_CORRUPT` where the line does not end.
int rescan_frame_reader_open(rescan_frame_reader *reader, rescan_source *source,
                             rescan_error *error);

/// Looks at the first frame of a regular file without reading it, so that no memory is set aside
/// for frames that a damaged file only claims to have. `RESCAN_CORRUPT` as below.
int rescan_frame_reader_check(const rescan_frame_reader *reader, rescan_error *error);

/// Reads a frame; `ended` says that there is none. A frame that is cut off or does not begin as
/// one is `RESCAN_CORRUPT`, being told to stop is `RESCAN_FAILED`.
int rescan_frame_reader_next(rescan_frame_reader *reader, rescan_frame_line *line,
                             uint8_t *samples, bool *ended, rescan_error *error);

/// Frames that the rest of the file has room for; 0 where it is no regular file.
int64_t rescan_frame_reader_expected(const rescan_frame_reader *reader);

#pragma clang assume_nonnull end

#endif
