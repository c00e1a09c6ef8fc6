// arrow_numbers.cpp: numbers, bits, dates and times of Arrow arrays, in place or converted without loss.
#include <bit>
#include <cstdint>
#include <limits>

#include "core/arrow_values.hpp"
#include "pyudf/store.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kBlock = 256;  // numbers converted at once

bool is_float(std::int32_t id) noexcept { return id >= PYUDF_FLOAT16 && id <= PYUDF_FLOAT64; }
bool is_signed(std::int32_t id) noexcept { return id >= PYUDF_INT8 && id <= PYUDF_INT64; }

/// What NumPy arrays are converted to, too: any number to a floating one, whole ones to whole ones that hold them.
bool casts(std::int32_t from, std::int32_t to) noexcept {
  if (from == to || from == PYUDF_BOOL || is_float(to)) return true;
  return to != PYUDF_BOOL && !is_float(from);
}

/// Whether every whole number of one type is one of another.
bool holds_all(std::int32_t from, std::int32_t to) noexcept {
  if (is_signed(from) == is_signed(to)) return size_of(to) >= size_of(from);
  return is_signed(to) && size_of(to) > size_of(from);
}

float from_half(std::uint16_t half) noexcept {
  const std::uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 31, fraction = half & 0x3FFu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float tiny = static_cast<float>(fraction) * 0x1p-24f;
  return sign ? -tiny : tiny;
}

/// Numbers that are stored as `from` as slots of type `to`.
class Numbers final : public PackedValues {
 public:
  Numbers(const char* data, std::int32_t from, std::int32_t to)
      : PackedValues(size_of(to)), data_(data), from_(from), to_(to), bytes_(size_of(from)) {}

  bool reads_missing() const noexcept override { return true; }
  const void* in_place() const noexcept override { return from_ == to_ && is_aligned(data_, bytes_) ? data_ : nullptr; }

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena&) const override {
    const char* from = data_ + begin * bytes_;
    if (from_ == to_)
      std::memcpy(to, from, static_cast<std::size_t>(n * bytes_));
    else if (from_ == PYUDF_FLOAT16 || !is_aligned(from, bytes_))
      convert_copies(from, n, static_cast<char*>(to));
    else
      store_slots(from_, from, n, to_, to);
  }

 private:
  void convert_copies(const char* from, std::int64_t n, char* to) const {
    alignas(8) char copy[kBlock * 8];
    for (std::int64_t done = 0; done < n; done += kBlock) {
      const std::int64_t size = std::min(kBlock, n - done);
      if (from_ == PYUDF_FLOAT16)
        for (std::int64_t i = 0; i < size; ++i)
          reinterpret_cast<float*>(copy)[i] = from_half(load<std::uint16_t>(from, done + i));
      else
        std::memcpy(copy, from + done * bytes_, static_cast<std::size_t>(size * bytes_));
      const std::int32_t copied = from_ == PYUDF_FLOAT16 ? static_cast<std::int32_t>(PYUDF_FLOAT32) : from_;
      store_slots(copied, copy, size, to_, to + done * size_of(to_));
    }
  }

  const char* data_;
  std::int32_t from_, to_;
  std::int64_t bytes_;
};

/// The least and the greatest value of a type of whole numbers.
struct Limits {
  std::int64_t least;
  std::uint64_t greatest;
};

Limits limits_of(std::int32_t id) noexcept {
  const std::int64_t bits = 8 * size_of(id);
  if (!is_signed(id)) return {0, ~std::uint64_t{0} >> (64 - bits)};
  const std::uint64_t greatest = (std::uint64_t{1} << (bits - 1)) - 1;
  return {-static_cast<std::int64_t>(greatest) - 1, greatest};
}

/// Whole numbers as slots of a type that does not hold them all: each must fit.
class Narrowed final : public PackedValues {
 public:
  Narrowed(const char* data, std::int32_t from, std::int32_t to)
      : PackedValues(size_of(to)),
        wide_(data, from, from == PYUDF_UINT64 ? from : std::int32_t{PYUDF_INT64}),
        from_(from),
        to_(to) {}

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena& arena) const override {
    const Limits limits = limits_of(to_);
    std::int64_t values[kBlock];
    for (std::int64_t done = 0; done < n; done += kBlock) {
      const std::int64_t size = std::min(kBlock, n - done);
      wide_.read_packed(begin + done, size, values, arena);
      for (std::int64_t i = 0; i < size; ++i)
        if (!fits(values[i], limits)) throw InvalidRow(begin + done + i, message(values[i]));
      store_slots(PYUDF_INT64, values, size, to_, static_cast<char*>(to) + done * size_of(to_));
    }
  }

 private:
  bool fits(std::int64_t value, const Limits& limits) const noexcept {
    if (from_ != PYUDF_UINT64 && value < 0) return value >= limits.least;
    return static_cast<std::uint64_t>(value) <= limits.greatest;
  }

  std::string message(std::int64_t value) const {
    const std::string shown =
        from_ == PYUDF_UINT64 ? std::to_string(static_cast<std::uint64_t>(value)) : std::to_string(value);
    return shown + " does not fit the whole numbers of " + std::to_string(8 * size_of(to_)) +
           " bits that the function takes";
  }

  Numbers wide_;
  std::int32_t from_, to_;
};

/// Bits as bytes, or as other numbers.
class Bits final : public PackedValues {
 public:
  Bits(ArrowBits bits, std::int32_t to) : PackedValues(size_of(to)), bits_(bits), to_(to) {}

  bool reads_missing() const noexcept override { return true; }

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena&) const override {
    if (to_ == PYUDF_BOOL) {
      bits_.unpack(begin, n, to);
      return;
    }
    std::uint8_t bytes[kBlock];
    for (std::int64_t done = 0; done < n; done += kBlock) {
      const std::int64_t size = std::min(kBlock, n - done);
      bits_.unpack(begin + done, size, bytes);
      store_slots(PYUDF_BOOL, bytes, size, to_, static_cast<char*>(to) + done * size_of(to_));
    }
  }

 private:
  ArrowBits bits_;
  std::int32_t to_;
};

constexpr std::int64_t power_of_ten(std::int32_t exponent) noexcept {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

/// By what a count of one unit becomes a count of another; one of the two is 1.
struct Scale {
  std::int64_t multiply = 1, divide = 1;
};

Scale scale_between(std::int32_t from, std::int32_t to) noexcept {
  constexpr std::int64_t day = 86400;
  if (from == to) return {};
  if (from == kDays) return {day * power_of_ten(to), 1};
  if (to == kDays) return {1, day * power_of_ten(from)};
  return {power_of_ten(to - from), power_of_ten(from - to)};
}

/// Counts of one unit of time as counts of another, which must be exact.
template <class From, class To>
class Times final : public PackedValues {
 public:
  Times(const char* data, Scale scale) : PackedValues(sizeof(To)), data_(data), scale_(scale) {}

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena&) const override {
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t count = load<From>(data_, begin + i);
      std::int64_t scaled;
      if (count % scale_.divide != 0)
        throw InvalidRow(begin + i, "the time " + std::to_string(count) +
                                        " is no whole number of the units that the function takes: round it first");
      if (__builtin_mul_overflow(count / scale_.divide, scale_.multiply, &scaled) ||
          scaled < std::numeric_limits<To>::min() || scaled > std::numeric_limits<To>::max())
        throw InvalidRow(
            begin + i, "the time " + std::to_string(count) + " is too far away for the units that the function takes");
      static_cast<To*>(to)[i] = static_cast<To>(scaled);
    }
  }

 private:
  const char* data_;
  Scale scale_;
};

/// Times of an array as counts of the unit `to`, in slots of the numeric type `slots`.
std::unique_ptr<ArrowValues> make_times(const ArrowSource& source, std::int32_t to, std::int32_t slots) {
  const std::int32_t storage = source.format.storage;
  const char* data = items_of(source.array, size_of(storage));
  if (source.format.unit == to && storage == slots) return std::make_unique<Numbers>(data, storage, slots);
  const Scale scale = scale_between(source.format.unit, to);
  if (slots == PYUDF_INT32) return std::make_unique<Times<std::int64_t, std::int32_t>>(data, scale);
  if (storage == PYUDF_INT32) return std::make_unique<Times<std::int32_t, std::int64_t>>(data, scale);
  return std::make_unique<Times<std::int64_t, std::int64_t>>(data, scale);
}

}  // namespace

std::unique_ptr<ArrowValues> make_numbers(const pyudf_type& type, const ArrowSource& source, ArrowShared&) {
  const bool bits = source.format.kind == ArrowKind::boolean;
  if ((!bits && source.format.kind != ArrowKind::number) || !casts(source.format.storage, type.id)) return nullptr;
  if (bits) return std::make_unique<Bits>(ArrowBits(source.array.buffers[1], source.array.offset), type.id);
  const std::int32_t storage = source.format.storage;
  const char* data = items_of(source.array, size_of(storage));
  if (!is_float(type.id) && !holds_all(storage, type.id)) return std::make_unique<Narrowed>(data, storage, type.id);
  return std::make_unique<Numbers>(data, storage, type.id);
}

std::unique_ptr<PackedValues> make_indices(std::int32_t storage, const ArrowArray& array) {
  return std::make_unique<Numbers>(items_of(array, size_of(storage)), storage, PYUDF_INT64);
}

std::unique_ptr<ArrowValues> make_dates(const pyudf_type&, const ArrowSource& source, ArrowShared&) {
  return source.format.kind == ArrowKind::date ? make_times(source, kDays, PYUDF_INT32) : nullptr;
}

std::unique_ptr<ArrowValues> make_timestamps(const pyudf_type& type, const ArrowSource& source, ArrowShared&) {
  const bool suits = source.format.kind == ArrowKind::timestamp || source.format.kind == ArrowKind::date;
  return suits ? make_times(source, type.size, PYUDF_INT64) : nullptr;
}

std::unique_ptr<ArrowValues> make_durations(const pyudf_type& type, const ArrowSource& source, ArrowShared&) {
  return source.format.kind == ArrowKind::duration ? make_times(source, type.size, PYUDF_INT64) : nullptr;
}

}  // namespace pyudf
