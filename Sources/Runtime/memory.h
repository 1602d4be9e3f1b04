/// Memory of the machine and large blocks of it.
#ifndef RESCAN_MEMORY_H
#define RESCAN_MEMORY_H

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

/// A block that is kept between uses and grows when needed. Starts as all zeros.
typedef struct rescan_arena {
  /// 64-byte aligned; null while empty.
  uint8_t *_Nullable base;
  int64_t capacity;
  void *_Nullable mapping;
  size_t mapped;
} rescan_arena;

/// Makes the arena hold at least `bytes`; its contents are then undefined. Fails, naming the
/// megabytes needed, where the machine does not have them; the arena is then empty or as before.
int rescan_arena_reserve(rescan_arena *arena, int64_t bytes, rescan_error *error);

/// Gives the memory back; the arena is then empty and may be used again.
void rescan_arena_release(rescan_arena *arena);

#pragma clang assume_nonnull end

#endif
