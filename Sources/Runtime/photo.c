#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "error.h"
#include "job.h"
#include "paths.h"

/// Writes what a stage made, to `path` or, where `numbered`, to `path` with the stage's number.
static int write_stage(rescan_job *job, int32_t stage, bool numbered, const rescan_image *rainy,
                       const char *path, rescan_error *error) {
  rescan_image image;
  int status = rescan_cleaner_result(&job->cleaner, stage, rainy, &image, error);
  if (status != RESCAN_OK) return rescan_fail_in(error, path);
  char *name = numbered ? rescan_path_numbered(path, stage) : strdup(path);
  status = name ? rescan_image_save(&image, name, RESCAN_NO_FORMAT, error)
                : rescan_fail(error, RESCAN_FAILED, path, "no memory for its name");
  free(name);
  rescan_image_free(&image);
  return status;
}

static int write_results(rescan_job *job, const rescan_image *rainy, const char *path,
                         rescan_error *error) {
  int32_t last = job->cleaner.stages;
  int status = write_stage(job, last, false, rainy, path, error);
  for (int32_t i = 1; status == RESCAN_OK && job->options->all_stages && i <= last; i++)
    status = write_stage(job, i, true, rainy, path, error);
  return status;
}

static int compare(rescan_job *job, const rescan_image *rainy, const rescan_photo *photo,
                   rescan_error *error) {
  rescan_image derained;
  int status = rescan_cleaner_result(&job->cleaner, job->cleaner.stages, rainy, &derained, error);
  if (status != RESCAN_OK) return rescan_fail_in(error, photo->input);
  status = rescan_comparison_add(&job->comparison, job->console, rescan_base_name(photo->input),
                                 rainy, &derained, photo->clean, error);
  rescan_image_free(&derained);
  return status;
}

/// Refuses an output whose format is unknown before the work rather than after it.
static int check_output(const char *path, const rescan_image *rainy, rescan_error *error) {
  if (rescan_image_format_of_path(path, rainy->format) != RESCAN_NO_FORMAT) return RESCAN_OK;
  if (rescan_path_has_suffix(path, ".y4m"))
    return rescan_fail(error, RESCAN_UNSUPPORTED, path,
                       "a photo cannot be written as y4m video; write a .png or .jpg");
  return rescan_fail(error, RESCAN_USAGE, path,
                     "the suffix names no supported format; use .png, .jpg or .jpeg");
}

static int check_outputs(const rescan_photo *photo, const rescan_image *rainy,
                         rescan_error *error) {
  int status = photo->output ? check_output(photo->output, rainy, error) : RESCAN_OK;
  if (status != RESCAN_OK || !photo->strip) return status;
  return check_output(photo->strip, rainy, error);
}

static int process(rescan_job *job, const rescan_image *rainy, const rescan_photo *photo,
                   rescan_error *error) {
  int status = check_outputs(photo, rainy, error);
  if (status != RESCAN_OK) return status;
  bool all_stages = job->options->all_stages || photo->strip;
  status = rescan_cleaner_fill(&job->cleaner, rainy, error);
  if (status == RESCAN_OK) status = rescan_cleaner_run(&job->cleaner, all_stages, error);
  if (status != RESCAN_OK) return rescan_fail_in(error, photo->input);
  if (photo->output) status = write_results(job, rainy, photo->output, error);
  if (status == RESCAN_OK && photo->strip) status = rescan_write_strip(job, rainy, photo, error);
  if (status == RESCAN_OK && photo->clean) status = compare(job, rainy, photo, error);
  return status;
}

int rescan_clean_photo(rescan_job *job, const rescan_photo *photo, rescan_error *error) {
  rescan_image rainy;
  int status = photo->source ? rescan_image_read(photo->source, &rainy, error)
                             : rescan_image_load(photo->input, &rainy, error);
  if (status != RESCAN_OK) return status;
  status = process(job, &rainy, photo, error);
  rescan_image_free(&rainy);
  return status;
}

/// `path`, or the file named like `input` in it where it is a folder; the caller frees it.
static char *resolve(const char *path, const char *input) {
  return rescan_path_is_directory(path) ? rescan_path_join(path, rescan_base_name(input))
                                        : strdup(path);
}

static int check_names(const rescan_options *options, rescan_error *error) {
  if (strcmp(options->input, "-") != 0) return RESCAN_OK;
  const char *folder = options->output && rescan_path_is_directory(options->output)
                           ? options->output
                       : options->clean && rescan_path_is_directory(options->clean)
                           ? options->clean
                       : options->strip && rescan_path_is_directory(options->strip)
                           ? options->strip
                           : NULL;
  if (!folder) return RESCAN_OK;
  return rescan_fail(error, RESCAN_USAGE, folder,
                     "is a folder, and standard input has no name to use in it; name a file");
}

/// Refuses what only photos can have, and other outputs than videos.
static int check_video(const rescan_options *options, const char *output, rescan_error *error) {
  const char *option = options->clean        ? "--compare"
                       : options->strip      ? "--side-by-side"
                       : options->all_stages ? "--all-stages"
                                             : NULL;
  if (option)
    return rescan_fail(error, RESCAN_UNSUPPORTED, options->input,
                       "%s is not supported for video; leave it out", option);
  if (rescan_path_has_suffix(output, ".y4m") || rescan_path_is_special(output)) return RESCAN_OK;
  return rescan_fail(error, RESCAN_USAGE, output,
                     "the suffix is not that of a video, which INPUT is; use .y4m");
}

/// Cleans what the source of a photo turns out to be.
static int clean_source(rescan_job *job, const rescan_photo *photo, rescan_error *error) {
  bool video;
  int status = rescan_source_is_video(photo->source, &video, error);
  if (status == RESCAN_OK && video) {
    status = check_video(job->options, photo->output, error);
    return status == RESCAN_OK ? rescan_clean_video(job, photo->source, photo->output, error)
                               : status;
  }
  if (status != RESCAN_OK) return status;
  rescan_console_begin(job->console, 1);
  status = rescan_clean_photo(job, photo, error);
  rescan_console_end(job->console);
  return status;
}

int rescan_clean_file(rescan_job *job, rescan_error *error) {
  const rescan_options *options = job->options;
  int status = check_names(options, error);
  rescan_source source;
  if (status == RESCAN_OK) status = rescan_source_open(&source, options->input, error);
  if (status != RESCAN_OK) return status;
  char *output = options->output ? resolve(options->output, options->input) : NULL;
  char *clean = options->clean ? resolve(options->clean, options->input) : NULL;
  char *strip = options->strip ? resolve(options->strip, options->input) : NULL;
  rescan_photo photo = {options->input, &source, output, clean, strip};
  if ((options->output && !output) || (options->clean && !clean) || (options->strip && !strip))
    status = rescan_fail(error, RESCAN_FAILED, options->input, "no memory for names");
  else
    status = clean_source(job, &photo, error);
  free(output);
  free(clean);
  free(strip);
  rescan_source_close(&source);
  return status;
}
