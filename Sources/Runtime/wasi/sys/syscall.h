/// See linux/futex.h.
