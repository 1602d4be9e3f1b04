/// Anonymous memory from the heap.
#ifndef RESCAN_WASI_MMAN_H
#define RESCAN_WASI_MMAN_H

#include <stdlib.h>
#include <string.h>

enum { PROT_READ = 1, PROT_WRITE = 2, MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20, MADV_HUGEPAGE = 14 };
#define MAP_FAILED ((void *)-1)

static inline void *rescan_wasi_map(size_t size) {
  size_t whole = (size + 63) / 64 * 64;
  void *memory = whole >= size ? aligned_alloc(64, whole) : NULL;
  return memory ? memset(memory, 0, size) : MAP_FAILED;
}

#define mmap(address, size, protection, flags, file, offset) rescan_wasi_map(size)
#define munmap(address, size) ((void)(size), free(address))
#define madvise(address, size, advice) ((void)(address), 0)

#endif
