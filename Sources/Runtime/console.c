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

/// Draws the progress line. Under the lock.
static void draw(rescan_console *console) {
  double seconds = (double)(rescan_nanoseconds() - console->start) / (double)second;
  if (console->total <= 1 && seconds < 1) return;
  clear(console);
  if (console->total <= 1) {
    fprintf(stderr, "working, %.0f s", seconds);
  } else if (console->done == 0) {
    fprintf(stderr, "0/%lld", (long long)console->total);
  } else {
    double rate = (double)console->done / seconds;
    long long left = (long long)((double)(console->total - console->done) / rate + 0.5);
    fprintf(stderr, "%lld/%lld, %.2f/s, %lld:%02lld left", (long long)console->done,
            (long long)console->total, rate, left / 60, left % 60);
  }
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

void rescan_console_begin(rescan_console *console, int64_t total) {
  if (!console->live) return;
  console->done = 0;
  console->total = total;
  console->start = rescan_nanoseconds();
  console->stopping = false;
  console->running = rescan_thread_start(&console->thread, draw_repeatedly, console);
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
