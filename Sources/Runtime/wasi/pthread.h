/// Threads that cannot be started, and locks that are always free.
#ifndef RESCAN_WASI_PTHREAD_H
#define RESCAN_WASI_PTHREAD_H

#include <errno.h>
#include <time.h>

typedef int pthread_t;
typedef int pthread_mutex_t;
typedef int pthread_cond_t;
typedef int pthread_condattr_t;

#define pthread_create(thread, attributes, body, argument) \
  ((void)(thread), (void)(body), (void)(argument), EAGAIN)
#define pthread_join(thread, result) ((void)(thread), 0)
#define pthread_mutex_init(lock, attributes) (*(lock) = 0)
#define pthread_mutex_destroy(lock) ((void)(lock), 0)
#define pthread_mutex_lock(lock) ((void)(lock), 0)
#define pthread_mutex_unlock(lock) ((void)(lock), 0)
#define pthread_condattr_init(attributes) (*(attributes) = 0)
#define pthread_condattr_setclock(attributes, clock) ((void)(attributes), 0)
#define pthread_condattr_destroy(attributes) ((void)(attributes), 0)
#define pthread_cond_init(condition, attributes) ((void)(attributes), *(condition) = 0)
#define pthread_cond_destroy(condition) ((void)(condition), 0)
#define pthread_cond_signal(condition) ((void)(condition), 0)
#define pthread_cond_broadcast(condition) ((void)(condition), 0)
#define pthread_cond_wait(condition, lock) ((void)(condition), (void)(lock), 0)
#define pthread_cond_timedwait(condition, lock, time) \
  ((void)(condition), (void)(lock), (void)(time), 0)

#endif
