/// Files without permissions.
#ifndef RESCAN_WASI_STAT_H
#define RESCAN_WASI_STAT_H

#include_next <sys/stat.h>
#define fchmod(descriptor, mode) ((void)(descriptor), 0)

#endif
