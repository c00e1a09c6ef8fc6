// bench_kernels.cpp: every text metric of the roster, pair by pair and with the left text prepared, by length and
// width.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "text/damerau_levenshtein.hpp"
#include "text/hamming.hpp"
#include "text/indel.hpp"
#include "text/jaro.hpp"
#include "text/jaro_winkler.hpp"
#include "text/lcs_seq.hpp"
#include "text/levenshtein.hpp"
#include "text/osa.hpp"
#include "text/postfix.hpp"
#include "text/prefix.hpp"

namespace pyudf::text {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr std::int64_t kSizes[] = {8, 16, 32, 64, 128, 1024};
constexpr std::int64_t kTexts = 256;  // enough that branch predictors do not learn them by heart

/// Texts of about the size, of 26 letters; in units of two bytes they are Cyrillic.
template <class Char>
std::vector<std::vector<Char>> texts(std::int64_t size) {
  std::mt19937_64 random(kSeed);
  std::vector<std::vector<Char>> all(kTexts);
  for (auto& text : all) {
    text.resize(static_cast<std::size_t>(size - size / 4 + std::int64_t(random() % std::uint64_t(size / 2 + 1))));
    for (Char& unit : text) unit = static_cast<Char>((sizeof(Char) == 1 ? 'a' : 0x430) + random() % 26);
  }
  return all;
}

template <class Char>
Text<Char> view(const std::vector<Char>& units) {
  return {units.data(), static_cast<std::int64_t>(units.size())};
}

template <class Kernel>
typename Kernel::Score no_cutoff() {
  if constexpr (Kernel::kind == Kind::distance)
    return kNoCutoff;
  else
    return 0;
}

template <class Kernel>
typename Kernel::Options options() {
  // Texts of unequal lengths are compared, which Hamming must be told to.
  if constexpr (requires(typename Kernel::Options o) { o.pad; })
    return {true};
  else
    return {};
}

void count(benchmark::State& state, std::int64_t cells) {
  state.SetItemsProcessed(state.iterations() * kTexts);
  state.counters["cells/s"] =
      benchmark::Counter(static_cast<double>(cells) * kTexts, benchmark::Counter::kIsIterationInvariantRate);
}

/// One left text after the other against all right ones; an iteration is one left text.
template <class Kernel, class Char>
void score(benchmark::State& state) {
  const auto all = texts<Char>(state.range(0));
  const auto opts = options<Kernel>();
  const auto scratch = std::make_unique<Scratch>();
  std::size_t row = 0;
  for (auto _ : state) {
    const auto left = view(all[row++ % kTexts]);
    for (const auto& right : all)
      benchmark::DoNotOptimize(Kernel::score(left, view(right), opts, no_cutoff<Kernel>(), *scratch));
  }
  count(state, state.range(0) * state.range(0));
}

template <class Kernel, class Char>
void query(benchmark::State& state) {
  const auto all = texts<Char>(state.range(0));
  const auto opts = options<Kernel>();
  const auto scratch = std::make_unique<Scratch>();
  const auto prepared = std::make_unique<typename Kernel::Query>();
  std::size_t row = 0;
  for (auto _ : state) {
    prepared->prepare(view(all[row++ % kTexts]));
    for (const auto& right : all)
      benchmark::DoNotOptimize(prepared->score(view(right), opts, no_cutoff<Kernel>(), *scratch));
  }
  count(state, state.range(0) * state.range(0));
}

template <class Kernel, class Char>
void add(const std::string& name) {
  const std::string width = "/width:" + std::to_string(sizeof(Char)) + "/size";
  std::vector<benchmark::internal::Benchmark*> added = {
      benchmark::RegisterBenchmark((name + "/score" + width).c_str(), score<Kernel, Char>)};
  if constexpr (requires { typename Kernel::Query; })
    added.push_back(benchmark::RegisterBenchmark((name + "/query" + width).c_str(), query<Kernel, Char>));
  for (benchmark::internal::Benchmark* one : added)
    for (const std::int64_t size : kSizes) one->Arg(size);
}

}  // namespace
}  // namespace pyudf::text

int main(int argc, char** argv) {
  using namespace pyudf::text;
#define KERNEL(name, Type)        \
  add<Type, std::uint8_t>(#name); \
  add<Type, std::uint16_t>(#name);
#include "text/kernels.def"
#undef KERNEL
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
