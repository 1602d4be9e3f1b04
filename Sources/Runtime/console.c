#include "console.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "thread.h"

static const int64_t second = 1000000000;

void rescan_console_open(rescan_console *console, const char *name, FILE *results, bool quiet) {
  *console = (rescan_console){
      .name = name, .results = results, .live = !quiet && isatty(STDERR_FILENO)};
  pthread_mutex_init(&console->lock, NULL);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&console->changed, &attributes);
  pthread_condattr_destroy(&attributes);
}

/// Takes the progress line off the terminal. Under the lock.
static void clear(rescan_console *console) {
  if (console->shown) fputs("\r\033[K", stderr);
  console->shown = false;
}

/// `, 1:05 left` behind the number of pieces per second.
static void draw_time_left(const rescan_console *console, double rate) {
  long long left = (long long)((double)(console->total - console->done) / rate + 0.5);
  fprintf(stderr, ", %lld:%02lld left", left / 60, left % 60);
}

static void draw_frames(const rescan_console *console, double seconds) {
  double rate = (double)console->done / seconds;
  fprintf(stderr, "frame %lld", (long long)console->done);
  if (console->total > 0) fprintf(stderr, "/%lld", (long long)console->total);
  if (console->done == 0) return;
  fprintf(stderr, ", %.2f frames/s", rate);
  if (console->total >= console->done) draw_time_left(console, rate);
}

static void draw_files(const rescan_console *console, double seconds) {
  double rate = (double)console->done / seconds;
  fprintf(stderr, "%lld/%lld", (long long)console->done, (long long)console->total);
  if (console->done == 0) return;
  fprintf(stderr, ", %.2f/s", rate);
  draw_time_left(console, rate);
}

/// Draws the progress line. Under the lock.
static void draw(rescan_console *console) {
  double seconds = (double)(rescan_nanoseconds() - console->start) / (double)second;
  bool single = !console->frames && console->total <= 1;
  if (single && seconds < 1) return;
  clear(console);
  if (console->frames) draw_frames(console, seconds);
  else if (single) fprintf(stderr, "working, %.0f s", seconds);
  else draw_files(console, seconds);
  fflush(stderr);
  console->shown = true;
}

static void *draw_repeatedly(void *argument) {
  rescan_console *console = argument;
  pthread_mutex_lock(&console->lock);
  while (!console->stopping) {
    draw(console);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += second / 4;
    until.tv_sec += until.tv_nsec / second;
    until.tv_nsec %= second;
    pthread_cond_timedwait(&console->changed, &console->lock, &until);
  }
  clear(console);
  fflush(stderr);
  pthread_mutex_unlock(&console->lock);
  return NULL;
}

static void begin(rescan_console *console, int64_t total, bool frames) {
  if (!console->live) return;
  console->frames = frames;
  console->done = 0;
  console->total = total;
  console->start = rescan_nanoseconds();
  console->stopping = false;
  console->running = rescan_thread_start(&console->thread, draw_repeatedly, console);
}

void rescan_console_begin(rescan_console *console, int64_t total) {
  begin(console, total, false);
}

void rescan_console_begin_frames(rescan_console *console, int64_t total) {
  begin(console, total, true);
}

void rescan_console_advance(rescan_console *console) {
  pthread_mutex_lock(&console->lock);
  console->done++;
  pthread_mutex_unlock(&console->lock);
}

void rescan_console_end(rescan_console *console) {
  if (!console->running) return;
  pthread_mutex_lock(&console->lock);
  console->stopping = true;
  pthread_cond_signal(&console->changed);
  pthread_mutex_unlock(&console->lock);
  pthread_join(console->thread, NULL);
  console->running = false;
}

void rescan_console_print(rescan_console *console, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  pthread_mutex_lock(&console->lock);
  clear(console);
  vfprintf(console->results, format, arguments);
  fflush(console->results);
  pthread_mutex_unlock(&console->lock);
  va_end(arguments);
}

int rescan_console_fail(rescan_console *console, const rescan_error *error) {
  char message[sizeof error->message];
  strcpy(message, error->message);
  // File names may hold anything; an error stays one line and moves no cursor.
  for (char *at = message; *at; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f) *at = '?';
  pthread_mutex_lock(&console->lock);
  clear(console);
  // Scripts look for the same word whichever program of the project fails.
  fprintf(stderr, "rescanc: error: %s\n", message);
  pthread_mutex_unlock(&console->lock);
  return error->status;
}
