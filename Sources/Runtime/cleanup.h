/// Temporary files that a signal must not leave behind.
#ifndef RESCAN_CLEANUP_H
#define RESCAN_CLEANUP_H

#include <signal.h>

#pragma clang assume_nonnull begin

/// Remembers a path to remove when a signal ends the process. Returns a ticket to forget it
/// with, or -1 where too many or too long paths are remembered already.
int rescan_cleanup_remember(const char *path);
void rescan_cleanup_forget(int ticket);

enum { rescan_cleanup_signals = 5 };

/// What the signals did before.
typedef struct rescan_cleanup_state {
  struct sigaction before[rescan_cleanup_signals];
} rescan_cleanup_state;

/// From here to `rescan_cleanup_restore`, an interrupt, a hang-up or a termination removes the
/// remembered files and then ends the process as it would have. A file that grows beyond the
/// limit for files, or a pipe that nobody reads, is an error of writing it, not a signal.
void rescan_cleanup_install(rescan_cleanup_state *state);
void rescan_cleanup_restore(const rescan_cleanup_state *state);

#pragma clang assume_nonnull end

#endif
