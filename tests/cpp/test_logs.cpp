// test_logs.cpp: lines, tokens, masks and templates, and bytes of a Drain that are broken.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/lines.hpp"
#include "logs/digits.hpp"
#include "logs/drain.hpp"
#include "logs/masks.hpp"
#include "logs/tokens.hpp"

namespace pyudf {
namespace {

using logs::Drain;

std::vector<std::string> lines(const std::string& content, int workers) {
  LineFinder finder(content.data(), static_cast<std::int64_t>(content.size()));
  pyudf_error error;
  EXPECT_EQ(finder.find(workers, {}, &error), PYUDF_OK);
  std::vector<std::int64_t> begins(static_cast<std::size_t>(finder.n())), ends(begins);
  EXPECT_EQ(finder.fill(begins.data(), ends.data(), workers, {}, &error), PYUDF_OK);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < begins.size(); ++i)
    found.push_back(content.substr(static_cast<std::size_t>(begins[i]), static_cast<std::size_t>(ends[i] - begins[i])));
  return found;
}

using Strings = std::vector<std::string>;

TEST(Lines, EndWithLineFeeds) {
  EXPECT_EQ(lines("", 1), Strings{});
  EXPECT_EQ(lines("\n", 1), Strings{""});
  EXPECT_EQ(lines("a\r\nb\n\r\n\rc", 1), (Strings{"a", "b", "", "\rc"}));
  EXPECT_EQ(lines("a\nb\n", 1), (Strings{"a", "b"}));
}

TEST(Lines, CrossPieces) {
  std::string content;
  Strings expected;
  std::mt19937 draw(7);
  for (int i = 0; i < 3000; ++i) {
    expected.emplace_back(i == 5 ? 3'000'000 : draw() % 2000, static_cast<char>('a' + i % 26));
    content += expected.back() + (i % 3 ? "\n" : "\r\n");
  }
  EXPECT_EQ(lines(content, 1), expected);
  EXPECT_EQ(lines(content, 4), expected);
}

Strings tokens(std::string_view message) {
  std::vector<logs::Token> found;
  logs::tokenise(message, found);
  Strings texts;
  for (const auto& token : found) texts.emplace_back(token.text);
  return texts;
}

TEST(Tokens, AreCutAtBlanks) {
  EXPECT_EQ(tokens(""), Strings{});
  EXPECT_EQ(tokens(" \t\r\n"), Strings{});
  EXPECT_EQ(tokens("a  b\tc"), (Strings{"a", "b", "c"}));
  EXPECT_EQ(tokens("a\u00A0b\u2003c\u3000d\u0085e"), (Strings{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(tokens("ä\xE2\x80"), (Strings{"ä\xE2\x80"}));  // a character that is cut short
}

TEST(Digits, OfAnyScript) {
  for (const char* text : {"a1", "²", "٣", "x\uFF15", "\U0001D7D8", "①"}) EXPECT_TRUE(logs::has_digit(text)) << text;
  for (const char* text : {"", "abc", "½", "Ⅷ", "\xC2", "\xF0\x9D\x9F"}) EXPECT_FALSE(logs::has_digit(text)) << text;
}

TEST(Masks, ReplacedPartsAreTold) {
  const logs::Masks masks(~std::uint64_t{0} >> (64 - logs::Masks::names().size()));
  std::string room;
  std::vector<logs::Masked> replaced;
  const std::string message = "from 10.0.0.1:80 to /var/log/x";
  EXPECT_EQ(masks.apply(message, room, &replaced), "from <IP> to <PATH>");
  ASSERT_EQ(replaced.size(), 2u);
  EXPECT_EQ(message.substr(static_cast<std::size_t>(replaced[0].from), 11), "10.0.0.1:80");
  EXPECT_EQ(replaced[1].to, static_cast<std::int64_t>(message.size()));
}

TEST(Masks, ReadNothingBehindTheEnd) {
  // Each beginning of each message in memory of its own: the sanitizer sees what is read past it.
  const logs::Masks masks(~std::uint64_t{0} >> (64 - logs::Masks::names().size()));
  std::string room;
  for (const std::string message :
       {"http://a.b/c", "a.b@c.d", "123e4567-e89b-12d3-a456-426614174000", "00:1B:44:11:3A:B7", "fe80::1/64", "blk_-1",
        "2026-11-26T12:00:01.1+01:00", "/a/b/c", "C:\\x", "0xff", "-1.5e+3%", "'x'"})
    for (std::size_t size = 0; size <= message.size(); ++size) {
      const std::vector<char> copy(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
      masks.apply({copy.data(), copy.size()}, room);
    }
}

std::int64_t add(Drain& drain, std::string_view message) {
  std::vector<logs::Token> found;
  logs::tokenise(message, found);
  return drain.add(found);
}

TEST(Drain, BrokenBytesAreRefused) {
  Drain drain({0.5, 5, 3, 4});
  for (const char* message : {"a b c", "a b d", "x 1 y", "", "q", "r", "s", "a b e"}) add(drain, message);
  const std::string saved = drain.dump();
  EXPECT_EQ(Drain::load(saved)->dump(), saved);
  std::mt19937 draw(3);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string broken = saved.substr(0, i % 4 ? saved.size() : draw() % saved.size());
    for (unsigned changes = 1 + draw() % 3; changes > 0 && !broken.empty(); --changes)
      broken[draw() % broken.size()] = static_cast<char>(draw());
    try {
      const auto loaded = Drain::load(broken);
      for (const char* message : {"a b f", "", "new one", "x 2 y"}) add(*loaded, message);
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace pyudf
