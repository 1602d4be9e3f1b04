// Video through a network: one thread reads and converts the next frame while the network runs on
// one and another thread converts and writes the one before. Where no threads can be started, as
// under WASI, one thread does all of it in turn.
#define _GNU_SOURCE

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "frame_reader.h"
#include "job.h"
#include "output_file.h"
#include "thread.h"
#include "yuv.h"

/// Frames on their way: one being read, one in the network, one being written.
enum { frames_underway = 3 };

/// A frame on its way through.
typedef struct frame {
  rescan_frame_line line;
  uint8_t *samples;
  /// Planes before and after the network.
  float *before, *after;
} frame;

typedef struct video {
  rescan_job *job;
  rescan_frame_reader reader;
  rescan_output output;
  rescan_yuv yuv;
  rescan_arena memory;
  frame frames[frames_underway];
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
} video;

static frame *frame_at(video *video, int64_t number) {
  return &video->frames[number % frames_underway];
}

/// Counts a frame and tells the other threads.
static void advance(video *video, int64_t *counter) {
  pthread_mutex_lock(&video->lock);
  ++*counter;
  pthread_cond_broadcast(&video->changed);
  pthread_mutex_unlock(&video->lock);
}

static void raise_flag(video *video, bool *flag) {
  pthread_mutex_lock(&video->lock);
  *flag = true;
  pthread_cond_broadcast(&video->changed);
  pthread_mutex_unlock(&video->lock);
}

/// Waits until `ahead` is more than `behind` (returns true), or nothing more comes or all stops.
static bool wait_for_frame(video *video, const int64_t *ahead, int64_t behind,
                           const bool *last) {
  pthread_mutex_lock(&video->lock);
  while (*ahead <= behind && !*last && !video->stopped)
    pthread_cond_wait(&video->changed, &video->lock);
  bool found = *ahead > behind && !video->stopped;
  pthread_mutex_unlock(&video->lock);
  return found;
}

/// Waits until a frame has been written that made room for the next; false where all stops.
static bool wait_for_room(video *video) {
  pthread_mutex_lock(&video->lock);
  while (video->read - video->written == frames_underway && !video->stopped)
    pthread_cond_wait(&video->changed, &video->lock);
  bool found = !video->stopped;
  pthread_mutex_unlock(&video->lock);
  return found;
}

/// Reads and converts the next frame; false where there is none or reading failed.
static bool read_frame(video *video) {
  frame *frame = frame_at(video, video->read);
  bool ended = false;
  int status = rescan_frame_reader_next(&video->reader, &frame->line, frame->samples, &ended,
                                        &video->reading);
  if (status != RESCAN_OK || ended) return false;
  rescan_yuv_to_planes(&video->yuv, frame->samples, frame->before, video->reading_rows);
  advance(video, &video->read);
  return true;
}

static void *read_frames(void *argument) {
  video *video = argument;
  while (wait_for_room(video) && read_frame(video)) {}
  raise_flag(video, &video->read_all);
  return NULL;
}

static int write_line(video *video, const char *text) {
  int status = rescan_output_write(&video->output, (const uint8_t *)text, strlen(text),
                                   &video->writing);
  if (status != RESCAN_OK) return status;
  return rescan_output_write(&video->output, (const uint8_t *)"\n", 1, &video->writing);
}

/// Converts and writes the next frame.
static int write_frame(video *video) {
  frame *frame = frame_at(video, video->written);
  rescan_yuv_apply(&video->yuv, frame->before, frame->after, frame->samples, video->writing_rows);
  int status = write_line(video, frame->line.text);
  if (status == RESCAN_OK)
    status = rescan_output_write(&video->output, frame->samples,
                                 (size_t)rescan_y4m_frame_bytes(&video->yuv.format),
                                 &video->writing);
  if (status != RESCAN_OK) return status;
  advance(video, &video->written);
  rescan_console_advance(video->job->console);
  return RESCAN_OK;
}

static void *write_frames(void *argument) {
  video *video = argument;
  int status = RESCAN_OK;
  while (status == RESCAN_OK &&
         wait_for_frame(video, &video->cleaned, video->written, &video->cleaned_all))
    status = write_frame(video);
  if (status != RESCAN_OK) raise_flag(video, &video->stopped);
  return NULL;
}

/// Sends the next frame through the network.
static int clean_frame(video *video, rescan_error *error) {
  const rescan_y4m *format = &video->yuv.format;
  frame *frame = frame_at(video, video->cleaned);
  int status = rescan_cleaner_clean(&video->job->cleaner, format->width, format->height,
                                    frame->before, frame->after, error);
  if (status == RESCAN_OK) advance(video, &video->cleaned);
  return status;
}

/// The network's part, in the calling thread.
static int clean_frames(video *video, rescan_error *error) {
  int status = RESCAN_OK;
  while (status == RESCAN_OK &&
         wait_for_frame(video, &video->read, video->cleaned, &video->read_all))
    status = clean_frame(video, error);
  raise_flag(video, status == RESCAN_OK ? &video->cleaned_all : &video->stopped);
  return status;
}

/// All three stations in turn, in the calling thread.
static int run_in_turn(video *video, rescan_error *error) {
  int status = RESCAN_OK;
  while (status == RESCAN_OK && read_frame(video)) {
    status = clean_frame(video, error);
    if (status == RESCAN_OK && write_frame(video) != RESCAN_OK) break;
  }
  return status;
}

/// Starts the thread that reads and the one that writes: both or none of them.
static bool start_threads(video *video, pthread_t *reader, pthread_t *writer) {
  if (!rescan_thread_start(writer, write_frames, video)) return false;
  if (rescan_thread_start(reader, read_frames, video)) return true;
  raise_flag(video, &video->cleaned_all);
  pthread_join(*writer, NULL);
  return false;
}

/// Runs all three stations, after the first line.
static int run_stations(video *video, rescan_error *error) {
  if (write_line(video, video->reader.header) != RESCAN_OK) return RESCAN_OK;
  // Its second end, when closed, tells the reader to stop.
  int stop[2];
  if (pipe2(stop, O_CLOEXEC) != 0) return run_in_turn(video, error);
  video->reader.stop = stop[0];
  pthread_t reader, writer;
  bool threads = start_threads(video, &reader, &writer);
  if (!threads) video->reader.stop = rescan_never_stops;
  int status = threads ? clean_frames(video, error) : run_in_turn(video, error);
  if (threads) pthread_join(writer, NULL);
  // Whoever failed, the reader may wait for a frame that never comes.
  close(stop[1]);
  if (threads) pthread_join(reader, NULL);
  close(stop[0]);
  return status;
}

/// The failure that tells most: what stopped everything, or else what ended the reading early.
static int outcome(video *video, int status, rescan_error *error) {
  if (status != RESCAN_OK) return rescan_fail_in(error, video->reader.source->file);
  if (video->writing.status != RESCAN_OK) *error = video->writing;
  else if (video->reading.status != RESCAN_OK) *error = video->reading;
  return error->status;
}

/// Where everything lies in memory: samples and planes of each frame, then rows to work in.
static int reserve(video *video, rescan_error *error) {
  const rescan_y4m *format = &video->reader.format;
  int64_t planes = format->width * format->height * rescan_colours;
  int64_t samples = (rescan_y4m_frame_bytes(format) + 63) / 64 * 64;
  int64_t rows = format->width * rescan_yuv_scratch_rows;
  int64_t floats = 2 * (planes * frames_underway + rows);
  int status = rescan_arena_reserve(
      &video->memory,
      floats * (int64_t)sizeof(float) + samples * frames_underway, error);
  if (status != RESCAN_OK) return status;
  float *next = (float *)(video->memory.base + samples * frames_underway);
  for (int i = 0; i < frames_underway; i++) {
    video->frames[i].samples = video->memory.base + samples * i;
    video->frames[i].before = next;
    video->frames[i].after = next + planes;
    next += 2 * planes;
  }
  video->reading_rows = next;
  video->writing_rows = next + rows;
  return RESCAN_OK;
}

/// What was read well is kept even where the rest is damaged, unless there is nothing of it.
static int close_output(video *video, int status, rescan_error *error) {
  if (status == RESCAN_OK || (status == RESCAN_CORRUPT && video->written > 0)) {
    rescan_error closing;
    if (rescan_output_finish(&video->output, &closing) != RESCAN_OK) *error = closing;
  } else {
    rescan_output_discard(&video->output);
  }
  return error->status;
}

static int process(video *video, const char *output, rescan_error *error) {
  const rescan_options *options = video->job->options;
  video->yuv = rescan_yuv_make(&video->reader.format, (enum rescan_matrix)options->matrix,
                               (int32_t)video->job->cleaner.program->channel_order);
  int status = reserve(video, error);
  if (status != RESCAN_OK) rescan_fail_in(error, video->reader.source->file);
  if (status == RESCAN_OK) status = rescan_output_open(&video->output, output, error);
  if (status != RESCAN_OK) return status;
  rescan_console_begin_frames(video->job->console, rescan_frame_reader_expected(&video->reader));
  status = outcome(video, run_stations(video, error), error);
  rescan_console_end(video->job->console);
  return close_output(video, status, error);
}

int rescan_clean_video(rescan_job *job, rescan_source *source, const char *output,
                       rescan_error *error) {
  video *video = calloc(1, sizeof *video);
  if (!video) return rescan_fail(error, RESCAN_FAILED, source->file, "no memory for its frames");
  video->job = job;
  pthread_mutex_init(&video->lock, NULL);
  pthread_cond_init(&video->changed, NULL);
  int status = rescan_frame_reader_open(&video->reader, source, error);
  if (status == RESCAN_OK) status = rescan_frame_reader_check(&video->reader, error);
  if (status == RESCAN_OK) status = process(video, output, error);
  rescan_arena_release(&video->memory);
  pthread_cond_destroy(&video->changed);
  pthread_mutex_destroy(&video->lock);
  free(video);
  return status;
}
