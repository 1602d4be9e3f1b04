// Gives a reader the inputs that libFuzzer makes; Scripts/fuzz builds it with that and runs it.
//
//     fuzz --target=NAME [CORPUS ...] [-OPTION=VALUE ...]
//
// Without a target it lists them. libFuzzer starts this program again with its own arguments, and
// skips those with two dashes.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// Of the module FuzzTargets.
void fuzz_start(void);
int32_t fuzz_read(const uint8_t *data, ptrdiff_t size);

// Called by libFuzzer, by these names.
int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  fuzz_start();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_read(data, (ptrdiff_t)size);
}

/// Gives way to libFuzzer's.
__attribute__((weak)) int main(void) {
  fuzz_start();
  fprintf(stderr, "fuzz: error: built without libFuzzer; use Scripts/fuzz\n");
  return 1;
}
