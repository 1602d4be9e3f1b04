/// Sizes that cannot wrap around: a result that does not fit becomes the largest number, which
/// every limit then refuses.
#ifndef RESCAN_ARITHMETIC_H
#define RESCAN_ARITHMETIC_H

#include <stdint.h>

/// a × b for numbers that are not negative.
static inline int64_t rescan_times(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

/// a + b for numbers that are not negative.
static inline int64_t rescan_plus(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/// Bytes in whole megabytes, rounded up, for messages.
static inline int64_t rescan_megabytes(int64_t bytes) {
  return bytes / 1000000 + (bytes % 1000000 != 0);
}

#endif
