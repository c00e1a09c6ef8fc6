// bench_lanes.cpp: the kernels over lanes, each on every processor target there is here, by the length of the texts.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "text/lanes/target.hpp"

namespace pyudf::text::lanes {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr std::int64_t kSizes[] = {8, 13, 45, 150};
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

/// The queries in the order of a matrix, each with what it shares with the one before.
std::vector<Query> in_order(const Queries& queries) {
  std::vector<Query> found;
  std::int64_t before = -1;
  for (const std::int64_t row : queries.ordered(0, queries.count())) {
    found.push_back({queries.codes(row), queries.size(row), before < 0 ? 0 : queries.shared(row, before)});
    before = row;
  }
  return found;
}

/// Vectors that are taken one character further.
std::int64_t steps(const Slab& slab, const std::vector<Query>& queries) {
  std::int64_t vectors = 0, characters = 0;
  for (const Group& group : slab.groups()) vectors += group.width.words * group.width.vectors;
  for (const Query& query : queries) characters += query.size - query.shared;
  return vectors * characters;
}

/// Counts of a block of queries against the texts of a slab, which are not put in order nor made scores of.
void run(benchmark::State& state, simd::Target name, Count count) {
  simd::use(name);
  const Target& target = current_target();
  const Column left(state.range(0), kQueries), right(state.range(0), kTexts);
  const Alphabet alphabet = alphabet_of(right);
  const Slab slab(right.texts(), right.n(), alphabet, target.vectors, 8);
  const Queries coded(left.texts(), left.n(), alphabet);
  const std::vector<Query> queries = in_order(coded);
  const Run* const runs = target.run[static_cast<int>(count)];
  const Run run_group = runs[0] ? runs[0] : runs[1];  // in 8 bits, where they hold what is counted
  std::vector<std::uint16_t> counts(static_cast<std::size_t>(kQueries * slab.stride() + 64));
  Workspace workspace;
  for (auto _ : state) {
    for (const Group& group : slab.groups())
      run_group(group, queries.data(), kQueries, counts.data(), slab.stride(), workspace);
    benchmark::ClobberMemory();
  }
  using benchmark::Counter;
  const auto flags = Counter::kIsIterationInvariantRate;
  state.counters["pairs/s"] = Counter(static_cast<double>(kQueries * kTexts), flags);
  state.counters["steps/s"] = Counter(static_cast<double>(steps(slab, queries)), flags);
}

}  // namespace
}  // namespace pyudf::text::lanes

int main(int argc, char** argv) {
  using namespace pyudf::text::lanes;
  constexpr struct {
    Count count;
    const char* name;
  } kMeasures[] = {{Count::edits, "levenshtein"}, {Count::swaps, "osa"},      {Count::far_swaps, "damerau_levenshtein"},
                   {Count::common, "indel"},      {Count::places, "hamming"}, {Count::leading, "prefix"},
                   {Count::near, "jaro"}};
  for (const auto& measure : kMeasures)
    for (const pyudf::simd::Target target : pyudf::simd::available()) {
      const std::string name = std::string(measure.name) + "/" + pyudf::simd::name(target) + "/size";
      auto* const added = benchmark::RegisterBenchmark(name.c_str(), run, target, measure.count);
      for (const std::int64_t size : kSizes)
        if (measure.count <= Count::common || size <= kNearRows) added->Arg(size);  // the others are of single words
    }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
