// best.hpp: the best count of a row, which need not be brought into the order of the columns for it.
// Included for each target, after its header of simd/.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

template <bool highest>
BestCount find_best(const Slab& slab, const void* counts) {
  const auto* const raw = static_cast<const std::uint8_t*>(counts);
  const std::uint8_t* const padding = slab.padding().data();
  const std::int64_t n = slab.stride();
  // What belongs to no column is as bad as can be.
  const auto counts_at = [&](std::int64_t at) {
    const Vector found = load_anywhere(raw + at), none = load_anywhere(padding + at);
    return highest ? found & ~none : found | none;
  };
  Vector all = counts_at(0);
  for (std::int64_t at = kVectorBytes; at < n; at += kVectorBytes)
    all = highest ? maximum<8>(all, counts_at(at)) : minimum<8>(all, counts_at(at));
  alignas(kVectorBytes) std::uint8_t lanes[kVectorBytes];
  store(lanes, in_register(all));
  std::uint8_t best = lanes[0];
  for (int lane = 1; lane < kVectorBytes; ++lane)
    if (highest ? lanes[lane] > best : lanes[lane] < best) best = lanes[lane];

  const Vector wanted = fill<8>(best);
  const std::uint32_t* const columns = slab.columns_of().data();
  std::uint32_t first = Slab::kNoColumn;
  for (std::int64_t at = 0; at < n; at += kVectorBytes)
    for (ByteMask same = equal_bytes(counts_at(at), wanted); same != 0; same &= same - 1) {
      const std::uint32_t column = columns[at + __builtin_ctzll(same)];
      first = column < first ? column : first;
    }
  return {best, first};
}

}  // namespace pyudf::PYUDF_TARGET::lanes
