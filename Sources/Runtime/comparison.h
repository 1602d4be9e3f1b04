/// The figures of `--compare`.
#ifndef RESCAN_COMPARISON_H
#define RESCAN_COMPARISON_H

#include "console.h"
#include "include/rescan_image.h"

#pragma clang assume_nonnull begin

typedef struct rescan_score {
  double psnr, ssim;
} rescan_score;

/// Sums over all images so far. Starts as all zeros.
typedef struct rescan_comparison {
  rescan_score rainy, derained;
  int64_t images;
} rescan_comparison;

/// Prints the scores of an image before and after against the clean one in the file `clean`.
int rescan_comparison_add(rescan_comparison *comparison, rescan_console *console, const char *name,
                          const rescan_image *rainy, const rescan_image *derained,
                          const char *clean, rescan_error *error);

/// Prints the mean where there is more than one image.
void rescan_comparison_finish(const rescan_comparison *comparison, rescan_console *console);

#pragma clang assume_nonnull end

#endif
