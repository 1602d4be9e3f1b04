#include "pool.h"

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "thread.h"

/// How long a thread spins at a barrier before it sleeps: longer than the usual imbalance
/// between threads, not so long that an idle core is kept from others.
static const int64_t spin_nanoseconds = 100000;

typedef struct pool_worker {
  rescan_pool *pool;
  pthread_t thread;
  int32_t index;
} pool_worker;

/// The words that threads contend for lie in cache lines of their own.
struct rescan_pool {
  /// Counts the barriers passed; what sleepers wait on.
  _Alignas(64) _Atomic uint32_t phase;
  /// Threads that have yet to arrive at the current barrier.
  _Alignas(64) _Atomic int32_t missing;
  _Alignas(64) _Atomic int32_t sleepers;
  _Alignas(64) int32_t threads;
  bool crowded, stopping;
  void (*run)(rescan_call *call, int32_t thread, int32_t threads);
  rescan_call *call;
  pool_worker *workers;
};

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static bool passed(rescan_pool *pool, uint32_t phase) {
  return atomic_load_explicit(&pool->phase, memory_order_acquire) != phase;
}

/// Returns whether the phase ended while spinning.
static bool spin(rescan_pool *pool, uint32_t phase) {
  if (pool->crowded) return passed(pool, phase);
  int64_t start = 0;
  do {
    for (int i = 0; i < 64; i++) {
      if (passed(pool, phase)) return true;
      pause_briefly();
    }
    // The thread waited for may be queued for this very core.
    if (start > 0) sched_yield();
    if (start == 0) start = rescan_nanoseconds();
  } while (rescan_nanoseconds() - start < spin_nanoseconds);
  return false;
}

static void sleep_through(rescan_pool *pool, uint32_t phase) {
  // Announced before the kernel looks at the phase, which `release` changes before it looks
  // for sleepers: one of the two sees the other.
  atomic_fetch_add(&pool->sleepers, 1);
  while (!passed(pool, phase))
    syscall(SYS_futex, &pool->phase, FUTEX_WAIT_PRIVATE, phase, NULL, NULL, 0);
  atomic_fetch_sub(&pool->sleepers, 1);
}

static void release(rescan_pool *pool) {
  atomic_store_explicit(&pool->missing, pool->threads, memory_order_relaxed);
  atomic_fetch_add(&pool->phase, 1);
  if (atomic_load(&pool->sleepers) > 0)
    syscall(SYS_futex, &pool->phase, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void meet(rescan_pool *pool) {
  uint32_t phase = atomic_load_explicit(&pool->phase, memory_order_acquire);
  if (atomic_fetch_sub_explicit(&pool->missing, 1, memory_order_acq_rel) == 1) {
    release(pool);
  } else if (!spin(pool, phase)) {
    sleep_through(pool, phase);
  }
}

static void barrier(rescan_call *call, int32_t thread) {
  (void)thread;
  rescan_pool *pool = call->pool;
  if (pool->threads > 1) meet(pool);
}

/// A run begins and ends at a barrier of its own, so a waiting worker is a thread at a barrier.
static void *work(void *argument) {
  pool_worker *worker = argument;
  rescan_pool *pool = worker->pool;
  for (;;) {
    meet(pool);
    if (pool->stopping) return NULL;
    pool->run(pool->call, worker->index, pool->threads);
    meet(pool);
  }
}

static void start_workers(rescan_pool *pool) {
  int32_t started = 1;
  for (; started < pool->threads; started++) {
    pool_worker *worker = &pool->workers[started];
    *worker = (pool_worker){.pool = pool, .index = started};
    if (!rescan_thread_start(&worker->thread, work, worker)) break;
  }
  // The caller has not arrived yet, so no barrier can open before this correction.
  atomic_fetch_sub(&pool->missing, pool->threads - started);
  pool->threads = started;
}

rescan_pool *rescan_pool_create(int32_t threads) {
  int32_t cores = rescan_available_cores();
  if (threads <= 0) threads = cores;
  if (threads > rescan_most_threads) threads = rescan_most_threads;
  rescan_pool *pool = aligned_alloc(64, sizeof(rescan_pool));
  pool_worker *workers = calloc((size_t)threads, sizeof *workers);
  if (!pool || !workers) {
    free(pool);
    free(workers);
    return NULL;
  }
  *pool = (rescan_pool){
      .missing = threads, .threads = threads, .crowded = threads > cores, .workers = workers};
  start_workers(pool);
  return pool;
}

int32_t rescan_pool_threads(const rescan_pool *pool) { return pool->threads; }

void rescan_pool_run(rescan_pool *pool, void (*run)(rescan_call *, int32_t, int32_t),
                     rescan_call *call) {
  call->pool = pool;
  call->barrier = barrier;
  pool->run = run;
  pool->call = call;
  barrier(call, 0);
  run(call, 0, pool->threads);
  barrier(call, 0);
}

void rescan_pool_destroy(rescan_pool *pool) {
  pool->stopping = true;
  if (pool->threads > 1) meet(pool);
  for (int32_t i = 1; i < pool->threads; i++) pthread_join(pool->workers[i].thread, NULL);
  free(pool->workers);
  free(pool);
}
