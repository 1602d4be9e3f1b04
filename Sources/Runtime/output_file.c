#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "error.h"
#include "paths.h"
#include "thread.h"

/// Returns 0 or the number of the system's error.
static int write_all(int descriptor, const uint8_t *data, size_t size) {
  while (size > 0) {
    ssize_t written = write(descriptor, data, size);
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) {
      data += written;
      size -= (size_t)written;
    }
  }
  return 0;
}

static int write_failure(const char *path, int failure, rescan_error *error) {
  const char *file = strcmp(path, "-") == 0 ? "standard output" : path;
  return rescan_fail(error, RESCAN_FAILED, file, "cannot be written: %s", strerror(failure));
}

static int write_straight(const char *path, const uint8_t *data, size_t size, rescan_error *error) {
  bool standard = strcmp(path, "-") == 0;
  int descriptor = standard ? STDOUT_FILENO : open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return write_failure(path, errno, error);
  int failure = write_all(descriptor, data, size);
  if (!standard && close(descriptor) != 0 && failure == 0) failure = errno;
  return failure == 0 ? RESCAN_OK : write_failure(path, failure, error);
}

/// A file that exists under a name of its own until it gets the wanted one.
typedef struct temporary_file {
  char path[PATH_MAX];
  int descriptor, ticket;
} temporary_file;

/// Creates the file beside `path`, with the permissions that a new file gets.
static int create_temporary(temporary_file *file, const char *path) {
  int folder = (int)(rescan_base_name(path) - path);
  for (int attempt = 0; attempt < 100; attempt++) {
    unsigned long long unique = (unsigned long long)rescan_nanoseconds() ^ (uintptr_t)file;
    int length = snprintf(file->path, sizeof file->path, "%.*s.rescan-%d-%llx", folder, path,
                          (int)getpid(), unique);
    if (length >= (int)sizeof file->path) return ENAMETOOLONG;
    file->ticket = rescan_cleanup_remember(file->path);
    file->descriptor = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->descriptor >= 0) return 0;
    rescan_cleanup_forget(file->ticket);
    if (errno != EEXIST) return errno;
  }
  return EEXIST;
}

/// Writes, closes and renames; removes the file where one of these fails.
static int finish_temporary(temporary_file *file, const char *path, const uint8_t *data,
                            size_t size) {
  struct stat existing;
  int failure = write_all(file->descriptor, data, size);
  if (failure == 0 && stat(path, &existing) == 0 &&
      fchmod(file->descriptor, existing.st_mode & 0777) != 0)
    failure = errno;
  if (close(file->descriptor) != 0 && failure == 0) failure = errno;
  if (failure == 0 && rename(file->path, path) != 0) failure = errno;
  if (failure != 0) unlink(file->path);
  rescan_cleanup_forget(file->ticket);
  return failure;
}

int rescan_write_file(const char *path, const uint8_t *data, size_t size, rescan_error *error) {
  if (rescan_path_is_special(path)) return write_straight(path, data, size, error);
  // Renaming over a link would replace the link and leave what it points to behind.
  char *resolved = realpath(path, NULL);
  const char *target = resolved ? resolved : path;
  temporary_file file;
  // Renaming would not ask for permission to change the file itself.
  int failure = resolved && access(resolved, W_OK) != 0 ? errno : 0;
  if (failure == 0)
    failure = rescan_path_is_directory(target) ? EISDIR : create_temporary(&file, target);
  if (failure == 0) failure = finish_temporary(&file, target, data, size);
  free(resolved);
  return failure == 0 ? RESCAN_OK : write_failure(path, failure, error);
}
