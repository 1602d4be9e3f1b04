#include "comparison.h"

#include <math.h>

#include "error.h"

static rescan_score score(const rescan_image *image, const rescan_image *clean) {
  return (rescan_score){rescan_image_psnr(image, clean), rescan_image_ssim(image, clean)};
}

static void add(rescan_score *sum, rescan_score score) {
  sum->psnr += score.psnr;
  sum->ssim += score.ssim;
}

/// `26.912 dB 0.8301`, or n/a for what is not defined.
static void describe(rescan_score score, char *text, size_t capacity) {
  char ssim[32] = "n/a";
  if (!isnan(score.ssim)) snprintf(ssim, sizeof ssim, "%.4f", score.ssim);
  snprintf(text, capacity, "%.3f dB %s", score.psnr, ssim);
}

static void print(rescan_console *console, const char *name, rescan_score rainy,
                  rescan_score derained) {
  char before[64], after[64];
  describe(rainy, before, sizeof before);
  describe(derained, after, sizeof after);
  rescan_console_print(console, "%s: rainy %s, derained %s\n", name, before, after);
}

int rescan_comparison_add(rescan_comparison *comparison, rescan_console *console, const char *name,
                          const rescan_image *rainy, const rescan_image *derained,
                          const char *clean, rescan_error *error) {
  rescan_image reference;
  int status = rescan_image_load(clean, &reference, error);
  if (status != RESCAN_OK) return status;
  if (reference.width != rainy->width || reference.height != rainy->height) {
    status = rescan_fail(error, RESCAN_FAILED, clean,
                         "%lld x %lld pixels, but the rainy image has %lld x %lld; compare images "
                         "of the same size",
                         (long long)reference.width, (long long)reference.height,
                         (long long)rainy->width, (long long)rainy->height);
  } else {
    rescan_score before = score(rainy, &reference), after = score(derained, &reference);
    print(console, name, before, after);
    add(&comparison->rainy, before);
    add(&comparison->derained, after);
    comparison->images++;
  }
  rescan_image_free(&reference);
  return status;
}

void rescan_comparison_finish(const rescan_comparison *comparison, rescan_console *console) {
  double count = (double)comparison->images;
  if (comparison->images < 2) return;
  rescan_score before = {comparison->rainy.psnr / count, comparison->rainy.ssim / count};
  rescan_score after = {comparison->derained.psnr / count, comparison->derained.ssim / count};
  print(console, "mean", before, after);
}
