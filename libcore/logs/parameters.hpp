// parameters.hpp: what a message has where its template has a parameter or the name of a mask.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logs/drain.hpp"
#include "logs/masks.hpp"

namespace pyudf::logs {

/// Where in a message something begins and ends.
using Place = std::pair<std::int64_t, std::int64_t>;

namespace detail {

/// The place in a message of a place in the masked one, which is not within the name of a mask.
inline std::int64_t unmasked(std::int64_t at, std::span<const Masked> replaced) noexcept {
  std::int64_t shift = 0;
  for (const Masked& one : replaced) {
    if (one.end > at) break;
    shift = one.to - one.end;
  }
  return at + shift;
}

}  // namespace detail

/// Appends the places of the parameters of a message, whose template has these tokens.
inline void parameters(std::string_view masked, std::span<const Token> message, std::span<const Masked> replaced,
                       const std::vector<std::string>& pattern, std::vector<Place>& out) {
  for (std::size_t i = 0; i < message.size(); ++i) {
    const std::int64_t begin = message[i].text.data() - masked.data();
    const std::int64_t end = begin + static_cast<std::int64_t>(message[i].text.size());
    if (pattern[i] == kParameter) {
      out.emplace_back(detail::unmasked(begin, replaced), detail::unmasked(end, replaced));
      continue;
    }
    for (const Masked& one : replaced)
      if (one.begin >= begin && one.end <= end) out.emplace_back(one.from, one.to);
  }
}

}  // namespace pyudf::logs
