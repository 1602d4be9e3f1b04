#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

enum { window = 7 };

/// Two images seen as the same number of channels with the same range.
typedef struct image_pair {
  const rescan_image *images[2];
  int64_t width, height;
  int channels;
  double range;
} image_pair;

static bool make_pair(const rescan_image *a, const rescan_image *b, image_pair *pair) {
  bool gray = a->channels < 3 && b->channels < 3;
  *pair = (image_pair){.images = {a, b},
                       .width = a->width,
                       .height = a->height,
                       .channels = gray ? 1 : 3,
                       .range = a->depth == 8 && b->depth == 8 ? 255 : 65535};
  return a->width == b->width && a->height == b->height;
}

/// One channel of a row in the range of the pair.
static void read_row(const image_pair *pair, int which, int channel, int64_t y, double *row) {
  const rescan_image *image = pair->images[which];
  int64_t step = image->channels;
  int64_t start = y * pair->width * step + (step >= 3 ? channel : 0);
  double scale = image->depth == 8 && pair->range > 255 ? 257 : 1;
  const uint16_t *words = (const uint16_t *)image->samples;
  for (int64_t x = 0; x < pair->width; x++)
    row[x] = scale * (image->depth == 8 ? image->samples[start + x * step]
                                        : words[start + x * step]);
}

static double squared_difference(const image_pair *pair, double *rows) {
  double *a = rows, *b = rows + pair->width, sum = 0;
  for (int64_t y = 0; y < pair->height; y++)
    for (int channel = 0; channel < pair->channels; channel++) {
      read_row(pair, 0, channel, y, a);
      read_row(pair, 1, channel, y, b);
      for (int64_t x = 0; x < pair->width; x++) sum += (a[x] - b[x]) * (a[x] - b[x]);
    }
  return sum;
}

double rescan_image_psnr(const rescan_image *image, const rescan_image *reference) {
  image_pair pair;
  if (!make_pair(image, reference, &pair)) return NAN;
  double *rows = malloc((size_t)pair.width * 2 * sizeof *rows);
  if (!rows) return NAN;
  double count = (double)pair.width * (double)pair.height * pair.channels;
  double mean = squared_difference(&pair, rows) / count;
  free(rows);
  return mean == 0 ? INFINITY : 10 * log10(pair.range * pair.range / mean);
}

/// Sums over a window: x, y, x², y², xy. Sums of integers, so adding and taking away is exact.
typedef struct moments {
  double x, y, xx, yy, xy;
} moments;

static void add(moments *sums, const moments *other, double sign) {
  sums->x += sign * other->x;
  sums->y += sign * other->y;
  sums->xx += sign * other->xx;
  sums->yy += sign * other->yy;
  sums->xy += sign * other->xy;
}

static double similarity(const moments *sums, double range) {
  const double count = window * window, sample = count / (count - 1);
  const double c1 = 0.01 * range * 0.01 * range, c2 = 0.03 * range * 0.03 * range;
  double mx = sums->x / count, my = sums->y / count;
  double vx = sample * (sums->xx / count - mx * mx), vy = sample * (sums->yy / count - my * my);
  double vxy = sample * (sums->xy / count - mx * my);
  return (2 * mx * my + c1) * (2 * vxy + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2));
}

/// Adds a row to the sums of each column, or takes it away.
static void add_row(const image_pair *pair, int channel, int64_t row, double sign, double *rows,
                    moments *columns) {
  double *a = rows, *b = rows + pair->width;
  read_row(pair, 0, channel, row, a);
  read_row(pair, 1, channel, row, b);
  for (int64_t x = 0; x < pair->width; x++) {
    moments one = {a[x], b[x], a[x] * a[x], b[x] * b[x], a[x] * b[x]};
    add(&columns[x], &one, sign);
  }
}

/// Sum of the similarities of all windows in one row of windows.
static double similarity_of_row(const image_pair *pair, const moments *columns) {
  moments sums = {0};
  double total = 0;
  for (int64_t x = 0; x < pair->width; x++) {
    add(&sums, &columns[x], 1);
    if (x >= window) add(&sums, &columns[x - window], -1);
    if (x >= window - 1) total += similarity(&sums, pair->range);
  }
  return total;
}

static double similarity_of_channel(const image_pair *pair, int channel, double *rows,
                                    moments *columns) {
  double total = 0;
  memset(columns, 0, (size_t)pair->width * sizeof *columns);
  for (int64_t y = 0; y < pair->height; y++) {
    add_row(pair, channel, y, 1, rows, columns);
    if (y >= window) add_row(pair, channel, y - window, -1, rows, columns);
    if (y >= window - 1) total += similarity_of_row(pair, columns);
  }
  return total / ((double)(pair->width - window + 1) * (double)(pair->height - window + 1));
}

double rescan_image_ssim(const rescan_image *image, const rescan_image *reference) {
  image_pair pair;
  if (!make_pair(image, reference, &pair)) return NAN;
  if (pair.width < window || pair.height < window) return NAN;
  double *rows = malloc((size_t)pair.width * 2 * sizeof *rows), total = NAN;
  moments *columns = malloc((size_t)pair.width * sizeof *columns);
  if (rows && columns) {
    total = 0;
    for (int channel = 0; channel < pair.channels; channel++)
      total += similarity_of_channel(&pair, channel, rows, columns) / pair.channels;
  }
  free(rows);
  free(columns);
  return total;
}
