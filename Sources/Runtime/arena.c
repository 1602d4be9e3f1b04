#include <string.h>
#include <sys/mman.h>

#include "arithmetic.h"
#include "error.h"
#include "memory.h"

/// Large pages are used only where memory starts on a multiple of their size.
static const int64_t large_page = 2 << 20;

static int out_of_memory(int64_t bytes, rescan_error *error) {
  if (bytes == INT64_MAX)
    return rescan_fail(error, RESCAN_FAILED, NULL,
                       "the memory needed exceeds what can be addressed; use a smaller image");
  return rescan_fail(error, RESCAN_FAILED, NULL,
                     "%lld MB of memory needed, %lld MB available; use a smaller image",
                     (long long)rescan_megabytes(bytes),
                     (long long)(rescan_memory_available() / 1000000));
}

int rescan_arena_reserve(rescan_arena *arena, int64_t bytes, rescan_error *error) {
  if (bytes < 0) return out_of_memory(INT64_MAX, error);
  if (arena->base && bytes <= arena->capacity) return RESCAN_OK;
  rescan_arena_release(arena);
  int64_t padded = rescan_plus(bytes, bytes >= large_page ? large_page : 4096);
  if (padded > rescan_memory_available()) return out_of_memory(bytes, error);
  void *mapping =
      mmap(NULL, (size_t)padded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return out_of_memory(bytes, error);
  uintptr_t start = (uintptr_t)mapping;
  if (bytes >= large_page) {
    start = (start + large_page - 1) / large_page * large_page;
    madvise((void *)start, (size_t)bytes, MADV_HUGEPAGE);
  }
  *arena = (rescan_arena){
      .base = (uint8_t *)start, .capacity = bytes, .mapping = mapping, .mapped = (size_t)padded};
  return RESCAN_OK;
}

void rescan_arena_release(rescan_arena *arena) {
  if (arena->mapping) munmap(arena->mapping, arena->mapped);
  *arena = (rescan_arena){0};
}
