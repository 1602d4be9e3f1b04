#include "codec.h"

#ifdef __wasi__

#include <stdio.h>
#include <stdlib.h>

void rescan_give_up(const rescan_error *error) {
  fprintf(stderr, "rescanc: error: %s\n", error->message);
  exit(error->status);
}

#endif
