#include <stdlib.h>

#include "error.h"
#include "job.h"
#include "thread.h"

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/// Fills `seconds` with the times of the runs in ascending order, after one that is not timed.
static int measure(rescan_job *job, double *seconds, rescan_error *error) {
  int32_t runs = job->options->runs;
  int status = rescan_cleaner_run(&job->cleaner, false, error);
  for (int32_t i = 0; status == RESCAN_OK && i < runs; i++) {
    int64_t start = rescan_nanoseconds();
    status = rescan_cleaner_run(&job->cleaner, false, error);
    seconds[i] = (double)(rescan_nanoseconds() - start) * 1e-9;
    rescan_console_advance(job->console);
  }
  qsort(seconds, (size_t)runs, sizeof *seconds, ascending);
  return status;
}

static void report(rescan_job *job, const double *seconds) {
  const rescan_cleaner *cleaner = &job->cleaner;
  int32_t runs = job->options->runs;
  double median = (seconds[(runs - 1) / 2] + seconds[runs / 2]) / 2;
  double megapixels = (double)cleaner->width * (double)cleaner->height * 1e-6;
  rescan_console_print(job->console,
                       "image: %lld x %lld\nthreads: %d\nruns: %d\nmin: %.6f s\nmedian: %.6f s\n"
                       "speed: %.3f megapixels/s\n",
                       (long long)cleaner->width, (long long)cleaner->height,
                       rescan_session_threads(cleaner->session), runs, seconds[0], median,
                       megapixels / median);
}

int rescan_bench(rescan_job *job, rescan_error *error) {
  const char *input = job->options->input;
  rescan_image image;
  int status = rescan_image_load(input, &image, error);
  if (status != RESCAN_OK) return status;
  job->cleaner.keeps_input = true;
  status = rescan_cleaner_fill(&job->cleaner, &image, error);
  rescan_image_free(&image);
  double *seconds = calloc((size_t)job->options->runs, sizeof *seconds);
  if (status == RESCAN_OK && !seconds)
    status = rescan_fail(error, RESCAN_FAILED, NULL, "no memory for so many runs");
  rescan_console_begin(job->console, job->options->runs);
  if (status == RESCAN_OK) status = measure(job, seconds, error);
  rescan_console_end(job->console);
  if (status == RESCAN_OK) report(job, seconds);
  free(seconds);
  return status == RESCAN_OK ? status : rescan_fail_in(error, input);
}
