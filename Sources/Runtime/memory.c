#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "arithmetic.h"

/// The number in a file of one line, or `missing` where there is no such file or it says "max".
static int64_t number_in(const char *path, int64_t missing) {
  FILE *file = fopen(path, "re");
  long long number;
  if (!file) return missing;
  int fields = fscanf(file, "%lld", &number);
  fclose(file);
  return fields == 1 && number >= 0 ? (int64_t)number : missing;
}

static int64_t available_on_machine(void) {
  FILE *file = fopen("/proc/meminfo", "re");
  char line[128];
  long long kilobytes;
  int64_t total = 0;
  if (!file) return INT64_MAX;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "MemAvailable: %lld", &kilobytes) == 1 ||
        sscanf(line, "SwapFree: %lld", &kilobytes) == 1)
      total = rescan_plus(total, rescan_times(kilobytes, 1024));
  fclose(file);
  return total > 0 ? total : INT64_MAX;
}

static int64_t available_in_group(void) {
  int64_t limit = number_in("/sys/fs/cgroup/memory.max", INT64_MAX);
  if (limit == INT64_MAX) return INT64_MAX;
  // Only anonymous memory counts: the page cache is given up under pressure.
  int64_t used = number_in("/sys/fs/cgroup/memory.current", 0);
  FILE *file = fopen("/sys/fs/cgroup/memory.stat", "re");
  char line[128];
  long long bytes;
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "anon %lld", &bytes) == 1) used = bytes;
  if (file) fclose(file);
  return used < limit ? limit - used : 0;
}

int64_t rescan_memory_available(void) {
  int64_t machine = available_on_machine(), group = available_in_group();
  int64_t least = machine < group ? machine : group;
  // A machine may have more than a program of 32 bits can address.
  return least < PTRDIFF_MAX ? least : PTRDIFF_MAX;
}

int64_t rescan_peak_memory(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}
