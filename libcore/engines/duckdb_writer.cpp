// duckdb_writer.cpp: slots of each type into DuckDB's vectors.
#include <cstring>
#include <iterator>
#include <string>

#include "core/arrow_formats.hpp"
#include "core/arrow_slots.hpp"
#include "core/arrow_utf8.hpp"
#include "engines/duckdb_types.hpp"
#include "engines/duckdb_vectors.hpp"

namespace pyudf::duckdb {
namespace {

/// Rows of a vector, from one of them on.
struct Place {
  Vector* vector;
  std::int64_t at;

  template <class T>
  T* data() const noexcept {
    return static_cast<T*>(api.vector_get_data(vector)) + at;
  }
};

void write(const pyudf_type& type, const ArrowSlots& slots, Place place);

/// What lies within a missing struct or array is missing, too: DuckDB reads fields without a look at the struct.
void mark_missing(const pyudf_type& type, Place place, std::int64_t row) {
  const std::int64_t at = place.at + row;
  api.vector_ensure_validity_writable(place.vector);
  api.vector_get_validity(place.vector)[at / 64] &= ~(std::uint64_t{1} << at % 64);
  if (type.id == PYUDF_STRUCT)
    for (std::int32_t i = 0; i < type.size; ++i)
      mark_missing(*type.fields[i], {api.struct_vector_get_child(place.vector, static_cast<Index>(i)), 0}, at);
  if (type.id == PYUDF_LIST && type.size > 0)
    for (std::int64_t i = 0; i < type.size; ++i)
      mark_missing(*type.child, {api.array_vector_get_child(place.vector), 0}, at * type.size + i);
}

void write_numbers(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  char* const to = static_cast<char*>(api.vector_get_data(place.vector)) + place.at * type.slot;
  const auto bytes = static_cast<std::size_t>(type.slot);
  slots.each([&](std::int64_t i, const char* slot) { std::memcpy(to + i * type.slot, slot, bytes); });
}

void write_texts(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  Utf8Sizes sizes(type.id);
  std::string letters;
  slots.each([&](std::int64_t i, const char* slot) {
    if (!slots.has(i)) return;
    const auto& text = *reinterpret_cast<const pyudf_text*>(slot);
    const std::int64_t size = sizes(text);
    if (size < 0) throw InvalidRow(i, sizes.why());
    const char* from = size == 0 ? "" : static_cast<const char*>(text.data);
    if (size > 0 && !(text.width == 1 && text.size == size)) {
      letters.resize(static_cast<std::size_t>(size));
      put_utf8(text, size, letters.data());
      from = letters.data();
    }
    api.vector_assign_string_element_len(place.vector, static_cast<Index>(place.at + i), from,
                                         static_cast<Index>(size));
  });
}

/// Lists and maps, whose items are put behind those that are there.
void write_lists(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(slots.n) + 1);
  const ArrowSlots items = items_of(*type.child, slots, offsets.data());
  const auto begin = static_cast<std::int64_t>(api.list_vector_get_size(place.vector));
  const auto end = static_cast<Index>(begin + items.n);
  if (api.list_vector_reserve(place.vector, end) || api.list_vector_set_size(place.vector, end)) throw std::bad_alloc();
  auto* const entries = place.data<ListEntry>();
  for (std::int64_t i = 0; i < slots.n; ++i) {
    const auto* const offset = offsets.data() + i;
    entries[i] = {static_cast<std::uint64_t>(begin + offset[0]), static_cast<std::uint64_t>(offset[1] - offset[0])};
  }
  write_items(offsets.data(), slots.n, [&] {
    write(*type.child, items, {api.list_vector_get_child(place.vector), begin});
    if (type.id == PYUDF_MAP && has_missing_key(*type.child, items))
      throw std::invalid_argument("a map has a missing key, which DuckDB does not allow");
  });
}

/// Lists of a certain size: those that are missing have items, too.
void write_arrays(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  const std::int64_t bytes = nested_bytes(*type.child);
  const std::vector<char> zeros(static_cast<std::size_t>(type.size * bytes));
  ArrowSlots items;
  items.stride = bytes;
  items.n = slots.n * type.size;
  slots.each([&](std::int64_t i, const char* slot) {
    const auto& list = *reinterpret_cast<const pyudf_list*>(slot);
    if (slots.has(i) && list.size != type.size)
      throw InvalidRow(
          i, "a list of " + std::to_string(list.size) + " items, where the result has " + std::to_string(type.size));
    items.runs.push_back({slots.has(i) ? static_cast<const char*>(list.data) : zeros.data(), type.size});
  });
  items.read_flags(*type.child);
  try {
    write(*type.child, items, {api.array_vector_get_child(place.vector), place.at * type.size});
  } catch (const InvalidRow& e) {
    throw InvalidRow(e.row / type.size, "item " + std::to_string(e.row % type.size) + ": " + e.reason);
  }
}

void write_lists_or_arrays(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  return type.size > 0 ? write_arrays(type, slots, place) : write_lists(type, slots, place);
}

void write_structs(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  for (std::int32_t i = 0; i < type.size; ++i) {
    const ArrowSlots field = field_of(type, i, slots);
    try {
      write(*type.fields[i], field, {api.struct_vector_get_child(place.vector, static_cast<Index>(i)), place.at});
    } catch (const InvalidRow& e) {
      throw InvalidRow(e.row, field_title(type, i) + ": " + e.reason);
    }
  }
}

void write_durations(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  auto* const intervals = place.data<Interval>();
  slots.each([&](std::int64_t i, const char* slot) {
    std::int64_t units, micros;
    std::memcpy(&units, slot, sizeof units);
    if (!slots.has(i)) return;
    if (type.size > 6 && units % 1'000 != 0)
      throw InvalidRow(i, "a duration of parts of microseconds, which DuckDB's intervals do not have");
    const std::int64_t factor = type.size == 0 ? 1'000'000 : type.size == 3 ? 1'000 : 1;
    if (type.size > 6)
      micros = units / 1'000;
    else if (__builtin_mul_overflow(units, factor, &micros))
      throw InvalidRow(i, "a duration too long for DuckDB's intervals");
    intervals[i] = {0, 0, micros};
  });
}

template <class Place8>
void write_members(const pyudf_type& type, const ArrowSlots& slots, Place8* to) {
  slots.each([&](std::int64_t i, const char* slot) {
    to[i] = 0;
    if (!slots.has(i)) return;
    std::int32_t member;
    std::memcpy(&member, slot, sizeof member);
    if (member < 0 || member >= type.size)
      throw InvalidRow(i, "no member " + std::to_string(member) + " of " + title_of(type));
    to[i] = static_cast<Place8>(member);
  });
}

void write_enums(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  const OwnedType logical(api.vector_get_column_type(place.vector));
  switch (api.enum_internal_type(logical.get())) {
    case kUtinyint: return write_members(type, slots, place.data<std::uint8_t>());
    case kUsmallint: return write_members(type, slots, place.data<std::uint16_t>());
    default: return write_members(type, slots, place.data<std::uint32_t>());
  }
}

void write_nothing(const pyudf_type&, const ArrowSlots&, Place) {}

using Write = void(const pyudf_type& type, const ArrowSlots& slots, Place place);
constexpr Write* kWriters[] = {
    write_nothing,  // NONE
    write_numbers,         write_numbers, write_numbers, write_numbers, write_numbers, write_numbers, write_numbers,
    write_numbers,         write_numbers, write_numbers, write_numbers, write_numbers,  // BOOL to FLOAT64
    write_texts,                                                                        // TEXT
    write_lists_or_arrays,                                                              // LIST
    write_texts,           write_texts,   write_texts,                                  // UTF8, CODE_POINTS, BINARY
    write_lists,           write_lists,                                                 // SET, MAP
    write_structs,                                                                      // STRUCT
    write_numbers,         write_numbers,                                               // DATE, TIMESTAMP
    write_durations,                                                                    // DURATION
    write_enums,                                                                        // ENUM
};
static_assert(std::size(kWriters) == PYUDF_OBJECT);

void write(const pyudf_type& type, const ArrowSlots& slots, Place place) {
  kWriters[type.id](type, slots, place);
  if (type.id != PYUDF_NONE && slots.n_missing == 0) return;
  for (std::int64_t i = 0; i < slots.n; ++i)
    if (type.id == PYUDF_NONE || !slots.has(i)) mark_missing(type, place, i);
}

}  // namespace

void write_rows(const pyudf_type& type, const void* slots, const std::uint8_t* present, std::int64_t n, Vector* vector,
                std::int64_t at) {
  ArrowSlots rows;
  rows.runs = {{static_cast<const char*>(slots), n}};
  rows.stride = type.slot;
  rows.n = n;
  if (present) rows.n_missing = std::count(present, present + n, std::uint8_t{0});
  if (rows.n_missing > 0) rows.present.assign(present, present + n);
  write(type, rows, {vector, at});
}

bool has_vector_slots(const pyudf_type& type) noexcept {
  return type.id > PYUDF_NONE && type.id < PYUDF_OBJECT && kWriters[type.id] == write_numbers;
}

void write_missing(const pyudf_type& type, const std::uint8_t* present, std::int64_t n, Vector* vector,
                   std::int64_t at) {
  for (std::int64_t i = 0; i < n; ++i)
    if (!present[i]) mark_missing(type, {vector, at}, i);
}

}  // namespace pyudf::duckdb
