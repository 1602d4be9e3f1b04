/// Features of the processor that programs may ask for.
#ifndef RESCAN_CPU_FEATURES_H
#define RESCAN_CPU_FEATURES_H

#include <stdbool.h>

#pragma clang assume_nonnull begin

/// Whether the processor and the system let programs use a feature, named as in /proc/cpuinfo.
/// False for names that are not known.
bool rescan_cpu_feature(const char *name);

/// Whether the processor has a feature, but is faster without it.
bool rescan_cpu_shuns(const char *name);

#pragma clang assume_nonnull end

#endif
