#include "bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Makes room for `more` bytes behind those in use.
static bool reserve(rescan_bytes *bytes, size_t more) {
  size_t needed;
  if (__builtin_add_overflow(bytes->size, more, &needed)) return false;
  if (needed <= bytes->capacity) return true;
  size_t capacity = bytes->capacity < 4096 ? 4096 : bytes->capacity + bytes->capacity / 2;
  if (capacity < needed) capacity = needed;
  uint8_t *data = realloc(bytes->data, capacity);
  if (!data) return false;
  bytes->data = data;
  bytes->capacity = capacity;
  return true;
}

bool rescan_bytes_append(rescan_bytes *bytes, const void *data, size_t size) {
  if (!reserve(bytes, size)) return false;
  if (size > 0) memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
  return true;
}

int rescan_bytes_read(rescan_bytes *bytes, int descriptor, size_t limit) {
  while (bytes->size < limit) {
    size_t chunk = limit - bytes->size < 65536 ? limit - bytes->size : 65536;
    if (!reserve(bytes, chunk)) return ENOMEM;
    ssize_t got = read(descriptor, bytes->data + bytes->size, chunk);
    if (got == 0) return 0;
    if (got > 0) bytes->size += (size_t)got;
    if (got < 0 && errno != EINTR) return errno;
  }
  return 0;
}

void rescan_bytes_free(rescan_bytes *bytes) {
  free(bytes->data);
  *bytes = (rescan_bytes){0};
}
