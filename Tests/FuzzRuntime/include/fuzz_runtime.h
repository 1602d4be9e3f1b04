/// Rules that the runtime's readers keep for any bytes.
#ifndef FUZZ_RUNTIME_H
#define FUZZ_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Whether an input taught something about its format; others are not worth keeping.
enum fuzz_verdict { FUZZ_OTHER_FORMAT = -1, FUZZ_HANDLED = 0 };

/// Reads bytes as a photo; what is read is written as PNG and read again. Stops the process where
/// a rule is broken, as do the functions below.
int fuzz_image(const uint8_t *_Nullable data, size_t size);

/// Reads bytes as EXIF data.
int fuzz_exif(const uint8_t *_Nullable data, size_t size);

/// Reads bytes as a video, and converts its frames to colours and back.
int fuzz_video(const uint8_t *_Nullable data, size_t size);

#pragma clang assume_nonnull end

#endif
