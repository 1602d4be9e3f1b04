/// Small letters for labels in pictures.
#ifndef RESCAN_FONT_H
#define RESCAN_FONT_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Pixels of a letter; the left pixel of a row is bit 4.
enum { rescan_letter_width = 5, rescan_letter_height = 7 };

/// The rows of a letter from the top. Capitals look like small letters, and what the font does not
/// have is blank.
const uint8_t *rescan_letter(char letter);

#pragma clang assume_nonnull end

#endif
