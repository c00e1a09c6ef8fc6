// one_by_one.hpp: scores pairs one after the other, a text that meets many others prepared once.
#pragma once

#include <array>
#include <cstdint>

#include "pyudf/abi.h"
#include "pyudf/store.hpp"
#include "text/forms.hpp"
#include "text/index.hpp"
#include "text/lanes/batch.hpp"
#include "text/signature.hpp"

namespace pyudf::text {

template <class Kernel>
concept HasQuery = requires { typename Kernel::Query; };

/// A Query that scores two texts at once sooner than one after the other.
template <class Kernel>
concept ScoresTwo = requires(const typename Kernel::Query& query) { query.takes_two(); };

/// A left text prepared once and scored against many right ones; kernels without a Query are scored pair by pair.
template <class Kernel>
class Row {
  using Raw = typename Kernel::Score;

 public:
  Row(const typename Kernel::Options& options, Scratch& scratch) : options_(options), scratch_(scratch) {}

  void prepare(const pyudf_text& left) {
    left_ = left;
    is_signed_ = false;
    with_width(left, [&](auto text) { query_.prepare(text); });
  }

  /// `signatures` are those of the right texts, or nullptr where they are of no use.
  template <class Form>
  void scores(const pyudf_text* right, const std::uint64_t* signatures, std::int64_t n, typename Form::Score cutoff,
              typename Form::Score* out) {
    if (signatures && !is_signed_) {
      signature_ = with_width(left_, [](auto text) { return signature(text); });
      is_signed_ = true;
    }
    for (std::int64_t i = 0; i < n;) {
      if constexpr (ScoresTwo<Kernel>) {
        if (cutoff == Form::no_cutoff() && query_.takes_two() && i + 1 < n && right[i].width == right[i + 1].width) {
          score_two<Form>(right + i, out + i);
          i += 2;
          continue;
        }
      }
      out[i] = Form::score(Kernel::maximum(left_.size, right[i].size, options_), cutoff, [&](Raw bound) {
        if constexpr (HasSignatureBound<Kernel>)
          if (signatures && too_far(right[i].size, signatures[i], bound))
            return Kernel::kind == Kind::distance ? bound + 1 : Raw{0};
        return with_width(right[i], [&](auto text) { return query_.score(text, options_, bound, scratch_); });
      });
      ++i;
    }
  }

 private:
  template <class Form>
  void score_two(const pyudf_text* right, typename Form::Score* out) {
    const auto raw = with_width(right[0], [&](auto first) {
      return query_.score_two(first, decltype(first){static_cast<decltype(first.data)>(right[1].data), right[1].size},
                              options_);
    });
    for (int i = 0; i < 2; ++i)
      out[i] = Form::score(Kernel::maximum(left_.size, right[i].size, options_), Form::no_cutoff(),
                           [&](Raw) { return raw[static_cast<std::size_t>(i)]; });
  }

  bool too_far(std::int64_t size, std::uint64_t other, Raw bound) const noexcept {
    return std::popcount(signature_ ^ other) > Kernel::signature_bound(options_, bound, left_.size, size);
  }

  const typename Kernel::Options& options_;
  Scratch& scratch_;
  pyudf_text left_{};
  std::uint64_t signature_ = 0;
  bool is_signed_ = false;
  typename Kernel::Query query_;
};

/// Batches and tiles of one form of a metric.
template <class Kernel, Form form>
struct OneByOne {
  using Call = text::Call<Kernel, form>;
  using Formed = typename Call::Formed;
  using Options = typename Call::Options;
  using Score = typename Call::Score;

  /// Scores a tile row by row; where that fails, row and column say at which pair.
  static void score_tile(RightColumn* matrix, const Call& call, const pyudf_column* columns, const pyudf_tile& tile,
                         std::int64_t& row, std::int64_t& column) {
    Scratch scratch;
    if constexpr (HasQuery<Kernel>) {
      if (Kernel::Query::usable(call.options)) {
        Row<Kernel> prepared(call.options, scratch);
        const bool filtered = HasSignatureBound<Kernel> && matrix && call.has_cutoff() && matrix->is_worth_signing();
        const auto* all = filtered ? matrix->signatures().data() : nullptr;
        return write_tile(
            columns, tile, row, column,
            [&](const pyudf_text& left, bool new_row, const pyudf_text* right, std::int64_t n, Score* scores) {
              if (new_row) prepared.prepare(left);
              prepared.template scores<Formed>(right, all ? all + column : nullptr, n, call.cutoff, scores);
            });
      }
    }
    std::int64_t i = 0;
    try {
      write_tile(columns, tile, row, column,
                 [&](const pyudf_text& left, bool, const pyudf_text* right, std::int64_t n, Score* scores) {
                   for (i = 0; i < n; ++i) scores[i] = call.score(left, right[i], scratch);
                 });
    } catch (...) {
      column += i;
      throw;
    }
  }

  /// Scores the rows that are present from i on; where that fails, i says at which.
  static void score_rows(const Call& call, const pyudf_column* columns, std::int64_t n, const std::uint8_t* present,
                         Score* scores, std::int64_t& i) {
    Scratch scratch;
    if constexpr (HasQuery<Kernel>)
      if (const int still = standing(columns, n, call.options); still >= 0)
        return score_row(text(columns[still], 0), &text(columns[1 - still], 0), n, present, call, scratch, scores, i);
    for (; i < n; ++i)
      if (!present || present[i]) scores[i] = call.score(text(columns[0], i), text(columns[1], i), scratch);
  }

 private:
  /// The column that is one text for all rows and worth being prepared as a row of a matrix is; -1: neither is.
  static int standing(const pyudf_column* columns, std::int64_t n, const Options& options) {
    constexpr std::int64_t kFewRows = 8;
    if (n < kFewRows || !Kernel::Query::usable(options)) return -1;
    const auto stands = [&](int at) {
      return columns[at].stride == 0 && columns[1 - at].stride == sizeof(pyudf_text) && text(columns[at], 0).data;
    };
    return stands(0) ? 0 : stands(1) && Kernel::symmetric(options) ? 1 : -1;
  }

  /// One text against each row that is present.
  static void score_row(const pyudf_text& one, const pyudf_text* others, std::int64_t n, const std::uint8_t* present,
                        const Call& call, Scratch& scratch, Score* scores, std::int64_t& i) {
    Row<Kernel> prepared(call.options, scratch);
    prepared.prepare(one);
    while (i < n) {
      std::int64_t end = present ? i : n;
      while (end < n && present[end]) ++end;
      prepared.template scores<Formed>(others + i, nullptr, end - i, call.cutoff, scores + i);
      for (i = end; i < n && !present[i];) ++i;
    }
  }

  /// Runs over a tile in pieces whose scores fit the first-level cache and writes them in the result's type.
  template <class F>
  static void write_tile(const pyudf_column* columns, const pyudf_tile& tile, std::int64_t& row, std::int64_t& column,
                         F&& score) {
    constexpr std::int64_t kPiece = 512;
    Score scores[kPiece];
    const std::int64_t bytes = size_of(tile.out_type);
    for (row = tile.row_begin; row < tile.row_end; ++row) {
      char* out = static_cast<char*>(tile.out) + (row - tile.row_begin) * tile.row_bytes;
      for (column = tile.column_begin; column < tile.column_end; column += kPiece) {
        const std::int64_t n = std::min(kPiece, tile.column_end - column);
        score(text(columns[0], row), column == tile.column_begin, &text(columns[1], column), n, scores);
        if (!tile.rows) {
          store(scores, n, tile.out_type, out);
          out += n * bytes;
          continue;
        }
        std::byte stored[kPiece * 8];
        store(scores, n, tile.out_type, stored);
        lanes::hand_over(*tile.rows, row, column, n, stored);
      }
    }
  }
};

}  // namespace pyudf::text
