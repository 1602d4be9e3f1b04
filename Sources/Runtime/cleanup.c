#include "cleanup.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { slot_free, slot_filling, slot_filled };

/// A signal handler can use neither locks nor the heap, so the paths lie in fixed slots.
static struct {
  atomic_int state;
  char path[PATH_MAX];
} slots[8];

static const int signals[rescan_cleanup_signals] = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ,
                                                    SIGPIPE};

int rescan_cleanup_remember(const char *path) {
  if (strlen(path) >= PATH_MAX) return -1;
  for (int i = 0; i < (int)(sizeof slots / sizeof *slots); i++) {
    int expected = slot_free;
    if (!atomic_compare_exchange_strong(&slots[i].state, &expected, slot_filling)) continue;
    strcpy(slots[i].path, path);
    atomic_store(&slots[i].state, slot_filled);
    return i;
  }
  return -1;
}

void rescan_cleanup_forget(int ticket) {
  if (ticket >= 0) atomic_store(&slots[ticket].state, slot_free);
}

static void remove_and_end(int signal_number) {
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
    if (atomic_load(&slots[i].state) == slot_filled) unlink(slots[i].path);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void rescan_cleanup_install(rescan_cleanup_state *state) {
  for (size_t i = 0; i < rescan_cleanup_signals; i++) {
    bool is_error = signals[i] == SIGXFSZ || signals[i] == SIGPIPE;
    struct sigaction action = {.sa_handler = is_error ? SIG_IGN : remove_and_end};
    sigemptyset(&action.sa_mask);
    sigaction(signals[i], NULL, &state->before[i]);
    // A signal that is ignored (nohup) or has an owner already is left as it is.
    if (state->before[i].sa_handler == SIG_DFL) sigaction(signals[i], &action, NULL);
  }
}

void rescan_cleanup_restore(const rescan_cleanup_state *state) {
  for (size_t i = 0; i < rescan_cleanup_signals; i++)
    sigaction(signals[i], &state->before[i], NULL);
}
