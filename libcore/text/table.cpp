// table.cpp: reads the roster of text metrics into table entries: names, documentation, parameters, functions.
#include "text/table.hpp"

#include <array>
#include <string_view>

#include "text/damerau_levenshtein.hpp"
#include "text/entry.hpp"
#include "text/hamming.hpp"
#include "text/indel.hpp"
#include "text/jaro.hpp"
#include "text/jaro_winkler.hpp"
#include "text/lcs_seq.hpp"
#include "text/levenshtein.hpp"
#include "text/osa.hpp"
#include "text/postfix.hpp"
#include "text/prefix.hpp"
#include "text/within.hpp"

namespace pyudf::text {
namespace {

using namespace std::string_view_literals;

constexpr pyudf_type kText = detail::describe<pyudf_text>(PYUDF_TEXT);
template <class Score>
constexpr const pyudf_type* kScore = &type<Score>::description;
constexpr pyudf_value kMissing{{.integer = 0}, 1, 0};

/// Concatenates string views at compile time into one C string.
template <const std::string_view&... parts>
constexpr auto kJoined = [] {
  std::array<char, (parts.size() + ... + 1)> text{};
  std::size_t at = 0;
  for (const std::string_view part : {parts...})
    for (const char c : part) text[at++] = c;
  return text;
}();

constexpr std::string_view kFormLead[] = {" distance: "sv, " similarity: "sv, " distance as a fraction: "sv,
                                          " similarity as a fraction: "sv};
constexpr std::string_view kNothing = ""sv;
constexpr std::string_view kOther = "the largest possible value minus the other form, which is "sv;
constexpr std::string_view kFraction = "the other form divided by its largest possible value, where it is "sv;
constexpr std::string_view kComplement = "one minus the other form divided by its largest value, where it is "sv;
constexpr std::string_view kReferences = ".\n\nReferences\n----------\n"sv;

template <class Kernel, Form form>
constexpr const char* document() {
  constexpr bool native = (Kernel::kind == Kind::similarity) == is_similarity(form);
  if constexpr (native && (!is_normalized(form) || std::is_same_v<typename Kernel::Score, double>))
    return kJoined<Kernel::title, kFormLead[int(form)], Kernel::definition, kReferences, Kernel::source>.data();
  else if constexpr (std::is_same_v<typename Kernel::Score, double> || !is_normalized(form))
    return kJoined<Kernel::title, kFormLead[int(form)], kOther, Kernel::definition, kReferences, Kernel::source>.data();
  else if constexpr (native)
    return kJoined<Kernel::title, kFormLead[int(form)], kFraction, Kernel::definition, kReferences, Kernel::source>.data();
  else
    return kJoined<Kernel::title, kFormLead[int(form)], kComplement, Kernel::definition, kReferences, Kernel::source>.data();
}

constexpr const char* kCutoffDocs[] = {
    "Largest distance of interest: one above it is reported as score_cutoff + 1 (1.0 where it is a fraction).",
    "Smallest similarity of interest: one below it is reported as 0.",
    "Largest distance of interest, from 0 to 1: one above it is reported as 1.0.",
    "Smallest similarity of interest, from 0 to 1: one below it is reported as 0.0."};

template <class Kernel, Form form>
constexpr auto kParameters = [] {
  using E = Entry<Kernel, form>;
  std::array<pyudf_parameter, E::kParameters> all{};
  all[0] = {"s1", "Left text.", &kText, nullptr, 0, 0};
  all[1] = {"s2", "Right text.", &kText, nullptr, 0, 0};
  for (std::int32_t i = 0; i < Kernel::Options::count; ++i) all[2 + i] = Kernel::Options::parameters[i];
  all.back() = {"score_cutoff", kCutoffDocs[int(form)], kScore<typename E::Score>, &kMissing, PYUDF_OPTION, 0};
  return all;
}();

template <class Kernel, Form form>
constexpr pyudf_function entry(const char* name) {
  using E = Entry<Kernel, form>;
  pyudf_function f{};
  f.name = name;
  f.doc = document<Kernel, form>();
  f.example = Kernel::examples[int(form)];
  f.parameters = kParameters<Kernel, form>.data();
  f.n_parameters = E::kParameters;
  f.n_options = E::kParameters - 2;
  f.result = kScore<typename E::Score>;
  f.flags = PYUDF_DETERMINISTIC;
  if (is_similarity(form)) f.flags |= PYUDF_SIMILARITY;
  f.plan = E::plan;
  f.scalar = E::scalar;
  f.batch = E::batch;
  f.outer_begin = E::outer_begin;
  f.outer = E::outer;
  f.outer_end = E::outer_end;
  f.symbol = name;
  if constexpr (HasSignatureBound<Kernel>) f.outer_within = Within<Kernel, form>::entry;
  return f;
}

constexpr pyudf_function kFunctions[] = {
#define KERNEL(name, Type)                                                                \
  entry<Type, Form::distance>(#name), entry<Type, Form::similarity>(#name "_similarity"), \
      entry<Type, Form::normalized_distance>(#name "_normalized_distance"),               \
      entry<Type, Form::normalized_similarity>(#name "_normalized_similarity"),
#include "text/kernels.def"
#undef KERNEL
};

}  // namespace

std::span<const pyudf_function> functions() noexcept { return kFunctions; }

}  // namespace pyudf::text
