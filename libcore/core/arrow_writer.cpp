// arrow_writer.cpp: the slots of each type as the buffers and children of an Arrow array.
#include "core/arrow_writer.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/arrow_bitmap.hpp"
#include "core/arrow_formats.hpp"
#include "core/arrow_owner.hpp"
#include "core/arrow_slots.hpp"
#include "core/arrow_utf8.hpp"
#include "core/columns.hpp"

namespace pyudf {
namespace {

void write(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array);

template <std::int64_t bytes>
void gather(const ArrowSlots& slots, char* to) {
  slots.each([&](std::int64_t i, const char* slot) { std::memcpy(to + i * bytes, slot, bytes); });
}

void write_numbers(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array) {
  ArrowBuffer values(slots.n * type.slot);
  auto* to = values.as<char>();
  if (slots.stride == type.slot) {
    for (const ArrowSlots::Run& run : slots.runs) {
      const auto bytes = static_cast<std::size_t>(run.n * type.slot);
      if (bytes > 0) std::memcpy(to, run.slots, bytes);
      to += bytes;
    }
  } else {
    switch (type.slot) {
      case 1: gather<1>(slots, to); break;
      case 2: gather<2>(slots, to); break;
      case 4: gather<4>(slots, to); break;
      default: gather<8>(slots, to); break;
    }
  }
  add_buffer(array, std::move(values));
}

void write_bits(const pyudf_type&, const ArrowSlots& slots, ArrowArray& array) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(slots.n));
  slots.each([&](std::int64_t i, const char* slot) { bytes[static_cast<std::size_t>(i)] = *slot != 0; });
  ArrowBuffer bits((slots.n + 7) / 8);
  pack_bits(bytes.data(), slots.n, bits.as<std::uint8_t>());
  add_buffer(array, std::move(bits));
}

/// Texts and bytes: first how long they get, then what they are.
void write_texts(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array) {
  ArrowBuffer offsets((slots.n + 1) * 8);
  auto* offset = offsets.as<std::int64_t>();
  offset[0] = 0;
  Utf8Sizes sizes(type.id);
  slots.each([&](std::int64_t i, const char* slot) {
    const std::int64_t size = slots.has(i) ? sizes(*reinterpret_cast<const pyudf_text*>(slot)) : 0;
    if (size < 0) throw InvalidRow(i, sizes.why());
    offset[i + 1] = offset[i] + size;
  });
  ArrowBuffer bytes(offset[slots.n]);
  auto* to = bytes.as<char>();
  slots.each([&](std::int64_t i, const char* slot) {
    const std::int64_t size = offset[i + 1] - offset[i];
    if (size > 0) put_utf8(*reinterpret_cast<const pyudf_text*>(slot), size, to + offset[i]);
  });
  add_buffer(array, std::move(offsets));
  add_buffer(array, std::move(bytes));
}

void write_lists(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array) {
  ArrowBuffer buffer((slots.n + 1) * 8);
  auto* offsets = buffer.as<std::int64_t>();
  const ArrowSlots items = items_of(*type.child, slots, offsets);
  write_items(offsets, slots.n, [&] { write(*type.child, items, add_child(array)); });
  add_buffer(array, std::move(buffer));
}

void write_maps(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array) {
  ArrowBuffer buffer((slots.n + 1) * 4);
  auto* offsets = buffer.as<std::int32_t>();
  const ArrowSlots entries = items_of(*type.child, slots, offsets);
  write_items(offsets, slots.n, [&] {
    write(*type.child, entries, add_child(array));
    if (has_missing_key(*type.child, entries))
      throw std::invalid_argument("a map has a missing key, which Arrow does not allow");
  });
  add_buffer(array, std::move(buffer));
}

void write_structs(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array) {
  for (std::int32_t i = 0; i < type.size; ++i) {
    const ArrowSlots field = field_of(type, i, slots);
    try {
      write(*type.fields[i], field, add_child(array));
    } catch (const InvalidRow& e) {
      throw InvalidRow(e.row, field_title(type, i) + ": " + e.reason);
    }
  }
}

void write_names(const pyudf_type& type, ArrowArray& array) {
  start_array(array, type.size);
  ArrowBuffer buffer((type.size + 1) * std::int64_t{4});
  auto* offsets = buffer.as<std::int32_t>();
  std::string names;
  offsets[0] = 0;
  for (std::int32_t i = 0; i < type.size; ++i) {
    names += type.names[i];
    offsets[i + 1] = static_cast<std::int32_t>(names.size());
  }
  ArrowBuffer bytes(static_cast<std::int64_t>(names.size()));
  std::memcpy(bytes.as<char>(), names.data(), names.size());
  add_no_buffer(array);
  add_buffer(array, std::move(buffer));
  add_buffer(array, std::move(bytes));
}

void write_enums(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array) {
  ArrowBuffer buffer(slots.n * 4);
  auto* places = buffer.as<std::int32_t>();
  slots.each([&](std::int64_t i, const char* slot) {
    places[i] = 0;
    if (!slots.has(i)) return;
    std::memcpy(places + i, slot, 4);
    if (places[i] < 0 || places[i] >= type.size)
      throw InvalidRow(i, "no member " + std::to_string(places[i]) + " of " + title_of(type));
  });
  add_buffer(array, std::move(buffer));
  write_names(type, add_dictionary(array));
}

/// What follows the validity bitmap of each type.
using Write = void(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array);
constexpr Write* kWriters[] = {
    nullptr,     // NONE: an array of nulls
    write_bits,  // BOOL
    write_numbers, write_numbers, write_numbers, write_numbers, write_numbers, write_numbers,
    write_numbers, write_numbers, write_numbers, write_numbers, write_numbers,  // to FLOAT64
    write_texts,                                                                // TEXT
    write_lists,                                                                // LIST
    write_texts,   write_texts,   write_texts,                                  // UTF8, CODE_POINTS, BINARY
    write_lists,                                                                // SET
    write_maps,                                                                 // MAP
    write_structs,                                                              // STRUCT
    write_numbers, write_numbers, write_numbers,                                // DATE, TIMESTAMP, DURATION
    write_enums,                                                                // ENUM
};
static_assert(std::size(kWriters) == PYUDF_OBJECT);

void write_validity(const ArrowSlots& slots, ArrowArray& array) {
  array.null_count = slots.n_missing;
  if (slots.n_missing == 0) return add_no_buffer(array);
  ArrowBuffer bits((slots.n + 7) / 8);
  pack_bits(slots.present.data(), slots.n, bits.as<std::uint8_t>());
  add_buffer(array, std::move(bits));
}

void write(const pyudf_type& type, const ArrowSlots& slots, ArrowArray& array) {
  if (!format_for(type)) throw WrongType("Arrow has no type for " + title_of(type));
  start_array(array, slots.n);
  if (type.id == PYUDF_NONE) {
    array.null_count = slots.n;
    return;
  }
  write_validity(slots, array);
  kWriters[type.id](type, slots, array);
}

ArrowSlots rows_of(const pyudf_type& type, const void* slots, const std::uint8_t* missing, std::int64_t n) {
  ArrowSlots rows;
  rows.runs = {{static_cast<const char*>(slots), n}};
  rows.stride = type.slot;
  rows.n = n;
  if (missing) rows.n_missing = n - std::count(missing, missing + n, std::uint8_t{0});
  if (rows.n_missing > 0) {
    rows.present.resize(static_cast<std::size_t>(n));
    std::transform(missing, missing + n, rows.present.begin(), [](std::uint8_t byte) { return byte == 0; });
  }
  return rows;
}

}  // namespace

void write_arrow(const pyudf_type& type, const void* slots, const std::uint8_t* missing, std::int64_t n,
                 ArrowSchema* schema, ArrowArray* array) {
  ReleaseGuard guard(*array);
  write(type, rows_of(type, slots, missing, n), *array);
  if (schema) write_schema(type, schema);
  guard.keep();
}

bool has_arrow_slots(const pyudf_type& type) noexcept {
  return type.id > PYUDF_NONE && type.id < PYUDF_OBJECT && kWriters[type.id] == write_numbers;
}

void give_arrow(const pyudf_type& type, ArrowBuffer slots, const std::uint8_t* missing, std::int64_t n,
                ArrowArray* array) {
  ReleaseGuard guard(*array);
  start_array(*array, n);
  write_validity(rows_of(type, slots.as<void>(), missing, n), *array);
  add_buffer(*array, std::move(slots));
  guard.keep();
}

}  // namespace pyudf
