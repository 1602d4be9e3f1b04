#define _GNU_SOURCE
#include "paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "include/rescan_image.h"

const char *rescan_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/// ASCII only, whatever the locale.
static char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool rescan_path_has_suffix(const char *path, const char *suffix) {
  size_t length = strlen(path), wanted = strlen(suffix);
  if (length < wanted) return false;
  for (size_t i = 0; i < wanted; i++)
    if (lower(path[length - wanted + i]) != suffix[i]) return false;
  return true;
}

int32_t rescan_path_format(const char *path) {
  if (rescan_path_has_suffix(path, ".png")) return RESCAN_PNG;
  if (rescan_path_has_suffix(path, ".jpg") || rescan_path_has_suffix(path, ".jpeg"))
    return RESCAN_JPEG;
  return RESCAN_NO_FORMAT;
}

bool rescan_path_is_directory(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool rescan_path_is_special(const char *path) {
  struct stat info;
  if (strcmp(path, "-") == 0) return true;
  return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

char *rescan_path_join(const char *folder, const char *name) {
  char *path;
  size_t length = strlen(folder);
  const char *separator = length > 0 && folder[length - 1] == '/' ? "" : "/";
  return asprintf(&path, "%s%s%s", folder, separator, name) < 0 ? NULL : path;
}

char *rescan_path_numbered(const char *path, int32_t number) {
  char *numbered;
  const char *dot = strrchr(rescan_base_name(path), '.');
  int stem = (int)(dot ? dot - path : (long)strlen(path));
  return asprintf(&numbered, "%.*s_%d%s", stem, path, number, path + stem) < 0 ? NULL : numbered;
}
