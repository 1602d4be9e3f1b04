/// Names of files.
#ifndef RESCAN_PATHS_H
#define RESCAN_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The part behind the last slash.
const char *rescan_base_name(const char *path);

/// The image format that the suffix names, in any case; 0 for others.
int32_t rescan_path_format(const char *path);

/// Whether the path ends with `suffix`, in any case.
bool rescan_path_has_suffix(const char *path, const char *suffix);

bool rescan_path_is_directory(const char *path);

/// Whether the path is `-` or exists and is neither a regular file nor a directory.
bool rescan_path_is_special(const char *path);

/// `folder/name` in memory for the caller to free; null without memory.
char *_Nullable rescan_path_join(const char *folder, const char *name);

/// `photo.png` and 2 make `photo_2.png`, for the caller to free; null without memory.
char *_Nullable rescan_path_numbered(const char *path, int32_t number);

#pragma clang assume_nonnull end

#endif
