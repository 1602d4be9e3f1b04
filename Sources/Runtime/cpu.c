#define _GNU_SOURCE
#include "cpu.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/rescan_runtime.h"

int32_t rescan_available_cores(void) {
  // The kernel refuses a mask smaller than its own, whose size it does not tell.
  for (int cores = 1024; cores <= 1 << 20; cores *= 4) {
    cpu_set_t *mask = CPU_ALLOC(cores);
    if (!mask) return 1;
    size_t size = CPU_ALLOC_SIZE(cores);
    int count = sched_getaffinity(0, size, mask) == 0 ? CPU_COUNT_S(size, mask) : 0;
    CPU_FREE(mask);
    if (count > 0) return count;
  }
  return 1;
}

/// Reads the line of features of the first processor; the caller frees it.
static char *feature_line(void) {
  FILE *file = fopen("/proc/cpuinfo", "re");
  char *line = NULL;
  size_t capacity = 0;
  if (!file) return NULL;
  while (getline(&line, &capacity, file) > 0)
    if (strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0) {
      fclose(file);
      return line;
    }
  fclose(file);
  free(line);
  return NULL;
}

static bool contains_word(const char *line, const char *word, size_t length) {
  for (const char *at = line; (at = strstr(at, word)); at += length) {
    char before = at == line ? ' ' : at[-1], after = at[length];
    if ((before == ' ' || before == '\t') && (after == ' ' || after == '\n' || after == 0))
      return true;
  }
  return false;
}

bool rescan_cpu_has(const char *features, char *missing, size_t capacity) {
  char *line = *features ? feature_line() : NULL;
  bool complete = true;
  while (line && complete && *features) {
    size_t length = strcspn(features, ",");
    snprintf(missing, capacity, "%.*s", (int)length, features);
    size_t copied = strlen(missing);
    complete = copied == 0 || contains_word(line, missing, copied);
    features += length + (features[length] == ',');
  }
  free(line);
  return complete;
}
