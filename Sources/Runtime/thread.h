/// Threads that leave signals to the caller's thread.
#ifndef RESCAN_THREAD_H
#define RESCAN_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Starts a thread that handles no signals; false where the system refuses.
bool rescan_thread_start(pthread_t *thread,
                         void *_Nullable (*_Nonnull body)(void *_Nullable),
                         void *_Nullable argument);

/// Nanoseconds of a clock that only goes forward.
int64_t rescan_nanoseconds(void);

#pragma clang assume_nonnull end

#endif
