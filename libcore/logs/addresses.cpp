// addresses.cpp: IPv4 and IPv6 by their grammars.
#include "logs/addresses.hpp"

#include "logs/bytes.hpp"

namespace pyudf::logs {
namespace {

bool is_ipv4(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    if (part > 0) at = one('.', at, end);
    const char* const stop = digits(3, at, end);
    if (!stop || (*at == '0' && stop - at > 1)) return false;
    int value = 0;
    for (; at < stop; ++at) value = value * 10 + (*at - '0');
    if (value > 255) return false;
  }
  return at == end;
}

/// Groups of up to four hex digits with colons between them, the last two perhaps as IPv4; -1 if they are none.
int count_groups(std::string_view text, bool last) noexcept {
  int groups = 0;
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, colon);
    if (last && colon == text.size() && group.find('.') != std::string_view::npos)
      return is_ipv4(group) ? groups + 2 : -1;
    if (group.empty() || group.size() > 4 ||
        !just(static_cast<std::int64_t>(group.size()), group.data(), group.data() + group.size(), is_hex))
      return -1;
    ++groups;
    if (colon == text.size()) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return -1;
  }
  return groups;
}

bool is_ipv6(std::string_view text) noexcept {
  const std::size_t zone = text.find('%');
  if (zone != std::string_view::npos) {
    const std::string_view name = text.substr(zone + 1);
    if (name.empty() || name.find('%') != std::string_view::npos) return false;
    text = text.substr(0, zone);
  }
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text, true) == 8;
  const int before = count_groups(text.substr(0, gap), false), behind = count_groups(text.substr(gap + 2), true);
  return before >= 0 && behind >= 0 && before + behind <= 7;
}

}  // namespace

bool is_ip(std::string_view text) noexcept {
  return text.find(':') == std::string_view::npos ? is_ipv4(text) : is_ipv6(text);
}

}  // namespace pyudf::logs
