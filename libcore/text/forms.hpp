// forms.hpp: derives the four forms of a metric, and the table entries of each, from the metric's one formula.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "pyudf/abi.h"
#include "pyudf/guard.hpp"
#include "pyudf/store.hpp"
#include "text/matrix.hpp"
#include "text/signature.hpp"
#include "text/text.hpp"

namespace pyudf::text {

enum class Form { distance, similarity, normalized_distance, normalized_similarity };

constexpr bool is_similarity(Form form) { return form == Form::similarity || form == Form::normalized_similarity; }
constexpr bool is_normalized(Form form) {
  return form == Form::normalized_distance || form == Form::normalized_similarity;
}

/// The score of one form. Cutoffs and edge values are those of RapidFuzz 3.14.
///   distance > cutoff -> cutoff + 1 (1.0 for a normalised or fractional one); similarity < cutoff -> 0.
/// `raw(cutoff)` runs the metric's own formula.
template <class Kernel, Form form>
class FormOf {
  using Raw = typename Kernel::Score;
  static constexpr bool kCounts = std::is_same_v<Raw, std::int64_t>;
  static constexpr bool kRawIsDistance = Kernel::kind == Kind::distance;

 public:
  using Score = std::conditional_t<kCounts && !is_normalized(form), std::int64_t, double>;

  /// The cutoff that changes no score.
  static constexpr Score no_cutoff() {
    if constexpr (is_similarity(form))
      return 0;
    else if constexpr (std::is_same_v<Score, std::int64_t>)
      return kNoCutoff;
    else
      return 1.0;
  }

  template <class F>
  static Score score(Raw maximum, Score cutoff, F&& raw) {
    if constexpr (!kCounts)
      return fraction(cutoff, raw);
    else if constexpr (form == Form::distance)
      return distance(maximum, cutoff, raw);
    else if constexpr (form == Form::similarity)
      return similarity(maximum, cutoff, raw);
    else if constexpr (form == Form::normalized_distance)
      return normalized_distance(maximum, cutoff, raw);
    else
      return normalized_similarity(maximum, cutoff, raw);
  }

 private:
  template <class F>
  static std::int64_t distance(std::int64_t maximum, std::int64_t cutoff, F&& raw) {
    std::int64_t score;
    if constexpr (kRawIsDistance)
      score = raw(cutoff);
    else
      score = maximum - raw(cutoff < maximum ? maximum - cutoff : 0);
    return score <= cutoff ? score : cutoff + 1;
  }

  template <class F>
  static std::int64_t similarity(std::int64_t maximum, std::int64_t cutoff, F&& raw) {
    if (cutoff > maximum) return 0;
    std::int64_t score;
    if constexpr (kRawIsDistance)
      score = maximum - raw(cutoff > 0 ? maximum - cutoff : kNoCutoff);
    else
      score = raw(cutoff);
    return score >= cutoff ? score : 0;
  }

  template <class F>
  static double normalized_distance(std::int64_t maximum, double cutoff, F&& raw) {
    if (maximum == 0) return 0.0;
    const auto largest = static_cast<double>(maximum);
    const std::int64_t bound = cutoff >= 1.0 ? kNoCutoff : static_cast<std::int64_t>(std::ceil(largest * cutoff));
    const double score = static_cast<double>(distance(maximum, bound, raw)) / largest;
    return score <= cutoff ? score : 1.0;
  }

  template <class F>
  static double normalized_similarity(std::int64_t maximum, double cutoff, F&& raw) {
    if (cutoff > 1.0) return 0.0;
    const double score = 1.0 - normalized_distance(maximum, std::min(1.0, 1.0 - cutoff + kRounding), raw);
    return score >= cutoff ? score : 0.0;
  }

  /// Metrics whose own score is a similarity between 0 and 1 (Jaro): its normalised forms are the plain ones.
  template <class F>
  static double fraction(double cutoff, F&& raw) {
    if constexpr (is_similarity(form)) {
      const double score = raw(cutoff);
      return score >= cutoff ? score : 0.0;
    } else {
      const double score = 1.0 - raw(std::max(0.0, 1.0 - cutoff - kRounding));
      return score <= cutoff ? score : 1.0;
    }
  }

  /// Slack for a cutoff that is turned into another form's, so that rounding never loses a score that reaches it.
  static constexpr double kRounding = 1e-5;
};

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
    with_width(left, [&](auto text) {
      query_.prepare(text);
      signature_ = signature(text);
    });
  }

  /// `signatures` are those of the right texts, or nullptr where they are of no use.
  template <class Form>
  void scores(const pyudf_text* right, const std::uint64_t* signatures, std::int64_t n, typename Form::Score cutoff,
              typename Form::Score* out) {
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
  typename Kernel::Query query_;
};

/// One pair of texts by the metric's own formula: a function of its own, shared by all forms and entries.
template <class Kernel>
[[gnu::noinline]] typename Kernel::Score raw_score(const pyudf_text& a, const pyudf_text& b,
                                                   const typename Kernel::Options& options,
                                                   typename Kernel::Score cutoff, Scratch& scratch) {
  return with_equal_widths(a, b, scratch,
                           [&](auto s1, auto s2) { return Kernel::score(s1, s2, options, cutoff, scratch); });
}

/// The table entry of one form of one metric.
template <class Kernel, Form form>
struct Entry {
  using Options = typename Kernel::Options;
  using Formed = FormOf<Kernel, form>;
  using Score = typename Formed::Score;
  static constexpr bool kCounts = std::is_same_v<Score, std::int64_t>;
  static constexpr std::int32_t kParameters = 2 + Options::count + 1;

  /// The options of a call: the metric's own, then score_cutoff.
  struct Call {
    explicit Call(const pyudf_value* values)
        : options(Options::read(values)),
          cutoff(values[Options::count].missing ? Formed::no_cutoff() : number(values[Options::count])) {}

    Score score(const pyudf_text& a, const pyudf_text& b, Scratch& scratch) const {
      return Formed::score(Kernel::maximum(a.size, b.size, options), cutoff,
                           [&](auto bound) { return raw_score<Kernel>(a, b, options, bound, scratch); });
    }

    const char* invalid() const {
      // Negated, so that NaN is refused too.
      if (!(cutoff >= 0)) return "score_cutoff must not be negative or NaN";
      return options.invalid();
    }

    Options options;
    Score cutoff;
  };

  static Score number(const pyudf_value& value) {
    if constexpr (kCounts)
      return value.integer;
    else
      return value.real;
  }

  static pyudf_status plan(const pyudf_value* values, const std::int64_t* largest, pyudf_plan* plan,
                           pyudf_error* error) {
    const Call call(values);
    if (const char* reason = call.invalid()) return fail(error, PYUDF_VALUE_ERROR, reason);
    // Weights can make a pair with an empty text the furthest one.
    const auto maximum =
        std::max({Kernel::maximum(largest[0], largest[1], call.options), Kernel::maximum(largest[0], 0, call.options),
                  Kernel::maximum(0, largest[1], call.options)});
    plan->lowest = 0.0;
    plan->highest = is_normalized(form) ? 1.0 : static_cast<double>(maximum);
    // A distance past the cutoff is written as cutoff + 1.
    if (kCounts && !is_similarity(form) && call.cutoff != Formed::no_cutoff())
      plan->highest = std::min(plan->highest, static_cast<double>(call.cutoff) + 1.0);
    plan->symmetric = Kernel::symmetric(call.options);
    if constexpr (HasMeasure<Kernel>) plan->batches = Kernel::measure(call.options).has_value();
    return PYUDF_OK;
  }

  static pyudf_status scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory*, pyudf_error* error) {
    try {
      const Call call(args + 2);
      if (const char* reason = call.invalid()) return fail(error, PYUDF_VALUE_ERROR, reason);
      thread_local Scratch scratch;
      const Score score = call.score(args[0].text, args[1].text, scratch);
      if constexpr (kCounts)
        result->integer = score;
      else
        result->real = score;
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  static pyudf_status batch(const pyudf_column* columns, std::int64_t n, const pyudf_value* values, void* out,
                            std::uint8_t* present, pyudf_memory*, pyudf_error* error) {
    std::int64_t i = 0;
    try {
      const Call call(values);
      Scratch scratch;
      auto* scores = static_cast<Score*>(out);
      if constexpr (HasQuery<Kernel>) {
        if (const int still = standing(columns, n, call.options); still >= 0) {
          score_row(text(columns[still], 0), &text(columns[1 - still], 0), n, present, call, scratch, scores, i);
          return PYUDF_OK;
        }
      }
      for (; i < n; ++i)
        if (!present || present[i]) scores[i] = call.score(text(columns[0], i), text(columns[1], i), scratch);
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error, i);
    }
  }

  /// What all tiles share, unless there are so few rows that it costs more than it saves.
  static pyudf_status outer_begin(const pyudf_column* columns, const std::int64_t* sizes, const pyudf_value*,
                                  void** state, pyudf_error* error) {
    if (sizes[0] < kFewRows || sizes[1] == 0) return PYUDF_OK;
    try {
      *state = static_cast<RightColumn*>(new Matrix(&text(columns[0], 0), sizes[0], &text(columns[1], 0), sizes[1]));
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  static void outer_end(void* state) { delete matrix(state); }

  static pyudf_status outer(void* state, const pyudf_column* columns, const pyudf_value* values, const pyudf_tile* tile,
                            pyudf_error* error) {
    std::int64_t row = tile->row_begin, column = tile->column_begin;
    try {
      const Call call(values);
      if constexpr (HasMeasure<Kernel>)
        if (lanes::Batch* batch = batch_for(matrix(state), call, *tile)) {
          score_in_lanes(*batch, call, columns, *tile);
          return PYUDF_OK;
        }
      score_tile(matrix(state), call, columns, *tile, row, column);
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error, row, column);
    }
  }

 private:
  static constexpr std::int64_t kFewRows = 16;

  static Matrix* matrix(void* state) noexcept { return static_cast<Matrix*>(static_cast<RightColumn*>(state)); }

  /// Scores a tile row by row; where that fails, row and column say at which pair.
  static void score_tile(Matrix* matrix, const Call& call, const pyudf_column* columns, const pyudf_tile& tile,
                         std::int64_t& row, std::int64_t& column) {
    Scratch scratch;
    if constexpr (HasQuery<Kernel>) {
      if (Kernel::Query::usable(call.options)) {
        Row<Kernel> prepared(call.options, scratch);
        const bool filtered = HasSignatureBound<Kernel> && matrix && call.cutoff != Formed::no_cutoff();
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

  /// The lanes to score a tile in, or nullptr where that does not pay.
  static lanes::Batch* batch_for(Matrix* matrix, const Call& call, const pyudf_tile& tile) {
    const auto measure = Kernel::measure(call.options);
    // The last tile may have few rows; those of one are asked for where no batch is wanted.
    if (!matrix || !measure || tile.row_end - tile.row_begin < 2) return nullptr;
    // Whole scores of at most 32 bits and fractions are what lanes write.
    if (!kCounts ? tile.out_type != PYUDF_FLOAT32 && tile.out_type != PYUDF_FLOAT64
                 : tile.out_type == PYUDF_FLOAT16 || tile.out_type == PYUDF_BOOL)
      return nullptr;
    return filter_is_better(*matrix, call) ? nullptr : matrix->batch(*measure);
  }

  /// Whether most pairs are so long and so far apart, for the cutoff, that a look at them is enough.
  static bool filter_is_better(const Matrix& matrix, const Call& call) noexcept {
    if (!HasSignatureBound<Kernel> || call.cutoff == Formed::no_cutoff()) return false;
    const std::int64_t size = matrix.typical_size();
    const double maximum = static_cast<double>(Kernel::maximum(size, size, call.options));
    const double cutoff = static_cast<double>(call.cutoff) * (is_normalized(form) ? maximum : 1.0);
    const double edits =
        is_similarity(form) ? (is_normalized(form) ? maximum : static_cast<double>(size)) - cutoff : cutoff;
    return size > 64 && edits * 16 < static_cast<double>(size);
  }

  static void score_in_lanes(lanes::Batch& batch, const Call& call, const pyudf_column* columns,
                             const pyudf_tile& tile) {
    lanes::Formula formula = lanes::formula(*Kernel::measure(call.options), is_similarity(form), is_normalized(form));
    if constexpr (!kCounts)
      formula.cutoff = call.cutoff;
    else if constexpr (is_similarity(form))
      formula.lowest = call.cutoff;
    else if (call.cutoff != Formed::no_cutoff())
      formula.highest = call.cutoff;
    if constexpr (requires { call.options.prefix_weight; }) {
      formula.prefix_weight = call.options.prefix_weight;
      formula.weight = lanes::fraction_of(formula.prefix_weight);
    }
    if (!tile.rows) {
      batch.score(tile, formula);
      score_long_texts(batch, call, columns, tile);
    } else if (batch.long_rows().empty() && batch.long_columns().empty()) {
      batch.score(tile, formula);
    } else {
      PatchedRows rows(batch, call, columns, tile);
      pyudf_tile patched = tile;
      patched.rows = &rows;
      batch.score(patched, formula);
    }
  }

  /// Those of the places `all` that lie in [begin, end).
  static std::span<const std::int64_t> between(const std::vector<std::int64_t>& all, std::int64_t begin,
                                               std::int64_t end) {
    return std::span(std::lower_bound(all.begin(), all.end(), begin), std::lower_bound(all.begin(), all.end(), end));
  }

  /// Overwrites the scores of the texts that no lane holds.
  static void score_long_texts(const lanes::Batch& batch, const Call& call, const pyudf_column* columns,
                               const pyudf_tile& tile) {
    for (const std::int64_t which : between(batch.long_rows(), tile.row_begin, tile.row_end)) {
      pyudf_tile one = tile;
      one.row_begin = which, one.row_end = which + 1;
      one.out = static_cast<char*>(tile.out) + (which - tile.row_begin) * tile.row_bytes;
      std::int64_t row, column;
      score_tile(nullptr, call, columns, one, row, column);
    }
    score_columns(between(batch.long_columns(), tile.column_begin, tile.column_end), call, columns, tile);
  }

  /// Scores some columns of a tile.
  static void score_columns(std::span<const std::int64_t> which, const Call& call, const pyudf_column* columns,
                            const pyudf_tile& tile) {
    if (which.empty()) return;
    std::vector<pyudf_text> right;
    for (const std::int64_t column : which) right.push_back(text(columns[1], column));
    std::vector<Score> scores(right.size());
    Scratch scratch;
    const auto each_row = [&](auto&& score) {
      for (std::int64_t row = tile.row_begin; row < tile.row_end; ++row) {
        score(text(columns[0], row));
        char* const out = static_cast<char*>(tile.out) + (row - tile.row_begin) * tile.row_bytes;
        for (std::size_t i = 0; i < which.size(); ++i)
          store(&scores[i], 1, tile.out_type, out + (which[i] - tile.column_begin) * size_of(tile.out_type));
      }
    };
    if constexpr (HasQuery<Kernel>) {
      if (Kernel::Query::usable(call.options)) {
        Row<Kernel> prepared(call.options, scratch);
        return each_row([&](const pyudf_text& left) {
          prepared.prepare(left);
          prepared.template scores<Formed>(right.data(), nullptr, std::ssize(right), call.cutoff, scores.data());
        });
      }
    }
    each_row([&](const pyudf_text& left) {
      for (std::size_t i = 0; i < right.size(); ++i) scores[i] = call.score(left, right[i], scratch);
    });
  }

  /// Puts in the scores of the texts that no lane holds before others take the rows.
  struct PatchedRows : pyudf_rows {
    PatchedRows(const lanes::Batch& of, const Call& with, const pyudf_column* texts, const pyudf_tile& to)
        : pyudf_rows{patch}, batch(of), call(with), columns(texts), tile(to) {}

    static pyudf_status patch(pyudf_rows* self, std::int64_t row, std::int64_t column, std::int64_t n,
                              const void* scores) {
      auto& rows = static_cast<PatchedRows&>(*self);
      try {
        const std::int64_t bytes = size_of(rows.tile.out_type);
        const auto* const first = static_cast<const std::byte*>(scores);
        rows.scores.assign(first, first + n * bytes);
        pyudf_tile part = rows.tile;
        part.row_begin = row, part.row_end = row + 1;
        part.column_begin = column, part.column_end = column + n;
        part.out = rows.scores.data(), part.rows = nullptr;
        score_long_texts(rows.batch, rows.call, rows.columns, part);
        return rows.tile.rows->take(rows.tile.rows, row, column, n, rows.scores.data());
      } catch (...) {
        return PYUDF_MEMORY_ERROR;
      }
    }

    const lanes::Batch& batch;
    const Call& call;
    const pyudf_column* columns;
    const pyudf_tile& tile;
    std::vector<std::byte> scores;
  };

  static const pyudf_text& text(const pyudf_column& column, std::int64_t i) {
    return *reinterpret_cast<const pyudf_text*>(static_cast<const char*>(column.data) + i * column.stride);
  }

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
