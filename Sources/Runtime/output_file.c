#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "error.h"
#include "paths.h"
#include "thread.h"

static int write_failure(const char *path, int failure, rescan_error *error) {
  const char *file = strcmp(path, "-") == 0 ? "standard output" : path;
  return rescan_fail(error, RESCAN_FAILED, file, "cannot be written: %s", strerror(failure));
}

static int open_straight(rescan_output *output, rescan_error *error) {
  bool standard = strcmp(output->path, "-") == 0;
  output->descriptor = standard ? STDOUT_FILENO : open(output->path, O_WRONLY | O_CLOEXEC);
  return output->descriptor >= 0 ? RESCAN_OK : write_failure(output->path, errno, error);
}

/// Creates the file beside the target, with the permissions that a new file gets. Returns 0 or
/// the number of the system's error.
static int create_temporary(rescan_output *output) {
  int folder = (int)(rescan_base_name(output->target) - output->target);
  for (int attempt = 0; attempt < 100; attempt++) {
    unsigned long long unique = (unsigned long long)rescan_nanoseconds() ^ (uintptr_t)output;
    int length = snprintf(output->temporary, sizeof output->temporary, "%.*s.rescan-%d-%llx",
                          folder, output->target, (int)getpid(), unique);
    if (length >= (int)sizeof output->temporary) return ENAMETOOLONG;
    output->ticket = rescan_cleanup_remember(output->temporary);
    output->descriptor =
        open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->descriptor >= 0) return 0;
    rescan_cleanup_forget(output->ticket);
    if (errno != EEXIST) return errno;
  }
  return EEXIST;
}

int rescan_output_open(rescan_output *output, const char *path, rescan_error *error) {
  *output = (rescan_output){.path = path, .descriptor = -1, .ticket = -1};
  if (rescan_path_is_special(path)) return open_straight(output, error);
  // Renaming over a link would replace the link and leave what it points to behind.
  char *resolved = realpath(path, NULL);
  // Renaming would not ask for permission to change the file itself.
  int failure = resolved && access(resolved, W_OK) != 0 ? errno : 0;
  output->target = resolved ? resolved : strdup(path);
  if (!output->target) failure = ENOMEM;
  if (failure == 0)
    failure = rescan_path_is_directory(output->target) ? EISDIR : create_temporary(output);
  if (failure == 0) return RESCAN_OK;
  free(output->target);
  output->target = NULL;
  return write_failure(path, failure, error);
}

int rescan_output_write(rescan_output *output, const uint8_t *data, size_t size,
                        rescan_error *error) {
  while (size > 0) {
    ssize_t written = write(output->descriptor, data, size);
    if (written < 0 && errno != EINTR) return write_failure(output->path, errno, error);
    if (written > 0) {
      data += written;
      size -= (size_t)written;
    }
  }
  return RESCAN_OK;
}

/// Closes what this module opened. Returns 0 or the number of the system's error.
static int close_descriptor(rescan_output *output) {
  int descriptor = output->descriptor;
  output->descriptor = -1;
  if (descriptor < 0 || (!output->target && strcmp(output->path, "-") == 0)) return 0;
  return close(descriptor) == 0 ? 0 : errno;
}

int rescan_output_finish(rescan_output *output, rescan_error *error) {
  struct stat existing;
  int failure = 0;
  if (output->target && stat(output->target, &existing) == 0 &&
      fchmod(output->descriptor, existing.st_mode & 0777) != 0)
    failure = errno;
  int closing = close_descriptor(output);
  if (failure == 0) failure = closing;
  if (failure == 0 && output->target && rename(output->temporary, output->target) != 0)
    failure = errno;
  if (failure != 0) write_failure(output->path, failure, error);
  // After a renaming there is no file of that name to remove.
  rescan_output_discard(output);
  return failure == 0 ? RESCAN_OK : RESCAN_FAILED;
}

void rescan_output_discard(rescan_output *output) {
  close_descriptor(output);
  if (output->target) {
    unlink(output->temporary);
    rescan_cleanup_forget(output->ticket);
  }
  free(output->target);
  output->target = NULL;
}

int rescan_write_file(const char *path, const uint8_t *data, size_t size, rescan_error *error) {
  rescan_output output;
  int status = rescan_output_open(&output, path, error);
  if (status != RESCAN_OK) return status;
  status = rescan_output_write(&output, data, size, error);
  if (status == RESCAN_OK) return rescan_output_finish(&output, error);
  rescan_output_discard(&output);
  return status;
}
