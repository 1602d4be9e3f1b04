#include <string.h>

#include "cleanup.h"
#include "error.h"
#include "job.h"
#include "paths.h"

/// The value of the line `version: VALUE` in the program's description.
static const char *version(const rescan_program *program, int *length) {
  static const char key[] = "version:";
  for (const char *line = program->info; line; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (strncmp(line, key, sizeof key - 1) != 0) continue;
    line += sizeof key - 1;
    line += strspn(line, " ");
    *length = (int)strcspn(line, "\n");
    return line;
  }
  *length = 7;
  return "unknown";
}

static int show_info(const rescan_program *program, rescan_console *console, rescan_error *error) {
  size_t length = strlen(program->info);
  const char *end = length > 0 && program->info[length - 1] == '\n' ? "" : "\n";
  const rescan_program *version = rescan_program_version(program, error);
  if (!version) return error->status;
  rescan_console_print(console, "%s%s", program->info, end);
  if (program->versions && version->cpu)
    rescan_console_print(console, "version for this machine: %s\n", version->cpu);
  return RESCAN_OK;
}

static void show_version(const rescan_program *program, rescan_console *console) {
  int length;
  const char *text = version(program, &length);
  rescan_console_print(console, "%s %.*s\n", console->name, length, text);
}

static int run_job(rescan_job *job, const rescan_program *program, rescan_error *error) {
  int status = rescan_cleaner_open(&job->cleaner, program, job->options->threads, error);
  if (status != RESCAN_OK) return status;
  if (job->options->action == rescan_measure)
    status = rescan_bench(job, error);
  else if (rescan_path_is_directory(job->options->input))
    status = rescan_clean_folder(job, error);
  else
    status = rescan_clean_file(job, error);
  rescan_cleaner_close(&job->cleaner);
  return status;
}

static int run_guarded(const rescan_options *options, const rescan_program *program,
                       rescan_console *console, rescan_error *error) {
  rescan_job job = {.options = options, .console = console};
  rescan_cleanup_state state;
  rescan_cleanup_install(&state);
  int status = run_job(&job, program, error);
  rescan_cleanup_restore(&state);
  return status;
}

/// A full disk behind standard output shows only when what is buffered gets written.
static int finish_results(rescan_console *console, rescan_error *error) {
  if (fflush(console->results) == 0 && !ferror(console->results)) return RESCAN_OK;
  rescan_fail(error, RESCAN_FAILED, "standard output", "cannot be written; check the disk");
  return rescan_console_fail(console, error);
}

int rescan_main(const rescan_program *program, int argc, char **argv) {
  rescan_options options;
  rescan_console console;
  rescan_error error = {0};
  int status = rescan_options_parse(argc, argv, &options, &error);
  bool piped = options.output && strcmp(options.output, "-") == 0;
  const char *name = argc > 0 ? rescan_base_name(argv[0]) : "derain";
  rescan_console_open(&console, name, piped ? stderr : stdout, options.quiet);
  if (status == RESCAN_OK) {
    switch (options.action) {
      case rescan_show_help: rescan_console_print(&console, rescan_help, name); break;
      case rescan_show_info: status = show_info(program, &console, &error); break;
      case rescan_show_version: show_version(program, &console); break;
      case rescan_clean:
      case rescan_measure: status = run_guarded(&options, program, &console, &error);
    }
  }
  if (status != RESCAN_OK) return rescan_console_fail(&console, &error);
  return finish_results(&console, &error);
}
