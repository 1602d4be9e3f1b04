#include "frame_reader.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

static int read_failure(const rescan_frame_reader *reader, int failure, rescan_error *error) {
  return rescan_fail(error, RESCAN_FAILED, reader->source->file, "cannot be read: %s",
                     strerror(failure));
}

/// Waits until there is something to read; 0, or an error number. Not every system that has no
/// threads can wait for a file, so that a reader that nobody stops leaves it to `read`.
static int wait_for_data(const rescan_frame_reader *reader) {
  if (reader->stop == rescan_never_stops) return 0;
  struct pollfd events[2] = {{.fd = reader->source->descriptor, .events = POLLIN},
                             {.fd = reader->stop, .events = POLLIN}};
  if (poll(events, 2, -1) < 0 && errno != EINTR) return errno;
  return events[1].revents ? ECANCELED : 0;
}

/// Reads what there is, at least a byte unless the file ends.
static int read_some(rescan_frame_reader *reader, uint8_t *data, size_t size, size_t *got,
                     rescan_error *error) {
  for (;;) {
    int failure = wait_for_data(reader);
    if (failure != 0) return read_failure(reader, failure, error);
    ssize_t count = read(reader->source->descriptor, data, size);
    if (count < 0 && errno != EINTR && errno != EAGAIN) return read_failure(reader, errno, error);
    if (count < 0) continue;
    *got = (size_t)count;
    return RESCAN_OK;
  }
}

/// Reads `size` bytes, fewer only where the file ends.
static int read_bytes(rescan_frame_reader *reader, uint8_t *data, size_t size, size_t *got,
                      rescan_error *error) {
  *got = reader->filled - reader->used < size ? reader->filled - reader->used : size;
  memcpy(data, reader->ahead + reader->used, *got);
  reader->used += *got;
  while (*got < size) {
    size_t more;
    int status = read_some(reader, data + *got, size - *got, &more, error);
    if (status != RESCAN_OK) return status;
    if (more == 0) break;
    *got += more;
  }
  return RESCAN_OK;
}

/// Reads up to a newline into `line` of `capacity` bytes, without it; `length` is -1 where the
/// line is longer or does not end, unless there is nothing at all.
static int read_line(rescan_frame_reader *reader, char *line, size_t capacity, int64_t *length,
                     rescan_error *error) {
  for (size_t i = 0; i < capacity; i++) {
    if (reader->used == reader->filled) {
      reader->used = reader->filled = 0;
      int status =
          read_some(reader, reader->ahead, sizeof reader->ahead, &reader->filled, error);
      if (status != RESCAN_OK) return status;
      if (reader->filled == 0) {
        *length = i == 0 ? 0 : -1;
        line[0] = 0;
        return RESCAN_OK;
      }
    }
    char next = (char)reader->ahead[reader->used++];
    line[i] = next == '\n' ? 0 : next;
    *length = (int64_t)i;
    if (next == '\n') return RESCAN_OK;
  }
  *length = -1;
  return RESCAN_OK;
}

int rescan_frame_reader_open(rescan_frame_reader *reader, rescan_source *source,
                             rescan_error *error) {
  reader->source = source;
  reader->stop = rescan_never_stops;
  reader->frames = 0;
  reader->used = 0;
  reader->filled = source->start.size;
  memcpy(reader->ahead, source->start.data, source->start.size);
  int64_t length;
  int status = read_line(reader, reader->header, sizeof reader->header, &length, error);
  if (status != RESCAN_OK) return status;
  if (length < 0 || strlen(reader->header) != (size_t)length)
    return rescan_fail(error, RESCAN_CORRUPT, source->file,
                       "damaged video: its first line does not end within %d bytes",
                       rescan_y4m_header_limit);
  return rescan_y4m_parse(reader->header, source->file, &reader->format, error);
}

/// What becomes of the frames before a damaged one.
static const char *fate(const rescan_frame_reader *reader) {
  return reader->frames > 0 ? "; the frames before it are kept" : "; make it anew";
}

static int check_frame_line(const rescan_frame_reader *reader, const char *line, int64_t length,
                            rescan_error *error) {
  bool begins = length >= 5 && strlen(line) == (size_t)length && memcmp(line, "FRAME", 5) == 0 &&
                (line[5] == 0 || line[5] == ' ');
  if (begins) return RESCAN_OK;
  return rescan_fail(error, RESCAN_CORRUPT, reader->source->file,
                     "damaged video: frame %lld does not begin with FRAME%s",
                     (long long)reader->frames + 1, fate(reader));
}

static int cut_off(const rescan_frame_reader *reader, int64_t got, rescan_error *error) {
  return rescan_fail(error, RESCAN_CORRUPT, reader->source->file,
                     "damaged video: frame %lld ends after %lld of %lld bytes%s",
                     (long long)reader->frames + 1, (long long)got,
                     (long long)rescan_y4m_frame_bytes(&reader->format), fate(reader));
}

int rescan_frame_reader_check(const rescan_frame_reader *reader, rescan_error *error) {
  struct stat info;
  char line[rescan_y4m_frame_limit];
  int descriptor = reader->source->descriptor;
  off_t here = lseek(descriptor, 0, SEEK_CUR);
  if (here < 0 || fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) return RESCAN_OK;
  here -= (off_t)(reader->filled - reader->used);
  ssize_t got = pread(descriptor, line, sizeof line, here);
  if (got < 0) return read_failure(reader, errno, error);
  if (got == 0) return RESCAN_OK;
  char *end = memchr(line, '\n', (size_t)got);
  if (end) *end = 0;
  int64_t length = end ? end - line : -1, left = info.st_size - here - length - 1;
  int status = check_frame_line(reader, line, length, error);
  if (status != RESCAN_OK || left >= rescan_y4m_frame_bytes(&reader->format)) return status;
  return cut_off(reader, left, error);
}

int rescan_frame_reader_next(rescan_frame_reader *reader, rescan_frame_line *line,
                             uint8_t *samples, bool *ended, rescan_error *error) {
  int64_t length;
  int status = read_line(reader, line->text, sizeof line->text, &length, error);
  *ended = false;
  if (status != RESCAN_OK) return status;
  *ended = length == 0 && reader->filled == 0;
  if (*ended) return RESCAN_OK;
  status = check_frame_line(reader, line->text, length, error);
  if (status != RESCAN_OK) return status;
  size_t size = (size_t)rescan_y4m_frame_bytes(&reader->format), got;
  status = read_bytes(reader, samples, size, &got, error);
  if (status == RESCAN_OK && got < size) status = cut_off(reader, (int64_t)got, error);
  if (status == RESCAN_OK) reader->frames++;
  return status;
}

int64_t rescan_frame_reader_expected(const rescan_frame_reader *reader) {
  struct stat info;
  if (fstat(reader->source->descriptor, &info) != 0 || !S_ISREG(info.st_mode)) return 0;
  // Every frame has the word FRAME and a newline before it.
  return info.st_size / (rescan_y4m_frame_bytes(&reader->format) + 6);
}
