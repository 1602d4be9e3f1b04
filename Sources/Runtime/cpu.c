#define _GNU_SOURCE
#include "cpu.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_features.h"
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

/// Copies the first of some names separated by commas; returns the ones behind it.
static const char *next_feature(const char *features, char *name, size_t capacity) {
  size_t length = strcspn(features, ",");
  snprintf(name, capacity, "%.*s", (int)length, features);
  return features + length + (features[length] == ',');
}

bool rescan_cpu_has(const char *features, char *missing, size_t capacity) {
  while (*features) {
    features = next_feature(features, missing, capacity);
    if (*missing && !rescan_cpu_feature(missing)) return false;
  }
  return true;
}

bool rescan_cpu_gains(const char *features) {
  char name[64];
  if (!rescan_cpu_has(features, name, sizeof name)) return false;
  while (*features) {
    features = next_feature(features, name, sizeof name);
    if (rescan_cpu_shuns(name)) return false;
  }
  return true;
}
