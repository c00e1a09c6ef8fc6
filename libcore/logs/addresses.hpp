// addresses.hpp: whether a text is an IP address.
#pragma once

#include <string_view>

namespace pyudf::logs {

/// Four numbers of up to 255, without zeros in front (RFC 6943, 3.1.1); or an IPv6 address (RFC 4291), with a zone if
/// there is one (RFC 4007): what Python's ipaddress takes.
bool is_ip(std::string_view text) noexcept;

}  // namespace pyudf::logs
