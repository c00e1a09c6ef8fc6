// scan.hpp: which signatures of a stretch are like a given one: the filter of joins, compiled for each processor.
#pragma once

#include <cstdint>

#include "simd/targets.hpp"

namespace pyudf::text {

/// Writes, ascending, the places in [begin, end) of the signatures that differ from `signature` in at most `bits` bits,
/// 0 to 64, and returns how many there are. `found` has room for all of them.
using Scan = std::int64_t(const std::uint64_t* signatures, std::int64_t begin, std::int64_t end,
                          std::uint64_t signature, std::int64_t bits, std::int64_t* found) noexcept;

/// The scan for the processor in use.
Scan* chosen_scan() noexcept;

}  // namespace pyudf::text

namespace pyudf::baseline {
text::Scan scan;
}
namespace pyudf::avx2 {
text::Scan scan;
}
namespace pyudf::avx512bw {
text::Scan scan;
}
namespace pyudf::avx512 {
text::Scan scan;
}
