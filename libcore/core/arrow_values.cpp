// arrow_values.cpp: checks of an Arrow array, its missing items, and which reader reads which type.
#include "core/arrow_values.hpp"

#include <iterator>

namespace pyudf {
namespace {

constexpr std::int64_t kBlock = 128;   // slots that are made at once and then spread out
constexpr std::int64_t kLargest = 24;  // bytes of a packed slot: a pyudf_text

constexpr const char* kMissing =
    "a missing value within a value, where the function takes none: fill it, or take a std::optional there";

template <std::int64_t bytes>
void spread(const char* from, std::int64_t n, char* to, std::int64_t stride) noexcept {
  for (std::int64_t i = 0; i < n; ++i) std::memcpy(to + i * stride, from + i * bytes, bytes);
}

void spread(const char* from, std::int64_t slot, std::int64_t n, char* to, std::int64_t stride) noexcept {
  switch (slot) {
    case 1: return spread<1>(from, n, to, stride);
    case 2: return spread<2>(from, n, to, stride);
    case 4: return spread<4>(from, n, to, stride);
    case 8: return spread<8>(from, n, to, stride);
    default: return spread<kLargest>(from, n, to, stride);
  }
}

void clear(char* to, std::int64_t bytes, std::int64_t n, std::int64_t stride) noexcept {
  if (stride == bytes)
    std::memset(to, 0, static_cast<std::size_t>(n * bytes));
  else
    for (std::int64_t i = 0; i < n; ++i) std::memset(to + i * stride, 0, static_cast<std::size_t>(bytes));
}

/// The reader of each type of the table; nullptr where Arrow has nothing like it.
constexpr MakeValues* kMakers[] = {
    nullptr,       // NONE
    make_numbers,  // BOOL
    make_numbers,    make_numbers,   make_numbers, make_numbers, make_numbers, make_numbers,
    make_numbers,    make_numbers,   make_numbers, make_numbers, make_numbers,  // to FLOAT64
    make_texts,                                                                 // TEXT
    make_lists,                                                                 // LIST
    make_texts,      make_texts,     make_texts,                                // UTF8, CODE_POINTS, BINARY
    make_lists,      make_lists,                                                // SET, MAP
    make_structs,                                                               // STRUCT
    make_dates,                                                                 // DATE
    make_timestamps, make_durations,                                            // TIMESTAMP, DURATION
    make_enums,                                                                 // ENUM
    nullptr,                                                                    // OBJECT
};
static_assert(std::size(kMakers) == PYUDF_OBJECT + 1);

/// Counts that hold for any array.
void check_counts(const ArrowArray& array) {
  if (!array.release) throw BrokenArrow("it has been released");
  if (array.length < 0 || array.offset < 0 || array.length > kMostItems || array.offset > kMostItems)
    throw BrokenArrow("length " + std::to_string(array.length) + ", offset " + std::to_string(array.offset));
  if (array.null_count < -1 || array.null_count > array.length)
    throw BrokenArrow(std::to_string(array.null_count) + " nulls among " + std::to_string(array.length) + " items");
}

void check_buffers(const ArrowFormat& format, const ArrowArray& array) {
  const bool views = format.storage == 0 && (format.kind == ArrowKind::text || format.kind == ArrowKind::binary);
  const bool any_more = views || format.kind == ArrowKind::null;
  if (array.n_buffers < format.n_buffers || (array.n_buffers > format.n_buffers && !any_more))
    throw BrokenArrow(std::to_string(array.n_buffers) + " buffers where " + format.title + " has " +
                      std::to_string(format.n_buffers));
  if (format.n_buffers == 0) return;
  if (!array.buffers) throw BrokenArrow("no buffers");
  if (array.null_count > 0 && !array.buffers[0])
    throw BrokenArrow(std::to_string(array.null_count) + " nulls and no bitmap of them");
  if (array.length == 0) return;
  // What texts lie in may be absent if they are all empty; their reader looks.
  const std::int64_t due = format.kind == ArrowKind::list_view ? 3 : std::min<std::int64_t>(format.n_buffers, 2);
  for (std::int64_t i = 1; i < due; ++i)
    if (!array.buffers[i])
      throw BrokenArrow(std::to_string(array.length) + " items and no buffer " + std::to_string(i) + " of them");
}

void check_children(const ArrowSchema& schema, const ArrowArray& array) {
  if (array.n_children != schema.n_children || array.n_children < 0)
    throw BrokenArrow(std::to_string(array.n_children) + " children where its schema has " +
                      std::to_string(schema.n_children));
  if (array.n_children > 0 && (!array.children || !schema.children)) throw BrokenArrow("no children");
  for (std::int64_t i = 0; i < array.n_children; ++i)
    if (!array.children[i] || !schema.children[i]) throw BrokenArrow("no child " + std::to_string(i));
}

}  // namespace

void PackedValues::read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const {
  if (stride == slot_ || n == 1) return read_packed(begin, n, to, arena);
  alignas(16) char slots[kBlock * kLargest];
  for (std::int64_t done = 0; done < n; done += kBlock) {
    const std::int64_t size = std::min(kBlock, n - done);
    read_packed(begin + done, size, slots, arena);
    spread(slots, slot_, size, to + done * stride, stride);
  }
}

ArrowValidity::ArrowValidity(const ArrowArray& array) {
  if (array.null_count == 0 || array.n_buffers == 0 || !array.buffers[0]) return;
  bits_ = ArrowBits(array.buffers[0], array.offset);
  some_ = bits_.find_zero(0, array.length) >= 0;
}

void ArrowNode::read_present(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const {
  if (n == 0) return;
  if (!validity.any() || (values && values->reads_missing())) return values->read(begin, n, to, stride, arena);
  validity.each_run(begin, n, [&](std::int64_t at, std::int64_t size) {
    values->read(at, size, to + (at - begin) * stride, stride, arena);
  });
}

void ArrowNode::read_nested(const pyudf_type& type, std::int64_t begin, std::int64_t n, char* to, std::int64_t stride,
                            Arena& arena) const {
  if (!(type.flags & PYUDF_OPTIONAL)) {
    if (const std::int64_t at = validity.find_missing(begin, n); at >= 0) throw InvalidRow(at, kMissing);
    return read_present(begin, n, to, stride, arena);
  }
  clear(to, nested_bytes(type), n, stride);
  read_present(begin, n, to, stride, arena);
  for (std::int64_t i = 0; i < n; ++i) *nested_flag(type, to + i * stride) = validity.has(begin + i);
}

void ArrowNode::read_column(std::int64_t slot, std::int64_t begin, std::int64_t n, char* to, Arena& arena) const {
  if (validity.any() && !(values && values->reads_missing())) clear(to, slot, n, slot);
  read_present(begin, n, to, slot, arena);
}

void check_array(const ArrowFormat& format, const ArrowSchema& schema, const ArrowArray& array) {
  check_counts(array);
  check_buffers(format, array);
  check_children(schema, array);
}

std::int64_t fixed_size(const ArrowSource& source) {
  const std::int64_t size = size_in_format(source.schema, source.format);
  std::int64_t total = 0;
  if (size < 0 || __builtin_mul_overflow(size, source.array.offset + source.array.length, &total))
    throw BrokenArrow("the size of " + title_of(source.schema));
  return size;
}

ArrowNode make_node(const pyudf_type& type, const ArrowSchema& schema, const ArrowArray& array, ArrowShared& shared) {
  if (schema.dictionary) return make_dictionary(type, schema, array, shared);
  const ArrowFormat& format = find_format(schema);
  check_array(format, schema, array);
  if (format.kind == ArrowKind::null) return {ArrowValidity::all_missing(), nullptr, array.length};
  MakeValues* const make = type.id >= 0 && type.id <= PYUDF_OBJECT ? kMakers[type.id] : nullptr;
  std::unique_ptr<ArrowValues> values = make ? make(type, {schema, array, format}, shared) : nullptr;
  if (!values)
    throw WrongType("an Arrow column of " + title_of(schema) + " where " + title_of(type) +
                    " is expected: cast it first");
  return {ArrowValidity(array), std::move(values), array.length};
}

}  // namespace pyudf
