/// Video through a network: one thread reads and converts the next frame while the network runs
/// on one and another thread converts and writes the one before.
#ifndef RESCAN_VIDEO_H
#define RESCAN_VIDEO_H

#include <pthread.h>

#include "frame_reader.h"
#include "job.h"
#include "output_file.h"
#include "yuv.h"

#pragma clang assume_nonnull begin

/// Frames on their way: one being read, one in the network, one being written.
enum { rescan_frames_underway = 3 };

/// A frame on its way through.
typedef struct rescan_frame {
  rescan_frame_line line;
  uint8_t *samples;
  /// Planes before and after the network.
  float *before, *after;
} rescan_frame;

typedef struct rescan_video {
  rescan_job *job;
  rescan_frame_reader reader;
  rescan_output output;
  rescan_yuv yuv;
  rescan_arena memory;
  rescan_frame frames[rescan_frames_underway];
  /// Rows that the reading and the writing thread work in.
  float *reading_rows, *writing_rows;

  /// Guards what follows; `changed` is signalled with every change.
  pthread_mutex_t lock;
  pthread_cond_t changed;
  /// Frames that passed each station: `written <= cleaned <= read`.
  int64_t read, cleaned, written;
  /// No more frames come to the network; to the writer; all is to stop at once.
  bool read_all, cleaned_all, stopped;
  /// Why reading and writing ended; status 0 where they went well.
  rescan_error reading, writing;
} rescan_video;

#pragma clang assume_nonnull end

#endif
