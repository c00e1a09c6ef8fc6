// lane_calls.hpp: every function that lanes can run, with options, and what single calls give for them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/registry.hpp"
#include "pyudf/store.hpp"

struct Call {
  const pyudf_function* function;
  std::vector<pyudf_value> options;

  bool counts() const { return function->result->id == PYUDF_INT64; }

  std::string name() const { return function->name + std::string(options.back().missing ? "" : ", with a cutoff"); }

  double score(const pyudf_text& a, const pyudf_text& b) const {
    std::vector<pyudf_value> args(2);
    args[0].text = a;
    args[1].text = b;
    args.insert(args.end(), options.begin(), options.end());
    pyudf_value result{};
    pyudf_error error{};
    EXPECT_EQ(function->scalar(args.data(), &result, nullptr, &error), PYUDF_OK) << error.message;
    return counts() ? static_cast<double>(result.integer) : result.real;
  }
};

inline bool batches(const Call& call) {
  const std::int64_t largest[] = {70, 70};
  pyudf_plan plan{};
  pyudf_error error{};
  return call.function->plan(call.options.data(), largest, &plan, &error) == PYUDF_OK && plan.batches;
}

/// Every function that scores in batches, with cutoffs and without, and with weights that lanes know.
inline std::vector<Call> calls() {
  static constexpr std::int64_t indel[] = {1, 1, 2};
  std::vector<Call> all;
  for (std::int64_t i = 0; i < pyudf_builtin_table()->n_functions; ++i) {
    const pyudf_function& function = pyudf_builtin_table()->functions[i];
    Call call{&function, {}};
    for (std::int32_t p = 2; p < function.n_parameters; ++p) call.options.push_back(*function.parameters[p].fallback);
    if (!batches(call)) continue;
    all.push_back(call);
    for (const double cutoff : {0.0, 0.25, 1.0, 4.0}) {
      Call other = call;
      other.options.back().missing = 0;
      if (call.counts())
        other.options.back().integer = static_cast<std::int64_t>(cutoff);
      else
        other.options.back().real = cutoff;
      all.push_back(other);
    }
    if (function.parameters[2].type->id != PYUDF_LIST) continue;
    call.options[0].list = {indel, 3};
    all.push_back(call);
  }
  return all;
}
