// pairs.hpp: pairs of texts, no two of which need have a text in common, as lanes hold them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pyudf::text::lanes {

inline constexpr std::int64_t kPairRows = 64;    // characters of either text, at most
inline constexpr int kPairWidths = 4;            // of lanes: 8, 16, 32 and 64 rows
inline constexpr int kPairPlanes = 3;            // bytes of a character, at most
inline constexpr std::int64_t kPairVectors = 8;  // with a byte for each row of all lanes, whatever their width

inline constexpr std::int64_t kMostPairs = 64;  // that any target runs together

/// Characters of a query that lie in a lane at a time.
constexpr std::int64_t pair_chunk(std::int64_t bits) noexcept { return bits == 8 ? 8 : 16; }

/// Bytes that a chunk takes in a lane: it is repeated until it fills one of 32, while those of 64 are filled by
/// vectors.
constexpr std::int64_t pair_query_lane(std::int64_t bits) noexcept { return bits == 64 ? 16 : bits; }

/// One pair in each lane: a text, whose characters are the rows, and a query, whose characters are the steps. What is
/// said to be a vector has a value of `bits` bits for each lane.
struct Pairs {
  std::int32_t bits;         // of a lane
  std::int32_t planes;       // bytes of a character, the lowest first
  const std::byte* texts;    // for each plane kPairVectors vectors of bytes; a text fills the highest rows of its lane
  const std::byte* queries;  // for each chunk of the queries, planes that begin as far from one another
  const std::byte* rows;     // a vector: the rows that belong to a text
  const std::byte* sizes;    // a vector: of the queries
  const std::uint8_t* ends;  // the sizes of queries that there are, ascending
  std::int64_t n_ends;
};

}  // namespace pyudf::text::lanes
