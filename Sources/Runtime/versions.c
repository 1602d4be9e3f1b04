#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "error.h"

/// The version that the user asks for.
static const rescan_program *_Nullable named(const rescan_program *program, const char *cpu) {
  if (program->cpu && strcmp(program->cpu, cpu) == 0) return program;
  const rescan_program *_Nullable const *version = program->versions;
  for (; version && *version; version++)
    if ((*version)->cpu && strcmp((*version)->cpu, cpu) == 0) return *version;
  return NULL;
}

const rescan_program *rescan_program_version(const rescan_program *program, rescan_error *error) {
  const char *cpu = getenv("RESCANC_CPU");
  if (cpu && *cpu && program->versions) {
    const rescan_program *version = named(program, cpu);
    if (!version)
      rescan_fail(error, RESCAN_USAGE, NULL,
                  "RESCANC_CPU asks for %s, for which this program has no code; unset it", cpu);
    return version;
  }
  const rescan_program *_Nullable const *version = program->versions;
  for (; version && *version; version++)
    if (rescan_cpu_gains((*version)->cpu_features)) return *version;
  return program;
}
