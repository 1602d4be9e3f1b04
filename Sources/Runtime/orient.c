#include <stdlib.h>
#include <string.h>

#include "codec.h"

/// How the upright image walks through the stored one: where its first pixel lies, and the
/// steps for a pixel to the right and for a row down. In pixels.
typedef struct walk {
  int64_t start, right, down;
} walk;

static walk walk_for(int orientation, int64_t w, int64_t h) {
  switch (orientation) {
    case 2: return (walk){w - 1, -1, w};
    case 3: return (walk){w * h - 1, -1, -w};
    case 4: return (walk){(h - 1) * w, 1, -w};
    case 5: return (walk){0, w, 1};
    case 6: return (walk){(h - 1) * w, -w, 1};
    case 7: return (walk){w * h - 1, -w, -1};
    case 8: return (walk){w - 1, w, -1};
    default: return (walk){0, 1, w};
  }
}

static void copy_pixels(const rescan_image *from, rescan_image *to, walk walk) {
  size_t pixel = (size_t)(from->channels * (from->depth / 8));
  uint8_t *target = to->samples;
  for (int64_t y = 0; y < to->height; y++)
    for (int64_t x = 0; x < to->width; x++, target += pixel) {
      int64_t source = walk.start + x * walk.right + y * walk.down;
      memcpy(target, from->samples + (size_t)source * pixel, pixel);
    }
}

int rescan_image_orient(rescan_image *image, int orientation, const char *file,
                        rescan_error *error) {
  if (orientation <= 1 || orientation > 8) return RESCAN_OK;
  bool swaps = orientation >= 5;
  rescan_image upright = *image;
  upright.width = swaps ? image->height : image->width;
  upright.height = swaps ? image->width : image->height;
  upright.samples = NULL;
  upright.metadata = NULL;
  int status = rescan_image_allocate(&upright, file, error);
  if (status != RESCAN_OK) return status;
  copy_pixels(image, &upright, walk_for(orientation, image->width, image->height));
  free(upright.metadata);
  upright.metadata = image->metadata;
  rescan_density *density = &upright.metadata->density;
  if (swaps) {
    uint32_t x = density->x;
    density->x = density->y;
    density->y = x;
  }
  free(image->samples);
  *image = upright;
  return RESCAN_OK;
}
