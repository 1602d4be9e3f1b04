#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "y4m.h"

int rescan_source_open(rescan_source *source, const char *path, rescan_error *error) {
  bool standard = strcmp(path, "-") == 0;
  *source = (rescan_source){.file = standard ? "standard input" : path};
  source->descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (source->descriptor >= 0) return RESCAN_OK;
  return rescan_fail(error, RESCAN_FAILED, source->file, "cannot be opened: %s", strerror(errno));
}

int rescan_source_is_video(rescan_source *source, bool *video, rescan_error *error) {
  size_t length = strlen(RESCAN_Y4M_SIGNATURE);
  int failure = rescan_bytes_read(&source->start, source->descriptor, length);
  if (failure != 0)
    return rescan_fail(error, RESCAN_FAILED, source->file, "cannot be read: %s",
                       strerror(failure));
  *video = source->start.size >= length &&
           memcmp(source->start.data, RESCAN_Y4M_SIGNATURE, length) == 0;
  return RESCAN_OK;
}

void rescan_source_close(rescan_source *source) {
  if (source->descriptor != STDIN_FILENO) close(source->descriptor);
  rescan_bytes_free(&source->start);
}
