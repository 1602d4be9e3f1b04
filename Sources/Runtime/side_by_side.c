#include <stdio.h>

#include "error.h"
#include "job.h"

/// How much stronger the rain is shown than it is.
enum { rain_gain = 4 };

/// The pictures of a strip as far as there are any.
typedef struct picture_list {
  rescan_panel panels[rescan_most_stages + 3];
  rescan_image images[rescan_most_stages + 3];
  char labels[rescan_most_stages + 3][16];
  int32_t count;
} picture_list;

/// Takes over the image in the next place, if that was made.
static int append(picture_list *list, int status, const char *label) {
  if (status != RESCAN_OK) return status;
  int32_t i = list->count++;
  snprintf(list->labels[i], sizeof list->labels[i], "%s", label);
  list->panels[i + 1] = (rescan_panel){list->labels[i], &list->images[i]};
  return RESCAN_OK;
}

static rescan_image *next_place(picture_list *list) { return &list->images[list->count]; }

static int append_stages(rescan_job *job, const rescan_image *rainy, picture_list *list,
                         rescan_error *error) {
  const rescan_cleaner *cleaner = &job->cleaner;
  int status = RESCAN_OK;
  for (int32_t i = 1; status == RESCAN_OK && i <= cleaner->stages; i++) {
    char label[16] = "derained";
    if (i < cleaner->stages) snprintf(label, sizeof label, "stage %d", (int)i);
    status = append(list, rescan_cleaner_result(cleaner, i, rainy, next_place(list), error), label);
  }
  return status;
}

static int fill(rescan_job *job, const rescan_image *rainy, const char *clean, picture_list *list,
                rescan_error *error) {
  list->panels[0] = (rescan_panel){"rainy", rainy};
  int status = append_stages(job, rainy, list, error);
  const rescan_image *derained = &list->images[list->count - 1];
  if (status == RESCAN_OK && clean)
    status = append(list, rescan_image_load(clean, next_place(list), error), "clean");
  if (status == RESCAN_OK)
    status = append(
        list, rescan_image_difference(rainy, derained, rain_gain, next_place(list), error),
        "rain x4");
  return status;
}

int rescan_write_strip(rescan_job *job, const rescan_image *rainy, const rescan_photo *photo,
                       rescan_error *error) {
  picture_list list;
  list.count = 0;
  rescan_image strip;
  int status = fill(job, rainy, photo->clean, &list, error);
  if (status == RESCAN_OK) {
    status = rescan_image_strip(list.panels, list.count + 1, &strip, error);
    if (status == RESCAN_OK) {
      status = rescan_image_save(&strip, photo->strip, RESCAN_NO_FORMAT, error);
      rescan_image_free(&strip);
    } else {
      rescan_fail_in(error, photo->strip);
    }
  }
  for (int32_t i = 0; i < list.count; i++) rescan_image_free(&list.images[i]);
  return status;
}
