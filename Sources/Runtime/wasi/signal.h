/// Signals, which never come.
#ifndef RESCAN_WASI_SIGNAL_H
#define RESCAN_WASI_SIGNAL_H

enum { SIGHUP = 1, SIGINT = 2, SIGPIPE = 13, SIGTERM = 15, SIGXFSZ = 25, SIG_SETMASK = 2 };

typedef int sigset_t;
struct sigaction {
  void (*sa_handler)(int);
  sigset_t sa_mask;
};

#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)

#define sigemptyset(set) (*(set) = 0)
#define sigfillset(set) (*(set) = ~0)
#define sigaction(number, action, before) ((void)(action), (void)(before), 0)
#define pthread_sigmask(how, set, before) ((void)(set), (void)(before), 0)
#define signal(number, handler) ((void)(number), (void)(handler))
#define raise(number) ((void)(number), 0)

#endif
