#include "yuv.h"

#include <string.h>

#include "include/rescan_image.h"

rescan_yuv rescan_yuv_make(const rescan_y4m *format, enum rescan_matrix matrix,
                           int32_t channel_order) {
  bool large = format->width >= 1280 || format->height > 576;
  bool high = matrix == rescan_matrix_by_size ? large : matrix == rescan_matrix_709;
  float steps = (float)(1 << (format->depth - 8)), most = (float)((1 << format->depth) - 1);
  bool full = format->full_range, bgr = channel_order == RESCAN_BGR;
  return (rescan_yuv){
      .format = *format,
      .red = high ? 0.2126f : 0.299f,
      .green = high ? 0.7152f : 0.587f,
      .blue = high ? 0.0722f : 0.114f,
      .black = full ? 0 : 16 * steps,
      .white_steps = full ? most : 219 * steps,
      .gray = 128 * steps,
      .chroma_steps = full ? most : 224 * steps,
      .red_plane = bgr ? 2 : 0,
      .green_plane = 1,
      .blue_plane = bgr ? 0 : 2,
  };
}

/// A plane of samples in a frame.
typedef struct sample_plane {
  uint8_t *samples;
  int64_t width, height;
  bool wide;
} sample_plane;

/// Plane 0 is luma, 1 is Cb, 2 is Cr.
static sample_plane plane_of(const rescan_yuv *yuv, const uint8_t *frame, int plane) {
  const rescan_y4m *format = &yuv->format;
  bool wide = format->depth > 8;
  int64_t bytes = wide ? 2 : 1, luma = format->width * format->height;
  int64_t width = rescan_y4m_chroma_width(format), height = rescan_y4m_chroma_height(format);
  int64_t offset = plane == 0 ? 0 : luma + (plane - 1) * width * height;
  return (sample_plane){.samples = (uint8_t *)frame + offset * bytes,
                        .width = plane == 0 ? format->width : width,
                        .height = plane == 0 ? format->height : height,
                        .wide = wide};
}

static float sample(const sample_plane *plane, int64_t index) {
  if (!plane->wide) return plane->samples[index];
  return (float)(plane->samples[2 * index] | plane->samples[2 * index + 1] << 8);
}

/// Adds to a sample and rounds to the nearest that there is.
static void add_to_sample(const sample_plane *plane, int64_t index, float change, float most) {
  float value = sample(plane, index) + change;
  uint32_t rounded = (uint32_t)((value > 0 ? (value < most ? value : most) : 0) + 0.5f);
  if (plane->wide) {
    plane->samples[2 * index] = (uint8_t)rounded;
    plane->samples[2 * index + 1] = (uint8_t)(rounded >> 8);
  } else {
    plane->samples[index] = (uint8_t)rounded;
  }
}

static float clamp(float value) {
  // Comparisons with not-a-number are false, which makes it 0.
  return value > 0 ? (value < 1 ? value : 1) : 0;
}

/// Where pixel `at` lies between chroma samples: after sample `first`, by `share` of the way to
/// sample `second`.
typedef struct between {
  int64_t first, second;
  float share;
} between;

static between interpolate(int64_t at, int32_t step, enum rescan_siting siting, int64_t count) {
  if (step == 1) return (between){at, at, 0};
  // In quarters of the distance between two chroma samples.
  int64_t quarters = siting == rescan_siting_middle ? 2 * at - 1 : 2 * at;
  int64_t first = quarters < 0 ? 0 : quarters / 4;
  float share = quarters < 0 ? 0 : (float)(quarters % 4) / 4;
  return (between){first, first + 1 < count ? first + 1 : first, share};
}

/// One row of chroma at every pixel, -0.5 ... 0.5.
static void read_chroma_row(const rescan_yuv *yuv, const sample_plane *plane, int64_t y,
                            float *coarse, float *row) {
  const rescan_y4m *format = &yuv->format;
  between rows = interpolate(y, format->down, format->siting_down, plane->height);
  for (int64_t x = 0; x < plane->width; x++) {
    float above = sample(plane, rows.first * plane->width + x);
    float below = sample(plane, rows.second * plane->width + x);
    coarse[x] = (above + (below - above) * rows.share - yuv->gray) / yuv->chroma_steps;
  }
  for (int64_t x = 0; x < format->width; x++) {
    between columns = interpolate(x, format->across, format->siting_across, plane->width);
    float left = coarse[columns.first], right = coarse[columns.second];
    row[x] = left + (right - left) * columns.share;
  }
}

void rescan_yuv_to_planes(const rescan_yuv *yuv, const uint8_t *frame, float *planes,
                          float *scratch) {
  const rescan_y4m *format = &yuv->format;
  int64_t width = format->width, count = width * format->height;
  sample_plane luma = plane_of(yuv, frame, 0);
  sample_plane chroma[2] = {plane_of(yuv, frame, 1), plane_of(yuv, frame, 2)};
  float *coarse = scratch, *cb = scratch + width, *cr = scratch + 2 * width;
  if (format->mono) memset(cb, 0, (size_t)(2 * width) * sizeof *cb);
  for (int64_t y = 0; y < format->height; y++) {
    if (!format->mono) {
      read_chroma_row(yuv, &chroma[0], y, coarse, cb);
      read_chroma_row(yuv, &chroma[1], y, coarse, cr);
    }
    float *red = planes + yuv->red_plane * count + y * width;
    float *green = planes + yuv->green_plane * count + y * width;
    float *blue = planes + yuv->blue_plane * count + y * width;
    for (int64_t x = 0; x < width; x++) {
      float gray = (sample(&luma, y * width + x) - yuv->black) / yuv->white_steps;
      float r = gray + 2 * (1 - yuv->red) * cr[x], b = gray + 2 * (1 - yuv->blue) * cb[x];
      red[x] = clamp(r);
      green[x] = clamp((gray - yuv->red * r - yuv->blue * b) / yuv->green);
      blue[x] = clamp(b);
    }
  }
}

/// What a row of pixels changed by, as luma and chroma.
static void read_changes(const rescan_yuv *yuv, const float *before, const float *after, int64_t y,
                         float *luma, float *cb, float *cr) {
  int64_t width = yuv->format.width, count = width * yuv->format.height;
  int64_t red = yuv->red_plane * count + y * width, green = yuv->green_plane * count + y * width,
          blue = yuv->blue_plane * count + y * width;
  for (int64_t x = 0; x < width; x++) {
    float r = clamp(after[red + x]) - before[red + x];
    float g = clamp(after[green + x]) - before[green + x];
    float b = clamp(after[blue + x]) - before[blue + x];
    luma[x] = yuv->red * r + yuv->green * g + yuv->blue * b;
    cb[x] = (b - luma[x]) / (2 * (1 - yuv->blue));
    cr[x] = (r - luma[x]) / (2 * (1 - yuv->red));
  }
}

/// The pixels that share a chroma sample and their weights.
typedef struct footprint {
  int64_t place[3];
  float weight[3];
  int count;
} footprint;

static footprint shared_by(int64_t at, int32_t step, enum rescan_siting siting, int64_t extent) {
  if (step == 1) return (footprint){{at}, {1}, 1};
  int64_t last = extent - 1, place = 2 * at, next = place < last ? place + 1 : last;
  if (siting == rescan_siting_middle) return (footprint){{place, next}, {0.5f, 0.5f}, 2};
  return (footprint){{place > 0 ? place - 1 : 0, place, next}, {0.25f, 0.5f, 0.25f}, 3};
}

static void add_row(float *sum, const float *row, float weight, int64_t count) {
  for (int64_t x = 0; x < count; x++) sum[x] += weight * row[x];
}

/// Adds a row of changes, one for every pixel, to the chroma samples of row `y`.
static void write_chroma_row(const rescan_yuv *yuv, const sample_plane *plane, int64_t y,
                             const float *changes) {
  const rescan_y4m *format = &yuv->format;
  float most = (float)((1 << format->depth) - 1);
  for (int64_t x = 0; x < plane->width; x++) {
    footprint columns = shared_by(x, format->across, format->siting_across, format->width);
    float change = 0;
    for (int i = 0; i < columns.count; i++)
      change += columns.weight[i] * changes[columns.place[i]];
    add_to_sample(plane, y * plane->width + x, change * yuv->chroma_steps, most);
  }
}

static void apply_chroma(const rescan_yuv *yuv, const float *before, const float *after,
                         uint8_t *frame, float *scratch) {
  const rescan_y4m *format = &yuv->format;
  int64_t width = format->width;
  float *luma = scratch, *cb = scratch + width, *cr = scratch + 2 * width,
        *sums = scratch + 3 * width;
  sample_plane planes[2] = {plane_of(yuv, frame, 1), plane_of(yuv, frame, 2)};
  for (int64_t y = 0; y < planes[0].height; y++) {
    footprint rows = shared_by(y, format->down, format->siting_down, format->height);
    memset(sums, 0, (size_t)(2 * width) * sizeof *sums);
    for (int i = 0; i < rows.count; i++) {
      read_changes(yuv, before, after, rows.place[i], luma, cb, cr);
      add_row(sums, cb, rows.weight[i], width);
      add_row(sums + width, cr, rows.weight[i], width);
    }
    write_chroma_row(yuv, &planes[0], y, sums);
    write_chroma_row(yuv, &planes[1], y, sums + width);
  }
}

void rescan_yuv_apply(const rescan_yuv *yuv, const float *before, const float *after,
                      uint8_t *frame, float *scratch) {
  const rescan_y4m *format = &yuv->format;
  int64_t width = format->width;
  float most = (float)((1 << format->depth) - 1);
  sample_plane luma = plane_of(yuv, frame, 0);
  for (int64_t y = 0; y < format->height; y++) {
    read_changes(yuv, before, after, y, scratch, scratch + width, scratch + 2 * width);
    for (int64_t x = 0; x < width; x++)
      add_to_sample(&luma, y * width + x, scratch[x] * yuv->white_steps, most);
  }
  if (!format->mono) apply_chroma(yuv, before, after, frame, scratch);
}
