#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "pool.h"

const char *const rescan_help =
    "usage: %1$s INPUT OUTPUT [options]\n"
    "       %1$s INPUT --compare CLEAN\n"
    "       %1$s INPUT --bench N\n"
    "\n"
    "Removes rain from photos and video.\n"
    "\n"
    "INPUT and OUTPUT are PNG or JPEG files, or folders (same names; OUTPUT is created), or\n"
    "YUV4MPEG2 video (.y4m), or - for standard input and output. The format is told by content\n"
    "on input and by suffix on output. OUTPUT may be INPUT, and may be a folder for a single\n"
    "file.\n"
    "\n"
    "options:\n"
    "  --threads N      threads to use (default: one per available core)\n"
    "  --all-stages     also write the result of every stage, as NAME_1, NAME_2, ...\n"
    "  --compare CLEAN  print PSNR and SSIM against a file, or the same names in a folder,\n"
    "                   before and after; OUTPUT may be left out\n"
    "  --side-by-side FILE\n"
    "                   also write a strip: rainy, each stage, derained, clean (of --compare)\n"
    "                   and the rain, 4 times as strong; OUTPUT may be left out\n"
    "  --matrix NAME    colours of video: 601 or 709 (default: 709 for 1280 or more columns or\n"
    "                   more than 576 rows)\n"
    "  --bench N        time N runs on INPUT\n"
    "  --info           describe the compiled network\n"
    "  --quiet          show no progress\n"
    "  --help           show this help\n"
    "  --version        show the version\n"
    "  --               what follows is not an option\n"
    "\n"
    "exit status: 0 success, 1 the work failed, 2 the input is corrupt, 3 not supported,\n"
    "64 wrong usage\n";

/// How an option with a value is applied.
typedef int (*apply_value)(rescan_options *options, const char *value, rescan_error *error);

/// Reads a decimal number in `least ... most`.
static int parse_number(const char *option, const char *text, long least, long most,
                        int32_t *number, rescan_error *error) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || errno || value < least || value > most)
    return rescan_fail(error, RESCAN_USAGE, NULL,
                       "%s needs a number from %ld to %ld, not '%.100s'; see --help", option,
                       least, most, text);
  *number = (int32_t)value;
  return RESCAN_OK;
}

static int apply_threads(rescan_options *options, const char *value, rescan_error *error) {
  return parse_number("--threads", value, 0, rescan_most_threads, &options->threads, error);
}

static int apply_bench(rescan_options *options, const char *value, rescan_error *error) {
  options->action = rescan_measure;
  return parse_number("--bench", value, 1, 1000000, &options->runs, error);
}

static int apply_compare(rescan_options *options, const char *value, rescan_error *error) {
  options->clean = value;
  return *value ? RESCAN_OK
                : rescan_fail(error, RESCAN_USAGE, NULL, "--compare needs a file; see --help");
}

static int apply_matrix(rescan_options *options, const char *value, rescan_error *error) {
  options->matrix = strcmp(value, "601") == 0 ? 601 : strcmp(value, "709") == 0 ? 709 : 0;
  return options->matrix != 0 ? RESCAN_OK
                              : rescan_fail(error, RESCAN_USAGE, NULL,
                                            "--matrix needs 601 or 709, not '%.100s'; see --help",
                                            value);
}

static int apply_strip(rescan_options *options, const char *value, rescan_error *error) {
  options->strip = value;
  if (*value && strcmp(value, "-") != 0) return RESCAN_OK;
  return rescan_fail(error, RESCAN_USAGE, NULL,
                     "--side-by-side needs a file or a folder; see --help");
}

static const struct {
  const char *name;
  apply_value apply;
} valued[] = {{"--threads", apply_threads},
              {"--bench", apply_bench},
              {"--compare", apply_compare},
              {"--side-by-side", apply_strip},
              {"--matrix", apply_matrix}};

/// Options without a value; false where the name is none of them.
static bool apply_flag(rescan_options *options, const char *name) {
  if (strcmp(name, "--all-stages") == 0) return options->all_stages = true;
  if (strcmp(name, "--quiet") == 0) return options->quiet = true;
  static const struct {
    const char *name;
    enum rescan_action action;
  } actions[] = {{"--info", rescan_show_info},
                 {"--help", rescan_show_help},
                 {"-h", rescan_show_help},
                 {"--version", rescan_show_version}};
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
    if (strcmp(name, actions[i].name) == 0) {
      options->action = actions[i].action;
      return true;
    }
  return false;
}

static int apply_positional(rescan_options *options, const char *path, rescan_error *error) {
  if (!*path) return rescan_fail(error, RESCAN_USAGE, NULL, "a file name is empty; see --help");
  const char **place = !options->input ? &options->input : &options->output;
  if (*place)
    return rescan_fail(error, RESCAN_USAGE, NULL,
                       "'%.200s' is one file too many; quote names with spaces, see --help", path);
  *place = path;
  return RESCAN_OK;
}

/// Applies the option at `argv[*at]`, moving on when its value is the next argument.
static int apply_option(rescan_options *options, int argc, char **argv, int *at,
                        rescan_error *error) {
  const char *argument = argv[*at];
  if (apply_flag(options, argument)) return RESCAN_OK;
  size_t length = strcspn(argument, "=");
  for (size_t i = 0; i < sizeof valued / sizeof *valued; i++) {
    if (strlen(valued[i].name) != length || strncmp(argument, valued[i].name, length) != 0)
      continue;
    if (argument[length] == '=') return valued[i].apply(options, argument + length + 1, error);
    if (*at + 1 < argc) return valued[i].apply(options, argv[++*at], error);
    return rescan_fail(error, RESCAN_USAGE, NULL, "%s needs a value; see --help", argument);
  }
  return rescan_fail(error, RESCAN_USAGE, NULL, "unknown option '%.200s'; see --help", argument);
}

/// What is missing or does not go together.
static int check(const rescan_options *options, rescan_error *error) {
  if (options->action != rescan_clean && options->action != rescan_measure) return RESCAN_OK;
  const char *problem = NULL;
  if (!options->input)
    problem = "INPUT is missing";
  else if (options->action == rescan_measure &&
           (options->output || options->clean || options->strip))
    problem = "--bench takes INPUT only";
  else if (options->action == rescan_clean && !options->output && !options->clean &&
           !options->strip)
    problem = "OUTPUT is missing";
  else if (options->all_stages && (!options->output || strcmp(options->output, "-") == 0))
    problem = "--all-stages needs a file or a folder as OUTPUT";
  if (!problem) return RESCAN_OK;
  return rescan_fail(error, RESCAN_USAGE, NULL, "%s; see --help", problem);
}

int rescan_options_parse(int argc, char **argv, rescan_options *options, rescan_error *error) {
  *options = (rescan_options){.action = rescan_clean};
  bool names_only = false;
  for (int i = 1; i < argc; i++) {
    int status = RESCAN_OK;
    if (!names_only && strcmp(argv[i], "--") == 0)
      names_only = true;
    else if (!names_only && argv[i][0] == '-' && argv[i][1])
      status = apply_option(options, argc, argv, &i, error);
    else
      status = apply_positional(options, argv[i], error);
    if (status != RESCAN_OK) return status;
    if (options->action == rescan_show_help) return RESCAN_OK;
  }
  return check(options, error);
}
