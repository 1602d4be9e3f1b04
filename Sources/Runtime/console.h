/// What the program says: results, errors and, on a terminal, progress.
#ifndef RESCAN_CONSOLE_H
#define RESCAN_CONSOLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

typedef struct rescan_console {
  /// Name of the program in messages.
  const char *name;
  /// Where results go.
  FILE *results;
  /// Whether progress may be shown.
  bool live;

  // What follows is the progress line's own, guarded by `lock`.
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t thread;
  bool running, stopping, shown;
  int64_t done, total, start;
  /// Whether the work is frames of video.
  bool frames;
} rescan_console;

/// Progress is shown unless `quiet` or standard error is no terminal.
void rescan_console_open(rescan_console *console, const char *name, FILE *results, bool quiet);

/// Shows progress of `total` pieces of work from now on: at once for several, after a second
/// for one.
void rescan_console_begin(rescan_console *console, int64_t total);
/// The same for `total` frames of video, 0 where nobody knows how many.
void rescan_console_begin_frames(rescan_console *console, int64_t total);
void rescan_console_advance(rescan_console *console);
/// Clears the line.
void rescan_console_end(rescan_console *console);

/// Prints a line of results.
void rescan_console_print(rescan_console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// Prints `NAME: error: MESSAGE` and returns the status.
int rescan_console_fail(rescan_console *console, const rescan_error *error);

#pragma clang assume_nonnull end

#endif
