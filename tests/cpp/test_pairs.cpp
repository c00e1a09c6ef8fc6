// test_pairs.cpp: pairs of keys and values in lines, keys by number, and columns of them.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/lines.hpp"
#include "core/pairing.hpp"
#include "logs/keys.hpp"
#include "logs/pairs.hpp"

namespace pyudf {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Found {
  Pairs pairs;  // with escapes undone
  std::string reason, key;
  std::int64_t position = -1;
};

/// Reads a line that lies in memory of its own, where the sanitizer sees what is read past it.
Found read(logs::PairSyntax syntax, std::string_view text) {
  const std::vector<char> copy(text.begin(), text.end());
  const logs::Line line{copy.data(), copy.data() + copy.size(), copy.data() + copy.size()};
  Found found;
  std::visit(
      [&](auto& reader) {
        const logs::PairFault fault = reader.read(line, [&](const logs::Pair& pair) {
          std::string value(pair.value);
          if (pair.escaped) {
            value.clear();
            reader.unescape(pair.value, value);
          }
          EXPECT_TRUE(pair.at >= line.begin && pair.at <= line.end);
          found.pairs.emplace_back(pair.key, value);
        });
        if (!fault.reason) return;
        found.reason = fault.reason;
        found.key = fault.key;
        found.position = fault.at - line.begin;
      },
      syntax);
  return found;
}

Pairs good(std::string_view name, std::string_view text, std::string_view pair = "", std::string_view separator = "") {
  const Found found = read(logs::pair_syntax(name, pair, separator), text);
  EXPECT_EQ(found.reason, "") << text;
  return found.pairs;
}

void expect_fault(std::string_view name, std::string_view text, std::int64_t position, std::string_view key,
                  std::string_view reason) {
  const Found found = read(logs::pair_syntax(name, " ", "="), text);
  EXPECT_EQ(found.reason, reason) << text;
  EXPECT_EQ(found.key, key) << text;
  EXPECT_EQ(found.position, position) << text;
}

TEST(Pairs, OfLogfmt) {
  EXPECT_EQ(good("logfmt", ""), Pairs{});
  EXPECT_EQ(good("logfmt", " \t "), Pairs{});
  EXPECT_EQ(good("logfmt", "a=1 b=\"x y\"\tc= d e=f=g"),
            (Pairs{{"a", "1"}, {"b", "x y"}, {"c", ""}, {"d", "true"}, {"e", "f=g"}}));
  EXPECT_EQ(good("logfmt", R"(a="\"\\\n\u00e9" b=\" c="")"), (Pairs{{"a", "\"\\\né"}, {"b", "\\\""}, {"c", ""}}));
  EXPECT_EQ(good("logfmt", std::string_view("a\0b=\0 \xff=\xfe", 9)),
            (Pairs{{std::string("a\0b", 3), std::string("\0", 1)}, {"\xff", "\xfe"}}));
}

TEST(Pairs, OfLogfmtBroken) {
  expect_fault("logfmt", "a=1 b=\"x y", 6, "b", "the quote is not closed");
  expect_fault("logfmt", "b=\"\\\"", 2, "b", "the quote is not closed");
  expect_fault("logfmt", "b=\"x\\", 2, "b", "the quote is not closed");
  expect_fault("logfmt", "a=1 =2", 4, "", "a value without a key");
  expect_fault("logfmt", "a=\"1\"b", 5, "a", "text behind the closing quote");
  expect_fault("logfmt", "a=1 \"b\"=2", 4, "", "a quote where a key begins");
  EXPECT_EQ(read(logs::pair_syntax("logfmt", "", ""), "a=1 b=\"x y").pairs, (Pairs{{"a", "1"}}));
}

TEST(Pairs, OfAnyDelimiters) {
  EXPECT_EQ(good("kv", "a: 1,  b: 2, , c, d: ", ", ", ": "),
            (Pairs{{"a", "1"}, {" b", "2"}, {"c", "true"}, {"d", ""}}));
  EXPECT_EQ(good("kv", "a:=1,,b:=\"x,,y\",,c:=p,q,", ",,", ":="), (Pairs{{"a", "1"}, {"b", "x,,y"}, {"c", "p,q,"}}));
  EXPECT_EQ(good("kv", R"(a="C:\temp" b="\"\\")", " ", "="), (Pairs{{"a", "C:\\temp"}, {"b", "\"\\"}}));
  EXPECT_EQ(good("kv", "a\tb=1", " ", "="), (Pairs{{"a\tb", "1"}}));
  EXPECT_THROW(logs::pair_syntax("kv", "", "="), std::invalid_argument);
  EXPECT_THROW(logs::pair_syntax("kv", " ", ""), std::invalid_argument);
  EXPECT_THROW(logs::pair_syntax("csv", " ", "="), std::invalid_argument);
}

TEST(Pairs, OfCef) {
  const std::string header = R"(Jan 1 host CEF:0|a\|b|p|1|id|n\\|9|)";
  EXPECT_EQ(good("cef", header), Pairs{});
  EXPECT_EQ(good("cef", "src=1"), Pairs{});
  EXPECT_EQ(good("cef", header + "src=1.2.3.4 msg=a b  c  act=x"),
            (Pairs{{"src", "1.2.3.4"}, {"msg", "a b  c "}, {"act", "x"}}));
  EXPECT_EQ(good("cef", header + R"(msg=a\=b c\\ d\ne fname=C:\temp ad.x[0]= =)"),
            (Pairs{{"msg", "a=b c\\ d\ne"}, {"fname", "C:\\temp"}, {"ad.x[0]", " ="}}));
  EXPECT_EQ(good("cef", header + "request=http://h/?a=1&b=2 in=3"),
            (Pairs{{"request", "http://h/?a=1&b=2"}, {"in", "3"}}));
  EXPECT_EQ(good("cef", header + "a=b=c d= e=x|f=g"), (Pairs{{"a", "b=c"}, {"d", ""}, {"e", "x|f=g"}}));
  EXPECT_EQ(good("cef", "CEF:x CEF: 1|a|b|c|d|e|f|k=v"), (Pairs{{"k", "v"}}));
  const auto at = static_cast<std::int64_t>(header.size());
  expect_fault("cef", header + "free text", at, "", "no key where the extension begins");
  expect_fault("cef", header + " some text a=1", at + 1, "", "no key where the extension begins");
}

TEST(Pairs, OfRfc5424) {
  const std::string header = "<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 ";
  const auto at = static_cast<std::int64_t>(header.size());
  EXPECT_EQ(good("rfc5424", ""), Pairs{});
  EXPECT_EQ(good("rfc5424", "<34>Oct 11 22:14:15 h app: a [x y=\"1\"]"), Pairs{});
  EXPECT_EQ(good("rfc5424", header + "-"), Pairs{});
  EXPECT_EQ(good("rfc5424", header + "- [x y=\"1\"]"), Pairs{});
  EXPECT_EQ(good("rfc5424", header + R"([e@1 iut="3" s="\"\\\]\x"][p@1 c="high"][q] text [r s="t"])"),
            (Pairs{{"e@1.iut", "3"}, {"e@1.s", R"("\]\x)"}, {"p@1.c", "high"}, {"q", "true"}}));
  expect_fault("rfc5424", header + "[e a=\"1\"", at + 8, "e.a", "the bracket is not closed");
  expect_fault("rfc5424", header + "[e a=\"1]", at + 5, "e.a", "the quote is not closed");
  expect_fault("rfc5424", header + "[e a=1]", at + 4, "e.a", "a name without a quoted value");
  expect_fault("rfc5424", header + "[e a=\"1\"b=\"2\"]", at + 8, "e.a", "neither a blank nor a bracket behind a value");
  expect_fault("rfc5424", header + "[ a=\"1\"]", at + 1, "", "an element without a name");
}

TEST(Pairs, ReadNothingBehindTheEnd) {
  const std::string texts[] = {"a=1 b=\"x\\\"y\" c  d==", "x CEF:0|a|b|c|d|e|f|k=v w  l=\\= m=n",
                               "<1>1 t h a p m [e a=\"1\\]\" b=\"\"][f] x"};
  for (const std::string& text : texts)
    for (std::size_t size = 0; size <= text.size(); ++size)
      for (const char* name : {"logfmt", "kv", "cef", "rfc5424"})
        read(logs::pair_syntax(name, "  ", "=="), std::string_view(text).substr(0, size));
}

TEST(Keys, AreNumberedAsTheyCome) {
  logs::Keys keys;
  std::map<std::string, std::int64_t> twin;
  std::mt19937 draw(5);
  std::int64_t after = -1;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key(draw() % 20, static_cast<char>('a' + draw() % 26));
    const auto known = twin.find(key);
    ASSERT_EQ(keys.find(key, after), known == twin.end() ? -1 : known->second);
    if (known == twin.end()) twin[key] = keys.add(key);
    after = draw() % 5 ? twin[key] : -1;
    ASSERT_EQ(keys[twin[key]], key);
  }
  EXPECT_EQ(keys.size(), static_cast<std::int64_t>(twin.size()));
}

/// A source, and its lines.
struct Source {
  std::string content;
  std::vector<std::int64_t> begins, ends;
  logs::PairSyntax syntax = logs::pair_syntax("logfmt", "", "");

  explicit Source(std::string text) : content(std::move(text)) {
    LineFinder finder(content.data(), static_cast<std::int64_t>(content.size()));
    pyudf_error error;
    EXPECT_EQ(finder.find(1, {}, &error), PYUDF_OK);
    begins.resize(static_cast<std::size_t>(finder.n()));
    ends = begins;
    EXPECT_EQ(finder.fill(begins.data(), ends.data(), 1, {}, &error), PYUDF_OK);
  }
  Pairing call(int workers) const {
    return {{content.data(), static_cast<std::int64_t>(content.size()), begins.data(), ends.data(), nullptr,
             static_cast<std::int64_t>(begins.size())},
            &syntax,
            workers,
            {}};
  }
};

TEST(Pairing, KeysComeInOrder) {
  std::string content;
  std::vector<std::string> expected, found;
  for (int i = 0; i < 30'000; ++i) {
    content += "t=" + std::to_string(i) + " k" + std::to_string(i / 100) + "=1 " + std::string(50, 'x') + "=2\n";
    if (i == 0) expected = {"t", "k0", std::string(50, 'x')};
    if (i > 0 && i % 100 == 0) expected.push_back("k" + std::to_string(i / 100));
  }
  const Source source(content);
  pyudf_error error;
  for (const int workers : {1, 4}) {
    found.clear();
    ASSERT_EQ(find_keys(source.call(workers), 302, found, &error), PYUDF_OK);
    EXPECT_EQ(found, expected);
    ASSERT_EQ(find_keys(source.call(workers), 301, found, &error), PYUDF_VALUE_ERROR);
    EXPECT_STREQ(error.message, "there are more than 301 different keys; give those that are wanted: keys=[...]");
  }
}

/// Columns of text and what they hold.
struct TextColumns {
  std::vector<std::vector<StringView>> views;
  std::vector<std::vector<std::uint8_t>> missing;
  std::vector<std::uint8_t> ok;
  Paired paired;
  PairColumns to;

  TextColumns(const Source& source, std::vector<std::string> keys, int workers, bool keeps_parts) {
    const std::size_t n = source.begins.size();
    views.resize(keys.size(), std::vector<StringView>(n));
    missing.resize(keys.size(), std::vector<std::uint8_t>(n));
    ok.resize(n);
    to = {std::move(keys), {}, {}, {}, ok.data(), keeps_parts, InvalidUtf8::replace};
    to.types.resize(views.size());
    to.times.resize(views.size());
    for (std::size_t k = 0; k < views.size(); ++k) to.columns.push_back({views[k].data(), nullptr, missing[k].data()});
    pyudf_error error;
    EXPECT_EQ(read_pairs(source.call(workers), to, paired, &error), PYUDF_OK);
  }

  std::string text(const Source& source, std::size_t k, std::size_t row) const {
    if (missing[k][row]) return "(none)";
    const StringView& view = views[k][row];
    const auto size = static_cast<std::size_t>(view.size);
    if (view.is_inline()) return std::string(view.start, size);
    const std::string& memory = view.buffer ? paired.made[static_cast<std::size_t>(view.buffer) - 1] : source.content;
    return memory.substr(static_cast<std::size_t>(view.offset), size);
  }
};

TEST(Pairing, ABrokenLineCostsItselfOnly) {
  const Source source("a=1 b=\"a text that is long\"\nb=2 a=\"cut\n\na=3 a=4 b\nb=\"long enough \\\"\xFF\\\"\" x=y\n");
  for (const bool keeps_parts : {true, false}) {
    const TextColumns columns(source, {"b", "a", "c"}, 1, keeps_parts);
    std::vector<std::string> a, b;
    for (std::size_t row = 0; row < 5; ++row) {
      b.push_back(columns.text(source, 0, row));
      a.push_back(columns.text(source, 1, row));
      EXPECT_EQ(columns.text(source, 2, row), "(none)");
    }
    EXPECT_EQ(a, (std::vector<std::string>{"1", "(none)", "(none)", "4", "(none)"}));
    EXPECT_EQ(b, (std::vector<std::string>{"a text that is long", keeps_parts ? "2" : "(none)", "(none)", "true",
                                           "long enough \"\uFFFD\""}));
    EXPECT_EQ(columns.ok, (std::vector<std::uint8_t>{1, 0, 1, 1, 1}));
    ASSERT_EQ(columns.paired.errors.size(), 1u);
    EXPECT_EQ(columns.paired.errors[0].row, 1);
    EXPECT_EQ(columns.paired.errors[0].position, 6);
    EXPECT_EQ(columns.paired.errors[0].key, "a");
  }
}

TEST(Pairing, ThreadsDoNotShow) {
  std::string content;
  std::mt19937 draw(11);
  for (int i = 0; i < 20'000; ++i) {
    content += "n=" + std::to_string(i) + " text=\"" + std::string(draw() % 40, 'y') + (draw() % 3 ? "" : "\\n") +
               (draw() % 50 ? "\"" : "") + " last\n";
  }
  const Source source(content);
  const TextColumns one(source, {"n", "text", "last"}, 1, true), four(source, {"n", "text", "last"}, 4, true);
  EXPECT_EQ(one.ok, four.ok);
  EXPECT_EQ(one.paired.made, four.paired.made);
  EXPECT_EQ(one.paired.errors.size(), four.paired.errors.size());
  for (std::size_t row = 0; row < source.begins.size(); ++row)
    for (std::size_t k = 0; k < 3; ++k) ASSERT_EQ(one.text(source, k, row), four.text(source, k, row)) << row;
  EXPECT_EQ(one.text(source, 0, 19'999), "19999");
}

}  // namespace
}  // namespace pyudf
