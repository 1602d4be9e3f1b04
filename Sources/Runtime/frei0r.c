#include "frei0r.h"

#include <stdlib.h>
#include <string.h>

/// Numbers of the interface.
enum { plugin_is_filter = 0, model_rgba8888 = 1, interface_version = 1 };

struct rescan_frei0r {
  rescan_library *library;
  int64_t width, height;
};

int rescan_frei0r_init(void) { return 1; }

void rescan_frei0r_deinit(void) {}

void rescan_frei0r_describe(const char *name, const char *explanation, rescan_frei0r_info *info) {
  *info = (rescan_frei0r_info){.name = name,
                               .author = "rescanc",
                               .plugin_type = plugin_is_filter,
                               .colour_model = model_rgba8888,
                               .frei0r_version = interface_version,
                               .major_version = 1,
                               .explanation = explanation};
}

void rescan_frei0r_describe_parameter(void *info, int index) {
  (void)info;
  (void)index;
}

void rescan_frei0r_set_parameter(rescan_frei0r *instance, void *value, int index) {
  (void)instance;
  (void)value;
  (void)index;
}

void rescan_frei0r_get_parameter(rescan_frei0r *instance, void *value, int index) {
  (void)instance;
  (void)value;
  (void)index;
}

rescan_frei0r *rescan_frei0r_construct(const rescan_program *program, unsigned int width,
                                       unsigned int height) {
  rescan_frei0r *instance = calloc(1, sizeof *instance);
  rescan_library *library = instance ? rescan_library_create(program, 0, NULL) : NULL;
  if (!library) {
    free(instance);
    return NULL;
  }
  *instance = (rescan_frei0r){library, width, height};
  return instance;
}

static rescan_pixels rgba(const rescan_frei0r *instance, const uint32_t *frame) {
  uint8_t *bytes = (uint8_t *)frame;
  return (rescan_pixels){.width = instance->width,
                         .height = instance->height,
                         .type = RESCAN_U8,
                         .red = bytes,
                         .green = bytes + 1,
                         .blue = bytes + 2,
                         .pixel_stride = 4,
                         .row_stride = 4 * instance->width};
}

void rescan_frei0r_update(rescan_frei0r *instance, double time, const uint32_t *input,
                          uint32_t *output) {
  (void)time;
  if (input != output)
    memcpy(output, input, (size_t)(instance->width * instance->height) * sizeof *input);
  rescan_pixels from = rgba(instance, input), to = rgba(instance, output);
  rescan_library_run(instance->library, &from, &to, NULL);
}

void rescan_frei0r_destruct(rescan_frei0r *instance) {
  rescan_library_destroy(instance->library);
  free(instance);
}
