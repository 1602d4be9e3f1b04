/// What the processor can do.
#ifndef RESCAN_CPU_H
#define RESCAN_CPU_H

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/// Whether the processor has all of `features`, names as in /proc/cpuinfo separated by commas.
/// If not, the first one that it lacks is copied to `missing`.
bool rescan_cpu_has(const char *features, char *missing, size_t capacity);

/// Whether it has all of them and none that it is faster without.
bool rescan_cpu_gains(const char *features);

#pragma clang assume_nonnull end

#endif
