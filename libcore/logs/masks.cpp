// masks.cpp: scanners of what varies in messages, and one pass over a message that tries them where words begin.
#include "logs/masks.hpp"

#include <algorithm>

#include "logs/bytes.hpp"

namespace pyudf::logs {
namespace {

/// The end, if no word goes on there.
const char* ended(const char* at, const char* end) noexcept { return at < end && is_word(*at) ? nullptr : at; }

bool ends_url(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

const char* ipv4(const char* at, const char* end) noexcept {
  for (int part = 0; part < 4 && at; ++part) {
    if (part > 0) at = one('.', at, end);
    at = digits(3, at, end);
  }
  return at;
}

/// Eight groups of up to four hex digits, of which :: leaves out some; three colons at least, else a time would be one.
const char* ipv6(const char* at, const char* end) noexcept {
  int colons = 0;
  bool left_out = false;
  const char* const begin = at;
  while (at < end && (is_hex(*at) || *at == ':')) {
    if (*at == ':') {
      ++colons;
      left_out |= at > begin && at[-1] == ':';
      ++at;
    } else {
      const char* const stop = run(at, end, is_hex);
      if (stop - at > 4) return nullptr;
      at = stop;
    }
  }
  const bool whole = left_out ? colons >= 2 && colons <= 8 : colons == 7;
  return whole ? at : nullptr;
}

const char* clock(const char* at, const char* end) noexcept {
  at = digits(2, one(':', just(2, at, end, is_digit), end), end);
  if (!at) return nullptr;
  const char* const seconds = just(2, one(':', at, end), end, is_digit);
  if (!seconds) return at;
  const char* const point = seconds < end && (*seconds == '.' || *seconds == ',') ? seconds + 1 : nullptr;
  const char* const fraction = point ? digits(9, point, end) : nullptr;
  return fraction ? fraction : seconds;
}

/// A year, month and day, in this order or the other way round.
const char* date(const char* at, const char* end) noexcept {
  const char* const first = digits(4, at, end);
  if (!first || first == end || (*first != '-' && *first != '/' && *first != '.')) return nullptr;
  const char* const second = digits(2, first + 1, end);
  const char* const third = digits(4, one(*first, second, end), end);
  if (!third) return nullptr;
  return first - at == 4 || third - second == 5 ? third : nullptr;
}

const char* zone(const char* at, const char* end) noexcept {
  if (at < end && *at == 'Z') return at + 1;
  if (at == end || (*at != '+' && *at != '-')) return at;
  const char* const hours = just(2, at + 1, end, is_digit);
  const char* const colon = one(':', hours, end);
  const char* const minutes = just(2, colon ? colon : hours, end, is_digit);
  return minutes ? minutes : at;
}

}  // namespace

/// scheme://…, up to a blank or a quote.
const char* match_url(const char* at, const char* end) {
  const char* const scheme = run(at, end, [](char c) { return is(c, kLetter | kDigit) || c == '+' || c == '-'; }, 16);
  if (end - scheme < 4 || std::string_view(scheme, 3) != "://") return nullptr;
  const char* stop = run(scheme + 3, end, [](char c) { return !ends_url(c); });
  while (stop > scheme + 3 && (stop[-1] == ',' || stop[-1] == '.' || stop[-1] == ')' || stop[-1] == ']')) --stop;
  return stop > scheme + 3 ? stop : nullptr;
}

const char* match_email(const char* at, const char* end) {
  const auto is_part = [](char c) { return is_word(c) || c == '.' || c == '-' || c == '+'; };
  const char* const local = run(at, end, is_part, 64);
  if (local == at || !one('@', local, end)) return nullptr;
  const char* stop = run(local + 1, end, [](char c) { return is_word(c) || c == '.' || c == '-'; });
  while (stop > local + 1 && (stop[-1] == '.' || stop[-1] == '-')) --stop;
  return std::find(local + 1, stop, '.') != stop ? stop : nullptr;
}

/// 8-4-4-4-12 hex digits (RFC 9562).
const char* match_uuid(const char* at, const char* end) {
  at = just(8, at, end, is_hex);
  for (const std::int64_t n : {4, 4, 4, 12}) at = just(n, one('-', at, end), end, is_hex);
  return at ? ended(at, end) : nullptr;
}

const char* match_mac(const char* at, const char* end) {
  at = just(2, at, end, is_hex);
  if (!at || at == end || (*at != ':' && *at != '-')) return nullptr;
  const char between = *at;
  for (int part = 1; part < 6; ++part) at = just(2, one(between, at, end), end, is_hex);
  return at && !one(between, at, end) ? ended(at, end) : nullptr;
}

/// IPv4 or IPv6, with the port or the length of a prefix.
const char* match_ip(const char* at, const char* end) {
  const char* stop = ipv4(at, end);
  if (!stop) stop = ipv6(at, end);
  if (!stop) return nullptr;
  for (const char mark : {':', '/'})
    if (const char* const more = digits(5, one(mark, stop, end), end); more && ended(more, end)) return more;
  return ended(stop, end);
}

/// The number of a block of HDFS.
const char* match_block(const char* at, const char* end) {
  if (end - at < 5 || std::string_view(at, 4) != "blk_") return nullptr;
  at += 4 + (at[4] == '-');
  const char* const stop = digits(20, at, end);
  return stop ? ended(stop, end) : nullptr;
}

/// A date, a time of day, or both with T or a blank between them, and a zone.
const char* match_timestamp(const char* at, const char* end) {
  const char* const day = date(at, end);
  const char* const time = day ? day + (day < end && (*day == 'T' || *day == ' ' || *day == '-')) : at;
  const char* const stop = time == day ? nullptr : clock(time, end);
  if (!stop) return day ? ended(day, end) : nullptr;
  return ended(zone(stop, end), end);
}

/// Two parts at least, each behind a slash; or what follows a drive and a backslash.
const char* match_path(const char* at, const char* end) {
  const auto is_part = [](char c) {
    return is_word(c) || c == '.' || c == '-' || c == '+' || c == '~' || c == '%' || c == '@' || c == '$' ||
           static_cast<signed char>(c) < 0;
  };
  if (end - at > 3 && is(at[0], kLetter) && at[1] == ':' && at[2] == '\\')
    return run(at + 3, end, [&](char c) { return is_part(c) || c == '\\'; });
  int parts = 0;
  while (at < end && *at == '/') {
    const char* const stop = run(at + 1, end, is_part);
    if (stop == at + 1) break;
    ++parts;
    at = stop;
  }
  if (parts < 2) return nullptr;
  if (at < end && *at == '/') ++at;
  while (at[-1] == '.') --at;
  return ended(at, end);
}

/// 0x and hex digits; or six or more of them, among which are letters and digits.
const char* match_hex(const char* at, const char* end) {
  if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
    const char* const stop = run(at + 2, end, is_hex);
    return stop > at + 2 ? ended(stop, end) : nullptr;
  }
  const char* const stop = run(at, end, is_hex);
  if (stop - at < 6 || std::none_of(at, stop, is_digit) || std::all_of(at, stop, is_digit)) return nullptr;
  return ended(stop, end);
}

/// Digits with points or commas among them, a sign before and an exponent behind.
const char* match_number(const char* at, const char* end) {
  if (at < end && (*at == '-' || *at == '+')) ++at;
  const char* stop = digits(INT64_MAX, at, end);
  if (!stop) return nullptr;
  while (end - stop > 1 && (*stop == '.' || *stop == ',') && is_digit(stop[1])) stop = run(stop + 1, end, is_digit);
  if (end - stop > 1 && (*stop == 'e' || *stop == 'E')) {
    const char* const exponent = digits(4, stop + 1 + (stop[1] == '-' || stop[1] == '+'), end);
    if (exponent) stop = exponent;
  }
  if (stop < end && *stop == '%') return stop + 1;
  return ended(stop, end);
}

/// What stands between two quotes of a kind.
const char* match_quoted(const char* at, const char* end) {
  if (*at != '"' && *at != '\'') return nullptr;
  const char* const close = std::find(at + 1, end, *at);
  return close == end ? nullptr : close + 1;
}

namespace {

struct Entry {
  const char* name;
  Mask match;
  int kinds;
  std::string_view others;
  char held;

  bool may_begin_with(char c) const noexcept { return is(c, kinds) || others.find(c) != std::string_view::npos; }
};

constexpr Entry kMasks[] = {
#define MASK(name, function, kinds, others, held) {#name, function, kinds, others, held},
#include "logs/masks.def"
#undef MASK
};

}  // namespace

const std::vector<std::string>& Masks::names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Entry& entry : kMasks) all.emplace_back(entry.name);
    return all;
  }();
  return names;
}

Masks::Masks(std::uint64_t chosen) {
  static const std::vector<std::string> shown = [] {
    std::vector<std::string> all;
    for (std::string name : names()) {
      std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      all.push_back('<' + name + '>');
    }
    return all;
  }();
  for (std::size_t bit = 0; bit < names().size(); ++bit) {
    if (!(chosen >> bit & 1)) continue;
    for (int first = 0; first < 256; ++first)
      if (kMasks[bit].may_begin_with(static_cast<char>(first)))
        tried_[static_cast<std::size_t>(first)].push_back(static_cast<std::uint8_t>(masks_.size()));
    masks_.push_back({kMasks[bit].match, shown[bit], kMasks[bit].held});
  }
}

/// A bit for each of the masks that this message may hold something of.
std::uint32_t Masks::possible_in(std::string_view message) const noexcept {
  std::uint32_t possible = 0;
  for (std::size_t i = 0; i < masks_.size(); ++i) {
    const bool may = !masks_[i].held || message.find(masks_[i].held) != std::string_view::npos;
    possible |= std::uint32_t{may} << i;
  }
  return possible;
}

std::string_view Masks::apply(std::string_view message, std::string& room, std::vector<Masked>* replaced) const {
  if (replaced) replaced->clear();
  if (masks_.empty()) return message;
  const char* const begin = message.data();
  const char* const end = begin + message.size();
  const std::uint32_t possible = possible_in(message);
  const char* kept = begin;  // what stands before it is in `room`
  room.clear();
  for (const char* at = begin; at < end;) {
    const char* stop = nullptr;
    if (at > begin && is_word(at[-1])) {
      ++at;
      continue;
    }
    for (const std::uint8_t which : tried_[static_cast<unsigned char>(*at)]) {
      if (!(possible >> which & 1) || !(stop = masks_[which].match(at, end))) continue;
      room.append(kept, at);
      if (replaced)
        replaced->push_back({static_cast<std::int64_t>(room.size()),
                             static_cast<std::int64_t>(room.size() + masks_[which].name.size()), at - begin,
                             stop - begin});
      room += masks_[which].name;
      at = kept = stop;
      break;
    }
    if (!stop) at = is_word(*at) ? run(at, end, is_word) : at + 1;
  }
  if (kept == begin) return message;
  room.append(kept, end);
  return room;
}

}  // namespace pyudf::logs
