// expression.hpp: which function of a table an expression of a query engine means, and with which options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/memory.hpp"
#include "engines/pickle.hpp"
#include "pyudf/abi.h"
#include "pyudf/arrow.h"

namespace pyudf {

/// A function or an aggregate, and which of its parameters each column of the expression is for.
struct Expression {
  const pyudf_function* function = nullptr;  // one of these two
  const pyudf_aggregate* aggregate = nullptr;
  std::vector<std::int32_t> columns;  // of each parameter that is no option; -1: its default
  std::vector<pyudf_value> options;
  int workers = 0;                              // 0: as many as the rows are worth
  std::deque<std::vector<std::int64_t>> lists;  // what options point to

  const char* name() const noexcept { return function ? function->name : aggregate->name; }
  const pyudf_parameter* parameters() const noexcept { return function ? function->parameters : aggregate->parameters; }
  const pyudf_type& result() const noexcept { return function ? *function->result : *aggregate->result; }
};

/// Finds the one that `symbol` names and whose parameters take columns of these schemas. The dict holds its options,
/// `workers`, and `columns`: the names of the parameters that the columns are for, where they are not the first ones.
/// Throws WrongType, std::invalid_argument with what is wrong.
Expression resolve(const pyudf_table& table, const std::string& symbol, const std::vector<const ArrowSchema*>& schemas,
                   const PlainDict& given);

}  // namespace pyudf
