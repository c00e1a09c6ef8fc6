// bench_lanes.cpp: the kernels over lanes, each on every processor target there is here, by the length of the texts:
// cycles that a vector takes for a character of a query, beside the floor of its operations.
#include <benchmark/benchmark.h>

#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core_speed.hpp"
#include "text/lanes/target.hpp"

namespace pyudf::text::lanes {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr std::int64_t kSizes[] = {8, 13, 45, 150};
constexpr std::int64_t kWord = 64;  // characters
constexpr std::int64_t kTexts = 1024;
constexpr std::int64_t kQueries = 64;

/// Texts of about the size, of 26 letters, one after the other.
class Column {
 public:
  Column(std::int64_t size, std::int64_t n) : units_(static_cast<std::size_t>(2 * size * n)) {
    std::mt19937_64 random(kSeed + std::uint64_t(n));
    for (std::uint8_t& unit : units_) unit = static_cast<std::uint8_t>('a' + random() % 26);
    for (std::int64_t i = 0; i < n; ++i)
      texts_.push_back({units_.data() + i * 2 * size,
                        size - size / 4 + std::int64_t(random() % std::uint64_t(size / 2 + 1)),
                        1,
                        {}});
  }

  const pyudf_text* texts() const { return texts_.data(); }
  std::int64_t n() const { return static_cast<std::int64_t>(texts_.size()); }

 private:
  std::vector<std::uint8_t> units_;
  std::vector<pyudf_text> texts_;
};

Alphabet alphabet_of(const Column& column) {
  Alphabet alphabet;
  for (std::int64_t i = 0; i < column.n(); ++i)
    with_width(column.texts()[i], [&](auto text) { return alphabet.add(text); });
  return alphabet;
}

/// The queries in the order of a matrix, each with what is known of it from the one before.
std::vector<Query> in_order(const Queries& queries, Count count) {
  std::vector<Query> found;
  std::int64_t before = -1;
  const std::int64_t n = queries.count();
  const bool near = count == Count::near;
  for (const std::int64_t row : near ? queries.by_size(0, n) : queries.ordered(0, n)) {
    found.push_back({queries.codes(row), queries.size(row), near || before < 0 ? 0 : queries.shared(row, before)});
    before = row;
  }
  return found;
}

/// Operations of vectors that a step of a recurrence takes (text/lanes/recurrences.hpp), loads and moves not counted.
struct Operations {
  int ternary, plain;  // of a text in one word, with operations of three inputs and without
  // Of one in several words, more:
  int sums;    // that take a carry in and give one out
  int shifts;  // that take a bit in
  int more_ternary, more_plain;

  double of(simd::Target target, bool several_words) const {
    const bool has_ternary = target == simd::Target::avx512bw || target == simd::Target::avx512;
    const int shift_in = target == simd::Target::avx512 ? 1 : 3;  // instead of one addition
    const int single = has_ternary ? ternary : plain;
    return several_words ? single + 2 * sums + (shift_in - 1) * shifts + (has_ternary ? more_ternary : more_plain)
                         : single;
  }
};

struct Measured {
  Count count;
  const char* name;
  Operations operations;
};

// Jaro's are those of going through a query twice. No floor is told where not all steps are taken.
constexpr Measured kMeasured[] = {{Count::edits, "levenshtein", {7, 10, 1, 1, 0, 0}},
                                  {Count::swaps, "osa", {11, 17, 1, 2, 0, 0}},
                                  {Count::far_swaps, "damerau_levenshtein", {22, 30, 0, 5, 5, 6}},
                                  {Count::common, "indel", {3, 4, 1, 0, 0, 0}},
                                  {Count::places, "hamming", {2, 3, 0, 0, 0, 0}},
                                  {Count::leading, "prefix", {}},
                                  {Count::near, "jaro", {8, 11, 0, 1, 2, 2}}};

/// Whether texts may take several words.
constexpr bool has_several_words(Count count) { return count <= Count::common || count == Count::near; }

/// Vectors that are taken one character further.
std::int64_t steps(const Slab& slab, const std::vector<Query>& queries) {
  std::int64_t vectors = 0, characters = 0;
  for (const Group& group : slab.groups()) vectors += group.width.words * group.width.vectors;
  for (const Query& query : queries) characters += query.size - query.shared;
  return vectors * characters;
}

/// Counts of a block of queries against the texts of a slab, which are not put in order nor made scores of.
void run(benchmark::State& state, simd::Target name, const Measured& measured) {
  simd::use(name);
  const Target& target = current_target();
  const Column left(state.range(0), kQueries), right(state.range(0), kTexts);
  const Alphabet alphabet = alphabet_of(right);
  const Slab slab(right.texts(), right.n(), alphabet, target.vectors, 8);
  const Queries coded(left.texts(), left.n(), alphabet);
  const std::vector<Query> queries = in_order(coded, measured.count);
  // In as few bits as hold what is counted.
  const int type = measured.count == Count::near ? (slab.groups().back().width.words > 1 ? 2 : 1) : 0;
  const Run run_group = target.run[static_cast<int>(measured.count)][type];
  std::vector<std::uint32_t> counts(static_cast<std::size_t>(kQueries * slab.stride() + 64));
  Workspace workspace;
  const std::clock_t start = std::clock();  // the core's own time, whatever else the machine does
  for (auto _ : state) {
    for (const Group& group : slab.groups())
      run_group(group, queries.data(), kQueries, counts.data(), slab.stride(), workspace);
    benchmark::ClobberMemory();
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  using benchmark::Counter;
  const double taken = static_cast<double>(steps(slab, queries)) * static_cast<double>(state.iterations());
  state.counters["pairs/s"] = Counter(static_cast<double>(kQueries * kTexts), Counter::kIsIterationInvariantRate);
  state.counters["cycles/step"] = seconds * bench::cycles_per_second() / taken;
  if (const double operations = measured.operations.of(name, slab.groups().back().width.words > 1); operations > 0)
    state.counters["floor"] = operations / bench::additions_per_cycle(name);
}

}  // namespace
}  // namespace pyudf::text::lanes

int main(int argc, char** argv) {
  using namespace pyudf::text::lanes;
  for (const Measured& measured : kMeasured)
    for (const pyudf::simd::Target target : pyudf::simd::available()) {
      const std::string name = std::string(measured.name) + "/" + pyudf::simd::name(target) + "/size";
      auto* const added = benchmark::RegisterBenchmark(name.c_str(), run, target, measured);
      for (const std::int64_t size : kSizes)
        if (size <= kWord || has_several_words(measured.count)) added->Arg(size);
    }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
