#include "codec.h"

/// EXIF data is a little TIFF file; every read is checked against its end.
typedef struct tiff_reader {
  const uint8_t *data;
  size_t size;
  bool big_endian;
} tiff_reader;

enum { orientation_tag = 0x0112, type_short = 3, type_long = 4, entry_bytes = 12 };

/// An unsigned number of 2 or 4 bytes, 0 beyond the end.
static uint32_t number(const tiff_reader *reader, size_t offset, size_t bytes) {
  if (offset > reader->size || reader->size - offset < bytes) return 0;
  uint32_t value = 0;
  for (size_t i = 0; i < bytes; i++)
    value = value << 8 | reader->data[offset + (reader->big_endian ? i : bytes - 1 - i)];
  return value;
}

/// The orientation in the entry at `offset`, 0 where it is about something else.
static uint32_t orientation_in(const tiff_reader *reader, size_t offset) {
  if (number(reader, offset, 2) != orientation_tag || number(reader, offset + 4, 4) != 1) return 0;
  uint32_t type = number(reader, offset + 2, 2);
  if (type == type_short) return number(reader, offset + 8, 2);
  return type == type_long ? number(reader, offset + 8, 4) : 0;
}

int rescan_exif_orientation(const uint8_t *exif, size_t size) {
  tiff_reader reader = {.data = exif, .size = size};
  if (size < 8 || exif[0] != exif[1] || (exif[0] != 'I' && exif[0] != 'M')) return 1;
  reader.big_endian = exif[0] == 'M';
  if (number(&reader, 2, 2) != 42) return 1;
  size_t directory = number(&reader, 4, 4);
  uint32_t entries = number(&reader, directory, 2);
  for (uint32_t i = 0; i < entries; i++) {
    uint32_t orientation = orientation_in(&reader, directory + 2 + (size_t)i * entry_bytes);
    if (orientation >= 1 && orientation <= 8) return (int)orientation;
  }
  return 1;
}
