/// One core.
#ifndef RESCAN_WASI_SCHED_H
#define RESCAN_WASI_SCHED_H

#include <stddef.h>
#include <stdlib.h>

typedef char cpu_set_t;
#define CPU_ALLOC(cores) ((cpu_set_t *)malloc(1))
#define CPU_ALLOC_SIZE(cores) ((void)(cores), (size_t)1)
#define CPU_COUNT_S(size, mask) ((void)(size), 1)
#define CPU_FREE(mask) free(mask)
#define sched_getaffinity(process, size, mask) ((void)(mask), 0)
#define sched_yield() 0

#endif
