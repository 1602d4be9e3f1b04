/// Threads that run one function together and meet at barriers.
#ifndef RESCAN_POOL_H
#define RESCAN_POOL_H

#include "include/rescan_runtime.h"

#pragma clang assume_nonnull begin

typedef struct rescan_pool rescan_pool;

/// Most threads a pool can have.
enum { rescan_most_threads = 1024 };

/// A pool of `threads` threads (0: one per available core), the caller being one of them.
/// It has fewer where the system refuses more; null only without memory.
rescan_pool *_Nullable rescan_pool_create(int32_t threads);

/// Threads of the pool, 1 or more.
int32_t rescan_pool_threads(const rescan_pool *pool);

/// Calls `run(call, thread, threads)` on every thread and returns when all have.
/// One caller at a time; `call->pool` and `call->barrier` are filled in.
void rescan_pool_run(rescan_pool *pool,
                     void (*run)(rescan_call *call, int32_t thread, int32_t threads),
                     rescan_call *call);

/// Ends the threads, none of which may be in a run.
void rescan_pool_destroy(rescan_pool *pool);

#pragma clang assume_nonnull end

#endif
