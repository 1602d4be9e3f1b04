#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { longest_place = 500 };

/// Writes `FILE: ` and returns its length.
static size_t write_place(char *message, size_t capacity, const char *file) {
  size_t length = strlen(file);
  int written = length <= longest_place
                    ? snprintf(message, capacity, "%s: ", file)
                    : snprintf(message, capacity, "...%s: ", file + length - longest_place);
  return written > 0 ? (size_t)written : 0;
}

int rescan_fail(rescan_error *error, int status, const char *file, const char *format, ...) {
  error->status = status;
  error->message[0] = 0;
  size_t used = file ? write_place(error->message, sizeof error->message, file) : 0;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message + used, sizeof error->message - used, format, arguments);
  va_end(arguments);
  return status;
}

int rescan_fail_in(rescan_error *error, const char *file) {
  char reason[sizeof error->message];
  strcpy(reason, error->message);
  return rescan_fail(error, error->status, file, "%s", reason);
}
