/// What a pool of one thread never calls.
#ifndef RESCAN_WASI_FUTEX_H
#define RESCAN_WASI_FUTEX_H

enum { SYS_futex, FUTEX_WAIT_PRIVATE, FUTEX_WAKE_PRIVATE };
#define syscall(...) ((void)0)

#endif
