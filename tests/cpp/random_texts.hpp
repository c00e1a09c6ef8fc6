// random_texts.hpp: columns of random texts, for tests that compare one way of scoring with another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/columns.hpp"

/// Texts of one, two and four bytes a character, empty, missing and long ones, many of them alike.
class RandomTexts {
 public:
  /// `n` of at most `longest` characters and then `ending`, the last one of `outlier`, if that is not 0.
  RandomTexts(std::size_t n, std::int64_t longest, unsigned seed, std::int64_t outlier = 0,
              std::u32string_view ending = {})
      : random_(seed) {
    std::u32string last;
    for (std::size_t i = 0; i < n; ++i) {
      if (i % 3 == 0) last = fresh(longest);
      std::u32string text = last;
      for (auto edits = random_() % 4; edits > 0; --edits) edit(text);
      text += ending;
      add(i % 17 == 5 && i < 1000 ? U"" : text, i % 13 == 7);
    }
    if (outlier > 0) {
      slots_.pop_back();
      add(std::u32string(static_cast<std::size_t>(outlier), U'b'), false);
    }
    views_.push_back(part(0, static_cast<std::int64_t>(slots_.size())));
  }

  const pyudf::TextViews& views() const { return views_[0]; }

  pyudf::TextViews part(std::int64_t begin, std::int64_t n) const {
    pyudf::Chunk chunk;
    chunk.data = slots_.data() + begin;
    chunk.length = n;
    pyudf::TextColumn column;
    column.append(chunk);
    return pyudf::TextViews(column);
  }

 private:
  static constexpr std::u32string_view kLetters[] = {U"abcdehlt ", U"abсдежф", U"ab\U0001F600\U0001F601c"};

  char32_t letter() {
    const auto letters = kLetters[alphabet_];
    return letters[random_() % letters.size()];
  }
  std::u32string fresh(std::int64_t longest) {
    alphabet_ = random_() % 4 % 3;
    std::u32string text(random_() % static_cast<unsigned>(longest + 1), U' ');
    for (char32_t& c : text) c = letter();
    return text;
  }
  void edit(std::u32string& text) {
    const std::size_t at = text.empty() ? 0 : random_() % text.size();
    switch (random_() % 4) {
      case 0: text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), letter()); break;
      case 1: text.erase(at, 1); break;
      case 2:
        if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
        break;
      default:
        if (!text.empty()) text[at] = letter();
    }
  }
  void add(const std::u32string& text, bool missing) {
    char32_t largest = 0;
    for (const char32_t c : text) largest = std::max(largest, c);
    const int width = largest < 256 ? 1 : largest < 65536 ? 2 : 4;
    auto& memory = memory_.emplace_back(text.size() * static_cast<std::size_t>(width) + 1);
    for (std::size_t i = 0; i < text.size(); ++i)
      std::memcpy(memory.data() + i * static_cast<std::size_t>(width), &text[i], static_cast<std::size_t>(width));
    slots_.push_back(
        {missing ? nullptr : memory.data(), missing ? 0 : static_cast<std::int64_t>(text.size()), width, 0});
  }

  std::mt19937 random_;
  std::size_t alphabet_ = 0;
  std::vector<std::vector<char>> memory_;
  std::vector<pyudf_text> slots_;
  std::vector<pyudf::TextViews> views_;
};
