/// A program as a video filter by the interface of frei0r 1, https://frei0r.dyne.org.
///
/// The functions that hosts look for, `f0r_init` and so on, are generated: they call these.
#ifndef RESCAN_FREI0R_H
#define RESCAN_FREI0R_H

#include "library.h"

#pragma clang assume_nonnull begin

/// What hosts ask a plug-in for, in the layout of the interface.
typedef struct rescan_frei0r_info {
  const char *name;
  const char *author;
  int plugin_type, colour_model, frei0r_version, major_version, minor_version, parameters;
  const char *explanation;
} rescan_frei0r_info;

typedef struct rescan_frei0r rescan_frei0r;

int rescan_frei0r_init(void);
void rescan_frei0r_deinit(void);
void rescan_frei0r_describe(const char *name, const char *explanation, rescan_frei0r_info *info);

/// The plug-in has no parameters, so these are never called with one.
void rescan_frei0r_describe_parameter(void *info, int index);
void rescan_frei0r_set_parameter(rescan_frei0r *instance, void *value, int index);
void rescan_frei0r_get_parameter(rescan_frei0r *instance, void *value, int index);

/// A filter for frames of a size, with a thread for every core; null where it cannot run here.
rescan_frei0r *_Nullable rescan_frei0r_construct(const rescan_program *program,
                                                 unsigned int width, unsigned int height);

/// Cleans a frame of RGBA bytes; alpha stays. Without memory the frame stays as it is.
void rescan_frei0r_update(rescan_frei0r *instance, double time, const uint32_t *input,
                          uint32_t *output);

void rescan_frei0r_destruct(rescan_frei0r *instance);

#pragma clang assume_nonnull end

#endif
