#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "job.h"
#include "paths.h"

/// Names of photos in a folder. Starts as all zeros.
typedef struct name_list {
  char **names;
  size_t count, capacity;
} name_list;

static void free_names(name_list *list) {
  for (size_t i = 0; i < list->count; i++) free(list->names[i]);
  free(list->names);
}

static bool append_name(name_list *list, const char *name) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? list->capacity * 2 : 64;
    char **names = realloc(list->names, capacity * sizeof *names);
    if (!names) return false;
    list->names = names;
    list->capacity = capacity;
  }
  list->names[list->count] = strdup(name);
  return list->names[list->count++] != NULL;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/// Whether a name belongs to a photo: by its suffix, hidden files and folders left out.
static bool is_photo(const char *folder, const char *name) {
  if (name[0] == '.' || rescan_path_format(name) == 0) return false;
  char *path = rescan_path_join(folder, name);
  bool directory = path && rescan_path_is_directory(path);
  free(path);
  return !directory;
}

/// Lists the photos in a folder in the order of their names.
static int list_photos(const char *folder, name_list *list, rescan_error *error) {
  DIR *directory = opendir(folder);
  if (!directory)
    return rescan_fail(error, RESCAN_FAILED, folder, "cannot be opened: %s", strerror(errno));
  bool complete = true;
  for (struct dirent *entry; complete && (entry = readdir(directory));)
    if (is_photo(folder, entry->d_name)) complete = append_name(list, entry->d_name);
  closedir(directory);
  if (!complete) return rescan_fail(error, RESCAN_FAILED, folder, "no memory for its file names");
  if (list->count == 0)
    return rescan_fail(error, RESCAN_FAILED, folder,
                       "no photos in this folder; names end in .png, .jpg or .jpeg");
  qsort(list->names, list->count, sizeof *list->names, by_name);
  return RESCAN_OK;
}

/// Creates a folder for results; `what` names it in messages.
static int prepare_folder(const char *output, const char *what, rescan_error *error) {
  if (strcmp(output, "-") == 0)
    return rescan_fail(error, RESCAN_USAGE, NULL,
                       "a folder cannot go to standard output; name a folder as %s", what);
  if (rescan_path_is_directory(output) || mkdir(output, 0777) == 0) return RESCAN_OK;
  if (errno == EEXIST)
    return rescan_fail(error, RESCAN_USAGE, output,
                       "is a file, but INPUT is a folder; name a folder as %s", what);
  return rescan_fail(error, RESCAN_FAILED, output, "cannot be created: %s", strerror(errno));
}

static int check_folders(const rescan_options *options, rescan_error *error) {
  if (options->clean && !rescan_path_is_directory(options->clean))
    return rescan_fail(error, RESCAN_USAGE, options->clean,
                       "is no folder, but INPUT is one; compare with a folder");
  int status = options->output ? prepare_folder(options->output, "OUTPUT", error) : RESCAN_OK;
  if (status != RESCAN_OK || !options->strip) return status;
  return prepare_folder(options->strip, "the one of --side-by-side", error);
}

/// Cleans the photo of that name from folder to folder.
static int clean_named(rescan_job *job, const char *name, rescan_error *error) {
  const rescan_options *options = job->options;
  char *input = rescan_path_join(options->input, name);
  char *output = options->output ? rescan_path_join(options->output, name) : NULL;
  char *clean = options->clean ? rescan_path_join(options->clean, name) : NULL;
  char *strip = options->strip ? rescan_path_join(options->strip, name) : NULL;
  int status;
  if (input && (output || !options->output) && (clean || !options->clean) &&
      (strip || !options->strip)) {
    rescan_photo photo = {
        .input = input, .output = output, .clean = clean, .strip = strip};
    status = rescan_clean_photo(job, &photo, error);
  } else {
    status = rescan_fail(error, RESCAN_FAILED, name, "no memory for names");
  }
  free(input);
  free(output);
  free(clean);
  free(strip);
  return status;
}

static int clean_all(rescan_job *job, const name_list *list, rescan_error *error) {
  size_t failures = 0;
  rescan_console_begin(job->console, (int64_t)list->count);
  for (size_t i = 0; i < list->count; i++) {
    if (clean_named(job, list->names[i], error) != RESCAN_OK) {
      rescan_console_fail(job->console, error);
      failures++;
    }
    rescan_console_advance(job->console);
  }
  rescan_console_end(job->console);
  rescan_comparison_finish(&job->comparison, job->console);
  if (failures == 0) return RESCAN_OK;
  return rescan_fail(error, RESCAN_FAILED, job->options->input,
                     "%zu of %zu photos failed; see the messages above", failures, list->count);
}

int rescan_clean_folder(rescan_job *job, rescan_error *error) {
  name_list list = {0};
  int status = list_photos(job->options->input, &list, error);
  if (status == RESCAN_OK) status = check_folders(job->options, error);
  if (status == RESCAN_OK) status = clean_all(job, &list, error);
  free_names(&list);
  return status;
}
