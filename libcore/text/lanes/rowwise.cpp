// rowwise.cpp: sorts rows by the lanes that they need, and lays their characters beside one another.
#include "text/lanes/rowwise.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

#include "text/lanes/batch.hpp"

namespace pyudf::text::lanes {
namespace {

constexpr std::int64_t kLargestVector = 64;
constexpr std::int64_t kPlane = kPairVectors * kLargestVector;  // bytes
constexpr std::int64_t kMostChunks = kPairRows / pair_chunk(8);
constexpr std::uint16_t kNoKey = 0xFFFF;

constexpr std::int32_t bits_of(std::int32_t width) noexcept { return 8 << width; }

/// Of the lane that a text fits: 0 for 8 rows, 3 for 64.
constexpr std::int32_t width_of(std::int64_t size) noexcept {
  return size <= 8 ? 0 : std::bit_width(static_cast<std::uint64_t>(size - 1)) - 3;
}

/// How two texts of some sizes are run: counts are the same whichever of them the lane holds, steps are not.
struct Plan {
  std::uint8_t width, steps;
  bool holds_second;
};

constexpr auto kPlans = [] {
  std::array<std::array<Plan, kPairRows + 1>, kPairRows + 1> plans{};
  for (std::int64_t first = 0; first <= kPairRows; ++first)
    for (std::int64_t second = 0; second <= kPairRows; ++second) {
      const bool holds_second = first << width_of(second) < second << width_of(first);
      plans[static_cast<std::size_t>(first)][static_cast<std::size_t>(second)] = {
          static_cast<std::uint8_t>(width_of(holds_second ? second : first)),
          static_cast<std::uint8_t>(holds_second ? first : second), holds_second};
    }
  return plans;
}();

const Plan& plan_of(const pyudf_text& first, const pyudf_text& second) noexcept {
  return kPlans[static_cast<std::size_t>(first.size)][static_cast<std::size_t>(second.size)];
}

constexpr std::int32_t planes_of(std::int32_t bytes) noexcept { return bytes == 4 ? 3 : bytes; }

const pyudf_text& text(const pyudf_column& column, std::int64_t row) noexcept {
  return *reinterpret_cast<const pyudf_text*>(static_cast<const char*>(column.data) + row * column.stride);
}

std::uint64_t eight_bytes(const std::uint8_t* data) noexcept {
  std::uint64_t word;
  std::memcpy(&word, data, 8);
  return word;
}

/// Up to eight bytes, and at least one, without a branch: sizes of texts cannot be guessed.
std::uint64_t few_bytes(const std::uint8_t* data, std::int64_t size) noexcept {
  static constexpr std::uint8_t kNone[4] = {};
  const bool is_four = size >= 4;
  const std::uint8_t* const from = is_four ? data : kNone;
  const std::int64_t rest = is_four ? size - 4 : 0, middle = size / 2, end = size - 1;
  std::uint32_t first, last;
  std::memcpy(&first, from, 4);
  std::memcpy(&last, from + rest, 4);
  const std::uint64_t four = first | std::uint64_t{last} << (8 * rest);
  const std::uint64_t three =
      data[0] | std::uint64_t{data[middle]} << (8 * middle) | std::uint64_t{data[end]} << (8 * end);
  const std::uint64_t mask = -std::uint64_t{is_four};
  return (four & mask) | (three & ~mask);
}

/// The bytes of a lane from `at` on, where a text of at least eight ends with the lane.
std::uint64_t word_of_lane(const std::uint8_t* data, std::int64_t size, std::int64_t bits, std::int64_t at) noexcept {
  const std::int64_t begin = at - (bits - size);
  if (begin >= 0) return eight_bytes(data + begin);
  return begin <= -8 ? 0 : eight_bytes(data) << (-8 * begin);
}

/// Eight bytes of a text that is not empty from `begin` on; zeros follow its end.
std::uint64_t word_of_query(const std::uint8_t* data, std::int64_t size, std::int64_t begin) noexcept {
  if (begin + 8 <= size) return eight_bytes(data + begin);
  if (begin >= size) return 0;
  return size >= 8 ? eight_bytes(data + size - 8) >> (8 * (begin + 8 - size)) : few_bytes(data, size);
}

/// A text of several bytes a character, as planes of single ones.
struct Planes {
  template <class Char>
  Planes(Text<Char> text, std::int32_t planes) noexcept {
    constexpr std::int64_t kTogether = 16;
    Char padded[kPairRows];
    std::memcpy(padded, text.data, static_cast<std::size_t>(text.size) * sizeof(Char));
    for (std::int32_t p = 0; p < planes; ++p)
      for (std::int64_t at = 0; at < text.size; at += kTogether)
        for (std::int64_t i = at; i < at + kTogether; ++i)
          bytes[p][i] = static_cast<std::uint8_t>(std::uint32_t{padded[i]} >> (8 * p));
  }
  std::uint8_t bytes[kPairPlanes][kPairRows];
};

/// Calls put(plane, bytes) for each byte of the characters of a text.
template <class Put>
void each_plane(const pyudf_text& text, std::int32_t planes, Put&& put) {
  if (planes == 1) return put(0, static_cast<const std::uint8_t*>(text.data));
  const Planes split = with_width(text, [&](auto t) { return Planes(t, planes); });
  for (std::int32_t p = 0; p < planes; ++p) put(p, split.bytes[p]);
}

}  // namespace

/// What a run reads and writes, for any target.
struct alignas(kLargestVector) Rowwise::Memory {
  std::byte texts[kPairPlanes * kPlane];
  std::byte queries[kMostChunks * kPairPlanes * kPlane];
  std::byte rows[kLargestVector], sizes[kLargestVector];
  std::uint16_t counts[kLargestVector];
  std::uint16_t text_sizes[kLargestVector], query_sizes[kLargestVector];
  std::uint8_t ends[kPairRows + 1];
};

/// Lays pairs into lanes of `bits` rows.
template <class Unit>
struct Rowwise::Filler {
  static constexpr std::int64_t kBits = 8 * sizeof(Unit), kChunk = pair_chunk(kBits), kLane = pair_query_lane(kBits);

  void add(std::int64_t lane, const pyudf_text& held, const pyudf_text& query) const {
    const std::int64_t size = held.size, query_size = query.size, first = kBits - size;
    each_plane(held, planes, [&](std::int32_t plane, const std::uint8_t* bytes) {
      std::byte* const to = memory.texts + plane * plane_bytes + lane * kBits;
      if constexpr (kBits == 8)
        put(to, size > 0 ? few_bytes(bytes, size) << (8 * first) : 0);
      else
        for (std::int64_t at = 0; at < kBits; at += 8) put(to + at, word_of_lane(bytes, size, kBits, at));
    });
    each_plane(query, planes, [&](std::int32_t plane, const std::uint8_t* bytes) {
      for (std::int64_t at = 0; at < query_size; at += kChunk) {
        std::byte* const to = memory.queries + (at / kChunk * planes + plane) * plane_bytes + lane * kLane;
        for (std::int64_t part = 0; part < kChunk; part += 8) {
          const std::uint64_t word = word_of_query(bytes, query_size, at + part);
          for (std::int64_t copy = 0; copy < kLane; copy += kChunk) put(to + copy + part, word);
        }
      }
    });
    put(memory.rows + lane * sizeof(Unit), static_cast<Unit>(size > 0 ? ~Unit{0} << first : 0));
    put(memory.sizes + lane * sizeof(Unit), static_cast<Unit>(query_size));
  }

  template <class T>
  static void put(std::byte* to, T value) noexcept {
    std::memcpy(to, &value, sizeof value);
  }

  Memory& memory;
  std::int32_t planes;
  std::int64_t plane_bytes;
};

Rowwise::Rowwise(Measure measure)
    : count_(counted(measure)), target_(current_target()), memory_(std::make_shared<Memory>()) {
  keys_.resize(kBlock);
  order_.resize(kBlock);
}

void Rowwise::sort(const pyudf_column* columns, std::int64_t begin, std::int64_t end, const std::uint8_t* present) {
  ends_.assign(kKinds * kKeysOfKind + 1, 0);
  for (std::int64_t row = begin; row < end; ++row) {
    std::uint16_t& key = keys_[static_cast<std::size_t>(row - begin)] = kNoKey;
    if (present && !present[row]) continue;
    const pyudf_text &first = text(columns[0], row), &second = text(columns[1], row);
    if (std::max(first.size, second.size) > kPairRows) {
      alone_.push_back(static_cast<std::int32_t>(row));
      continue;
    }
    const Plan& plan = plan_of(first, second);
    const std::int32_t planes = planes_of(std::max(first.width, second.width));
    key = static_cast<std::uint16_t>((plan.width * kPairPlanes + planes - 1) * kKeysOfKind + plan.steps);
    ++ends_[key + 1u];
  }
  // Where the rows of a key begin, which moves on to where they end.
  std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
  for (std::int64_t row = begin; row < end; ++row)
    if (const std::uint16_t key = keys_[static_cast<std::size_t>(row - begin)]; key != kNoKey)
      order_[static_cast<std::size_t>(ends_[key]++)] = static_cast<std::int32_t>(row);
}

std::span<const std::int32_t> Rowwise::of_kind(std::int32_t kind) const noexcept {
  const auto end_before = [&](std::int32_t k) {
    return k == 0 ? 0 : ends_[static_cast<std::size_t>(k * kKeysOfKind - 1)];
  };
  const std::int32_t begin = end_before(kind);
  return {order_.data() + begin, static_cast<std::size_t>(end_before(kind + 1) - begin)};
}

std::size_t Rowwise::lanes_of(std::int32_t kind) const noexcept {
  return static_cast<std::size_t>(target_.vectors.bytes * 8 / bits_of(kind / kPairPlanes));
}

RowCounts Rowwise::run(std::int32_t kind, const pyudf_column* columns, std::span<const std::int32_t> rows) {
  const std::int32_t planes = kind % kPairPlanes + 1;
  switch (kind / kPairPlanes) {
    case 0: return run<std::uint8_t>(planes, columns, rows);
    case 1: return run<std::uint16_t>(planes, columns, rows);
    case 2: return run<std::uint32_t>(planes, columns, rows);
    default: return run<std::uint64_t>(planes, columns, rows);
  }
}

template <class Unit>
RowCounts Rowwise::run(std::int32_t planes, const pyudf_column* columns, std::span<const std::int32_t> rows) {
  Memory& memory = *memory_;
  const Filler<Unit> filler{memory, planes, kPairVectors * target_.vectors.bytes};
  const std::int64_t n = std::ssize(rows);
  std::int64_t n_ends = 0;
  std::memset(memory.rows, 0, sizeof memory.rows);
  std::memset(memory.sizes, 0, sizeof memory.sizes);
  for (std::int64_t lane = 0; lane < n; ++lane) {
    const std::int32_t row = rows[static_cast<std::size_t>(lane)];
    const pyudf_text* const both[] = {&text(columns[0], row), &text(columns[1], row)};
    const bool holds_second = plan_of(*both[0], *both[1]).holds_second;
    const pyudf_text &held = *both[holds_second], &query = *both[!holds_second];
    filler.add(lane, held, query);
    memory.text_sizes[lane] = static_cast<std::uint16_t>(held.size);
    memory.query_sizes[lane] = static_cast<std::uint16_t>(query.size);
    const auto end = static_cast<std::uint8_t>(query.size);
    if (n_ends == 0 || memory.ends[n_ends - 1] != end) memory.ends[n_ends++] = end;
  }
  const Pairs pairs{8 * sizeof(Unit), planes,       memory.texts, memory.queries,
                    memory.rows,      memory.sizes, memory.ends,  n_ends};
  target_.run_pairs[static_cast<int>(count_)][std::bit_width(sizeof(Unit)) - 1](pairs, memory.counts);
  return {rows, {memory.counts, memory.text_sizes, memory.query_sizes, n}};
}

}  // namespace pyudf::text::lanes
