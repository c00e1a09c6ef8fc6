// arrow_values.hpp: what an Arrow array of each kind is read by, from the numbers of a column to lists within structs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/arrow_bitmap.hpp"
#include "core/arrow_formats.hpp"
#include "core/memory.hpp"
#include "core/slots.hpp"
#include "pyudf/abi.h"
#include "pyudf/arrow.h"

namespace pyudf {

/// An array that breaks the rules of Arrow.
struct BrokenArrow : std::invalid_argument {
  explicit BrokenArrow(const std::string& what) : std::invalid_argument("broken Arrow array: " + what) {}
};

/// The values of one array. Items count from the array's offset; one that cannot be read throws InvalidRow with its
/// number, which whoever asked for it translates to a number of its own.
class ArrowValues {
 public:
  virtual ~ArrowValues() = default;

  /// Items [begin, begin + n), none of them missing, as slots that lie `stride` bytes apart.
  virtual void read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const = 0;

  /// Whether missing items may be read too: something is found there, and nothing is thrown.
  virtual bool reads_missing() const noexcept { return false; }

  /// Item 0, if the items lie in memory as slots, one after the other; else nullptr.
  virtual const void* in_place() const noexcept { return nullptr; }

  virtual std::int64_t typical_size() const { return 1; }
};

/// Values whose slots are made fastest one after the other.
class PackedValues : public ArrowValues {
 public:
  explicit PackedValues(std::int64_t slot) noexcept : slot_(slot) {}

  void read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const final;

  virtual void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena& arena) const = 0;

 private:
  std::int64_t slot_;
};

/// Which items of an array are missing.
class ArrowValidity {
 public:
  static ArrowValidity all_missing() {
    ArrowValidity validity;
    validity.none_ = true;
    return validity;
  }

  ArrowValidity() = default;
  /// Drops the bitmap if no bit of it is 0.
  explicit ArrowValidity(const ArrowArray& array);
  /// A bitmap of its own for items [0, n).
  explicit ArrowValidity(std::vector<std::uint8_t> bitmap)
      : own_(std::move(bitmap)), some_(true), bits_(own_.data(), 0) {}
  /// A bitmap that is borrowed, of items [0, n); NULL: all are there.
  ArrowValidity(const void* bitmap, std::int64_t n) : bits_(bitmap, 0) { some_ = bitmap && bits_.find_zero(0, n) >= 0; }
  ArrowValidity(ArrowValidity&&) = default;
  ArrowValidity& operator=(ArrowValidity&&) = default;

  /// Whether an item may be missing at all.
  bool any() const noexcept { return none_ || some_; }
  bool has(std::int64_t i) const noexcept { return !none_ && (!some_ || bits_[i]); }

  /// The first of [begin, begin + n) that is missing, or -1.
  std::int64_t find_missing(std::int64_t begin, std::int64_t n) const noexcept {
    if (none_ && n > 0) return begin;
    return some_ ? bits_.find_zero(begin, n) : -1;
  }

  /// A byte an item, 0 or 1. Returns how many are missing.
  std::int64_t unpack(std::int64_t begin, std::int64_t n, std::uint8_t* present) const noexcept {
    if (some_) return bits_.unpack(begin, n, present);
    std::memset(present, none_ ? 0 : 1, static_cast<std::size_t>(n));
    return none_ ? n : 0;
  }

  template <class F>
  void each_run(std::int64_t begin, std::int64_t n, F&& f) const {
    if (some_)
      bits_.each_run(begin, n, f);
    else if (!none_ && n > 0)
      f(begin, n);
  }

 private:
  std::vector<std::uint8_t> own_;
  bool none_ = false;
  bool some_ = false;
  ArrowBits bits_;
};

/// An array: values, of which some may be missing.
struct ArrowNode {
  ArrowValidity validity;
  std::unique_ptr<ArrowValues> values;
  std::int64_t length = 0;

  /// Items of a list, a field of structs: with a flag behind the value if the type is OPTIONAL, and all there if not.
  void read_nested(const pyudf_type& type, std::int64_t begin, std::int64_t n, char* to, std::int64_t stride,
                   Arena& arena) const;

  /// Slots one after the other, zeros for what is missing.
  void read_column(std::int64_t slot, std::int64_t begin, std::int64_t n, char* to, Arena& arena) const;

 private:
  void read_present(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const;
};

/// An array and what its schema says of it.
struct ArrowSource {
  const ArrowSchema& schema;
  const ArrowArray& array;
  const ArrowFormat& format;
};

/// Larger counts are refused, so that no sum or product of sizes overflows.
inline constexpr std::int64_t kMostItems = std::int64_t{1} << 48;

/// Throws BrokenArrow where the counts and buffers of an array are not what its format asks for.
void check_array(const ArrowFormat& format, const ArrowSchema& schema, const ArrowArray& array);

/// The size that a format such as "+w:3" tells.
std::int64_t fixed_size(const ArrowSource& source);

/// A dictionary that has been read.
struct ArrowDictionary {
  const char* slots = nullptr;  // nullptr: it cannot be read as a whole
  Arena contents;
};

/// What the arrays of a column share while they are looked through: chunks often come with the same dictionary.
struct ArrowShared {
  ArrowRules rules = ArrowRules::arrow;
  struct Entry {
    const pyudf_type* type;
    std::vector<const void*> buffers;
    std::int64_t offset, length;
    std::shared_ptr<const ArrowDictionary> dictionary;
  };
  std::vector<Entry> dictionaries;
};

/// Looks through an array and all below it. Throws WrongType where it is none of the type, BrokenArrow where it
/// contradicts itself. The memory of the type, the schema and the array stays the caller's.
ArrowNode make_node(const pyudf_type& type, const ArrowSchema& schema, const ArrowArray& array, ArrowShared& shared);

/// Values for one kind of type; nullptr where the format does not suit.
using MakeValues = std::unique_ptr<ArrowValues>(const pyudf_type& type, const ArrowSource& source, ArrowShared& shared);
MakeValues make_numbers, make_dates, make_timestamps, make_durations;
MakeValues make_texts, make_enums;
MakeValues make_lists, make_structs;

/// Where buffer 1 of an array is not a text's: at the array's offset, items of `bytes` each.
inline const char* items_of(const ArrowArray& array, std::int64_t bytes) noexcept {
  const auto* data = static_cast<const char*>(array.buffers[1]);
  return data ? data + array.offset * bytes : nullptr;
}

/// The integers of an array as int64; what is past that becomes negative.
std::unique_ptr<PackedValues> make_indices(std::int32_t storage, const ArrowArray& array);

/// A dictionary-encoded array of any values.
ArrowNode make_dictionary(const pyudf_type& type, const ArrowSchema& schema, const ArrowArray& array,
                          ArrowShared& shared);

/// A value of a buffer, which need not be aligned.
template <class T>
T load(const void* buffer, std::int64_t i) noexcept {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + i * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

inline bool is_aligned(const void* at, std::int64_t bytes) noexcept {
  return reinterpret_cast<std::uintptr_t>(at) % static_cast<std::uintptr_t>(bytes) == 0;
}

}  // namespace pyudf
