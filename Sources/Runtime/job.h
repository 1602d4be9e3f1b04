/// The work that a command line asks for.
#ifndef RESCAN_JOB_H
#define RESCAN_JOB_H

#include "cleaner.h"
#include "comparison.h"
#include "options.h"
#include "source.h"

#pragma clang assume_nonnull begin

typedef struct rescan_job {
  const rescan_options *options;
  rescan_console *console;
  rescan_cleaner cleaner;
  rescan_comparison comparison;
} rescan_job;

/// One photo: what to read, where to write and what to compare with.
typedef struct rescan_photo {
  const char *input;
  /// The file `input` where it is open already.
  rescan_source *_Nullable source;
  const char *_Nullable output;
  const char *_Nullable clean;
  /// Where its strip goes.
  const char *_Nullable strip;
} rescan_photo;

/// Cleans one photo. `error` is filled in but not printed.
int rescan_clean_photo(rescan_job *job, const rescan_photo *photo, rescan_error *error);

/// Writes the strip of a photo that was cleaned with all stages: rainy, each stage, derained, clean
/// where that is known, and the rain that was taken out.
int rescan_write_strip(rescan_job *job, const rescan_image *rainy, const rescan_photo *photo,
                       rescan_error *error);

/// Cleans a YUV4MPEG2 video from its start, frame by frame. What comes before damage is written.
int rescan_clean_video(rescan_job *job, rescan_source *source, const char *output,
                       rescan_error *error);

/// Cleans the file, photo or video, that the options name.
int rescan_clean_file(rescan_job *job, rescan_error *error);

/// Cleans the photos in the folder that the options name, going on after bad ones, whose errors
/// are printed.
int rescan_clean_folder(rescan_job *job, rescan_error *error);

/// Times the network on the file that the options name.
int rescan_bench(rescan_job *job, rescan_error *error);

#pragma clang assume_nonnull end

#endif
