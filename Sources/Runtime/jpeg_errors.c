#include "jpeg_errors.h"

#include <jerror.h>
#include <stdbool.h>

#include "codec.h"
#include "error.h"

/// Cameras pad the end of the picture with some bytes; more of them are lost pixels.
enum { harmless_padding = 64 };

static int status_of(int code) {
  switch (code) {
    case JERR_OUT_OF_MEMORY: return RESCAN_FAILED;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOTIMPL: return RESCAN_UNSUPPORTED;
    default: return RESCAN_CORRUPT;
  }
}

static void fail(j_common_ptr jpeg) {
  jpeg_failures *failures = (jpeg_failures *)jpeg->err;
  char message[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, message);
  int status = status_of(jpeg->err->msg_code);
  if (status == RESCAN_FAILED)
    rescan_fail(failures->error, status, failures->file, "no memory for the JPEG");
  else if (status == RESCAN_UNSUPPORTED)
    rescan_fail(failures->error, status, failures->file,
                "unsupported kind of JPEG: %s; convert it to PNG", message);
  else
    rescan_fail(failures->error, status, failures->file, "%s: %s; get an intact copy",
                failures->what, message);
  RESCAN_GIVE_UP(failures->error, longjmp(failures->back, 1));
}

/// Warnings that say nothing about the pixels.
static bool harmless(const struct jpeg_error_mgr *manager) {
  switch (manager->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_JFIF_MAJOR: return true;
    case JWRN_EXTRANEOUS_DATA:
      return manager->msg_parm.i[0] <= harmless_padding && manager->msg_parm.i[1] == 0xd9;
    default: return false;
  }
}

/// Levels below zero are warnings, after which libjpeg would go on with gray pixels.
static void on_message(j_common_ptr jpeg, int level) {
  if (level < 0 && !harmless(jpeg->err)) fail(jpeg);
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

void jpeg_failures_prepare(jpeg_failures *failures) {
  jpeg_std_error(&failures->manager);
  failures->manager.error_exit = fail;
  failures->manager.emit_message = on_message;
  failures->manager.output_message = print_nothing;
}
