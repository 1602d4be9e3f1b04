#include "y4m.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "include/rescan_image.h"

/// A layout of chroma as `C` names it, without the bits per sample.
typedef struct layout {
  const char *name;
  bool mono;
  int32_t across, down;
  enum rescan_siting siting_across, siting_down;
} layout;

// Without a word on siting, 4:2:0 of more than 8 bits comes from codecs that site it as MPEG-2.
static const layout layouts[] = {
    {"420jpeg", false, 2, 2, rescan_siting_middle, rescan_siting_middle},
    {"420mpeg2", false, 2, 2, rescan_siting_first, rescan_siting_middle},
    {"420paldv", false, 2, 2, rescan_siting_first, rescan_siting_first},
    {"420", false, 2, 2, rescan_siting_middle, rescan_siting_middle},
    {"420p", false, 2, 2, rescan_siting_first, rescan_siting_middle},
    {"422", false, 2, 1, rescan_siting_first, rescan_siting_first},
    {"422p", false, 2, 1, rescan_siting_first, rescan_siting_first},
    {"444", false, 1, 1, rescan_siting_first, rescan_siting_first},
    {"444p", false, 1, 1, rescan_siting_first, rescan_siting_first},
    {"mono", true, 1, 1, rescan_siting_first, rescan_siting_first},
};

static const int32_t depths[] = {9, 10, 12, 14, 16};

/// The depth that a suffix of a layout's name gives, 0 where it gives none.
static int32_t depth_of(const char *suffix, size_t length) {
  for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
    char text[3] = {(char)('0' + depths[i] / 10), (char)('0' + depths[i] % 10), 0};
    const char *digits = depths[i] < 10 ? text + 1 : text;
    if (strlen(digits) == length && memcmp(digits, suffix, length) == 0) return depths[i];
  }
  return 0;
}

static void apply_layout(const layout *layout, int32_t depth, rescan_y4m *format) {
  format->mono = layout->mono;
  format->across = layout->across;
  format->down = layout->down;
  format->siting_across = layout->siting_across;
  format->siting_down = layout->siting_down;
  format->depth = depth;
}

/// Whether a layout of that name takes a depth behind it, as `420p10` and `mono10` do.
static bool takes_depth(const layout *layout) {
  return layout->mono || layout->name[strlen(layout->name) - 1] == 'p';
}

static int read_layout(const char *name, size_t length, const char *file, rescan_y4m *format,
                       rescan_error *error) {
  for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
    const layout *layout = &layouts[i];
    size_t stem = strlen(layout->name);
    if (length < stem || memcmp(name, layout->name, stem) != 0) continue;
    int32_t depth = takes_depth(layout) ? depth_of(name + stem, length - stem) : 0;
    if (length == stem && (layout->mono || !takes_depth(layout))) depth = 8;
    if (depth == 0) continue;
    apply_layout(layout, depth, format);
    return RESCAN_OK;
  }
  return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                     "video of the format C%.*s is not supported; convert it to 4:2:0, 4:2:2 or "
                     "4:4:4, as with ffmpeg -pix_fmt yuv420p",
                     (int)(length < 40 ? length : 40), name);
}

static int read_extent(const char *text, size_t length, const char *file, int64_t *extent,
                       rescan_error *error) {
  int64_t value = 0;
  bool digits = length > 0 && *extent == 0;
  for (size_t i = 0; i < length; i++) {
    digits = digits && text[i] >= '0' && text[i] <= '9';
    if (value <= RESCAN_MAX_SIDE) value = value * 10 + (text[i] - '0');
  }
  *extent = value;
  if (digits && value > 0) return RESCAN_OK;
  return rescan_fail(error, RESCAN_CORRUPT, file,
                     "damaged video: its first line gives '%.*s' as a size",
                     (int)(length < 40 ? length : 40), text);
}

static int read_interlacing(const char *text, size_t length, const char *file,
                            rescan_error *error) {
  if (length == 1 && (*text == 'p' || *text == '?')) return RESCAN_OK;
  return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                     "interlaced video (I%.*s) is not supported; deinterlace it first, as with "
                     "ffmpeg -vf bwdif",
                     (int)(length < 40 ? length : 40), text);
}

static bool equals(const char *text, size_t length, const char *word) {
  return strlen(word) == length && memcmp(text, word, length) == 0;
}

/// One parameter of the line, `key` and its value; frame rate, aspect and the X of others say
/// nothing that matters to pixels.
static int read_parameter(char key, const char *value, size_t length, const char *file,
                          rescan_y4m *format, rescan_error *error) {
  switch (key) {
    case 'W': return read_extent(value, length, file, &format->width, error);
    case 'H': return read_extent(value, length, file, &format->height, error);
    case 'C': return read_layout(value, length, file, format, error);
    case 'I': return read_interlacing(value, length, file, error);
    case 'X':
      if (equals(value, length, "COLORRANGE=FULL")) format->full_range = true;
      return RESCAN_OK;
    default: return RESCAN_OK;
  }
}

static int check_size(const rescan_y4m *format, const char *file, rescan_error *error) {
  int64_t w = format->width, h = format->height;
  if (w == 0 || h == 0)
    return rescan_fail(error, RESCAN_CORRUPT, file,
                       "damaged video: its first line does not give the %s",
                       w == 0 ? "width" : "height");
  if (w <= RESCAN_MAX_SIDE && h <= RESCAN_MAX_SIDE && w * h <= RESCAN_MAX_PIXELS)
    return RESCAN_OK;
  return rescan_fail(error, RESCAN_UNSUPPORTED, file,
                     "its frames exceed the limit of %lld pixels on a side and %lld in all; use a "
                     "smaller video",
                     (long long)RESCAN_MAX_SIDE, (long long)RESCAN_MAX_PIXELS);
}

int rescan_y4m_parse(const char *line, const char *file, rescan_y4m *format, rescan_error *error) {
  size_t signature = strlen(RESCAN_Y4M_SIGNATURE);
  *format = (rescan_y4m){0};
  apply_layout(&layouts[0], 8, format);
  if (strncmp(line, RESCAN_Y4M_SIGNATURE, signature) != 0 ||
      (line[signature] && line[signature] != ' '))
    return rescan_fail(error, RESCAN_CORRUPT, file, "this is no YUV4MPEG2 video");
  for (const char *at = line + signature; *at;) {
    at += strspn(at, " ");
    size_t length = strcspn(at, " ");
    if (length == 0) break;
    int status = read_parameter(*at, at + 1, length - 1, file, format, error);
    if (status != RESCAN_OK) return status;
    at += length;
  }
  return check_size(format, file, error);
}

int64_t rescan_y4m_chroma_width(const rescan_y4m *format) {
  return format->mono ? 0 : (format->width + format->across - 1) / format->across;
}

int64_t rescan_y4m_chroma_height(const rescan_y4m *format) {
  return format->mono ? 0 : (format->height + format->down - 1) / format->down;
}

int64_t rescan_y4m_frame_bytes(const rescan_y4m *format) {
  int64_t chroma = rescan_y4m_chroma_width(format) * rescan_y4m_chroma_height(format);
  return (format->width * format->height + 2 * chroma) * (format->depth > 8 ? 2 : 1);
}
