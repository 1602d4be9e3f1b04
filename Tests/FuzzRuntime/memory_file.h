/// Files that lie in memory, for readers that want one.
#ifndef FUZZ_MEMORY_FILE_H
#define FUZZ_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>

typedef struct memory_file {
  int descriptor;
  /// Opens as a new file of the same contents.
  char path[32];
} memory_file;

memory_file memory_file_open(const uint8_t *data, size_t size);

/// Makes a rule's breach known and ends the process, so that libFuzzer keeps the input.
_Noreturn void broken_rule(const char *rule);

#endif
