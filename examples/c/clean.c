/* Takes the rain out of a picture in the simplest of formats, binary PPM.
 *
 * cc clean.c -I. -L. -lderain -o clean
 */
#include <derain.h>
#include <stdio.h>
#include <stdlib.h>

/* Reads "P6 WIDTH HEIGHT 255" and the pixels; returns null where that is not what the file is. */
static unsigned char *read_ppm(const char *path, int *width, int *height) {
  FILE *file = fopen(path, "rb");
  unsigned char *pixels = NULL;
  if (!file) return NULL;
  if (fscanf(file, "P6 %d %d 255%*1c", width, height) == 2 && *width > 0 && *height > 0 &&
      *width <= 65536 && *height <= 65536) {
    size_t row = (size_t)*width * 3, rows = (size_t)*height;
    pixels = malloc(row * rows);
    if (pixels && fread(pixels, row, rows, file) != rows) {
      free(pixels);
      pixels = NULL;
    }
  }
  fclose(file);
  return pixels;
}

static int write_ppm(const char *path, const unsigned char *pixels, int width, int height) {
  FILE *file = fopen(path, "wb");
  if (!file) return 0;
  size_t row = (size_t)width * 3, rows = (size_t)height;
  fprintf(file, "P6\n%d %d\n255\n", width, height);
  int complete = fwrite(pixels, row, rows, file) == rows;
  return fclose(file) == 0 && complete;
}

static int clean(unsigned char *pixels, int width, int height) {
  derain_error error;
  derain_context *context = derain_create(0, &error);
  if (!context) {
    fprintf(stderr, "%s\n", error.message);
    return 0;
  }
  derain_image image = derain_interleaved(pixels, width, height, DERAIN_U8, 3, DERAIN_RGB);
  int status = derain_run(context, &image, &image, &error);
  if (status != DERAIN_OK) fprintf(stderr, "%s\n", error.message);
  derain_destroy(context);
  return status == DERAIN_OK;
}

int main(int argc, char **argv) {
  int width, height;
  if (argc != 3) {
    fprintf(stderr, "usage: clean RAINY.ppm CLEAN.ppm\n\n%s", derain_info());
    return 64;
  }
  unsigned char *pixels = read_ppm(argv[1], &width, &height);
  if (!pixels) {
    fprintf(stderr, "%s: cannot be read as PPM\n", argv[1]);
    return 1;
  }
  int done = clean(pixels, width, height) && write_ppm(argv[2], pixels, width, height);
  free(pixels);
  return done ? 0 : 1;
}
