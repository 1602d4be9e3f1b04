#include "cpu_features.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)

#include <cpuid.h>

// The compiler's builtins ask the processor what it has and the system what it saves.
#define FEATURE(kernel, builtin) \
  if (strcmp(name, kernel) == 0) return __builtin_cpu_supports(builtin) != 0

bool rescan_cpu_feature(const char *name) {
  __builtin_cpu_init();
  FEATURE("ssse3", "ssse3");
  FEATURE("sse4_1", "sse4.1");
  FEATURE("sse4_2", "sse4.2");
  FEATURE("popcnt", "popcnt");
  FEATURE("avx", "avx");
  FEATURE("avx2", "avx2");
  FEATURE("fma", "fma");
  FEATURE("bmi1", "bmi");
  FEATURE("bmi2", "bmi2");
  FEATURE("avx512f", "avx512f");
  FEATURE("avx512bw", "avx512bw");
  FEATURE("avx512dq", "avx512dq");
  FEATURE("avx512vl", "avx512vl");
  FEATURE("avx512_bf16", "avx512bf16");
  return false;
}

// Intel's processors with AMX take two cycles for an AVX-512 product of bf16 pairs, in which they
// do four products of float32. Hypervisors hide AMX; avx512fp16 came with it.
bool rescan_cpu_shuns(const char *name) {
  __builtin_cpu_init();
  if (strcmp(name, "avx512_bf16") != 0 || !__builtin_cpu_is("intel")) return false;
  const unsigned avx512fp16 = 1U << 23;
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & avx512fp16);
}

#elif defined(__aarch64__) || defined(__arm__) || defined(__riscv)

#include <sys/auxv.h>

/// Bits of what the kernel tells every program of the processor.
static const struct {
  const char *name;
  unsigned long bit;
} known[] = {
#if defined(__aarch64__)
    {"asimd", 1UL << 1},
#elif defined(__arm__)
    {"neon", 1UL << 12}, {"vfpv4", 1UL << 16},
#else
    {"v", 1UL << ('v' - 'a')},
#endif
};

bool rescan_cpu_feature(const char *name) {
  unsigned long bits = getauxval(AT_HWCAP);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].name, name) == 0) return (bits & known[i].bit) != 0;
  return false;
}

#else

bool rescan_cpu_feature(const char *name) {
  (void)name;
  return false;
}

#endif

#if !defined(__x86_64__)

bool rescan_cpu_shuns(const char *name) {
  (void)name;
  return false;
}

#endif
