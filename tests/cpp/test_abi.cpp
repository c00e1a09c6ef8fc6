// test_abi.cpp: pins abi.h: sizes and offsets of 64-bit platforms, numbers of enumerators, the shape of the built-in
// table.
#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>

#include "core/memory.hpp"
#include "core/registry.hpp"
#include "pyudf/abi.h"
#include "pyudf/arrow.h"

namespace {

// A number that changes here breaks every library that was compiled before: see the rules at the head of abi.h.
static_assert(PYUDF_ABI_MAJOR == 1 && PYUDF_ABI_MINOR == 3);
static_assert(sizeof(void*) == 8, "the table is for 64-bit platforms");

static_assert(sizeof(pyudf_error) == 256);
static_assert(offsetof(pyudf_error, row) == 0);
static_assert(offsetof(pyudf_error, column) == 8);
static_assert(offsetof(pyudf_error, message) == 16);

static_assert(sizeof(pyudf_type) == 64);
static_assert(offsetof(pyudf_type, id) == 0);
static_assert(offsetof(pyudf_type, size) == 4);
static_assert(offsetof(pyudf_type, child) == 8);
static_assert(offsetof(pyudf_type, flags) == 16);
static_assert(offsetof(pyudf_type, slot) == 20);
static_assert(offsetof(pyudf_type, name) == 24);
static_assert(offsetof(pyudf_type, names) == 32);
static_assert(offsetof(pyudf_type, fields) == 40);
static_assert(offsetof(pyudf_type, offsets) == 48);
static_assert(offsetof(pyudf_type, values) == 56);

static_assert(sizeof(pyudf_text) == 24);
static_assert(offsetof(pyudf_text, data) == 0);
static_assert(offsetof(pyudf_text, size) == 8);
static_assert(offsetof(pyudf_text, width) == 16);
static_assert(offsetof(pyudf_text, reserved) == 20);

static_assert(sizeof(pyudf_list) == 16);
static_assert(offsetof(pyudf_list, data) == 0);
static_assert(offsetof(pyudf_list, size) == 8);

static_assert(sizeof(pyudf_value) == 32);
static_assert(offsetof(pyudf_value, integer) == 0);
static_assert(offsetof(pyudf_value, real) == 0);
static_assert(offsetof(pyudf_value, text) == 0);
static_assert(offsetof(pyudf_value, list) == 0);
static_assert(offsetof(pyudf_value, slot) == 0);
static_assert(offsetof(pyudf_value, object) == 0);
static_assert(offsetof(pyudf_value, missing) == 24);
static_assert(offsetof(pyudf_value, reserved) == 28);

static_assert(sizeof(pyudf_column) == 24);
static_assert(offsetof(pyudf_column, data) == 0);
static_assert(offsetof(pyudf_column, stride) == 8);
static_assert(offsetof(pyudf_column, present) == 16);

static_assert(sizeof(pyudf_memory) == 8);
static_assert(offsetof(pyudf_memory, allocate) == 0);

static_assert(sizeof(pyudf_plan) == 24);
static_assert(offsetof(pyudf_plan, lowest) == 0);
static_assert(offsetof(pyudf_plan, highest) == 8);
static_assert(offsetof(pyudf_plan, symmetric) == 16);
static_assert(offsetof(pyudf_plan, batches) == 20);

static_assert(sizeof(pyudf_tile) == 64);
static_assert(offsetof(pyudf_tile, row_begin) == 0);
static_assert(offsetof(pyudf_tile, row_end) == 8);
static_assert(offsetof(pyudf_tile, column_begin) == 16);
static_assert(offsetof(pyudf_tile, column_end) == 24);
static_assert(offsetof(pyudf_tile, out) == 32);
static_assert(offsetof(pyudf_tile, row_bytes) == 40);
static_assert(offsetof(pyudf_tile, out_type) == 48);
static_assert(offsetof(pyudf_tile, flags) == 52);
static_assert(offsetof(pyudf_tile, rows) == 56);

static_assert(sizeof(pyudf_hits) == 24);
static_assert(offsetof(pyudf_hits, add) == 0);
static_assert(offsetof(pyudf_hits, upper) == 8);
static_assert(offsetof(pyudf_hits, reserved) == 12);
static_assert(offsetof(pyudf_hits, scored) == 16);

static_assert(sizeof(pyudf_parameter) == 40);
static_assert(offsetof(pyudf_parameter, name) == 0);
static_assert(offsetof(pyudf_parameter, doc) == 8);
static_assert(offsetof(pyudf_parameter, type) == 16);
static_assert(offsetof(pyudf_parameter, fallback) == 24);
static_assert(offsetof(pyudf_parameter, flags) == 32);
static_assert(offsetof(pyudf_parameter, reserved) == 36);

static_assert(sizeof(pyudf_function) == 120);
static_assert(offsetof(pyudf_function, name) == 0);
static_assert(offsetof(pyudf_function, doc) == 8);
static_assert(offsetof(pyudf_function, example) == 16);
static_assert(offsetof(pyudf_function, parameters) == 24);
static_assert(offsetof(pyudf_function, n_parameters) == 32);
static_assert(offsetof(pyudf_function, n_options) == 36);
static_assert(offsetof(pyudf_function, result) == 40);
static_assert(offsetof(pyudf_function, flags) == 48);
static_assert(offsetof(pyudf_function, reserved) == 52);
static_assert(offsetof(pyudf_function, plan) == 56);
static_assert(offsetof(pyudf_function, scalar) == 64);
static_assert(offsetof(pyudf_function, batch) == 72);
static_assert(offsetof(pyudf_function, outer_begin) == 80);
static_assert(offsetof(pyudf_function, outer) == 88);
static_assert(offsetof(pyudf_function, outer_end) == 96);
static_assert(offsetof(pyudf_function, symbol) == 104);
static_assert(offsetof(pyudf_function, outer_within) == 112);

static_assert(sizeof(pyudf_aggregate) == 104);
static_assert(offsetof(pyudf_aggregate, name) == 0);
static_assert(offsetof(pyudf_aggregate, doc) == 8);
static_assert(offsetof(pyudf_aggregate, example) == 16);
static_assert(offsetof(pyudf_aggregate, parameters) == 24);
static_assert(offsetof(pyudf_aggregate, n_parameters) == 32);
static_assert(offsetof(pyudf_aggregate, flags) == 36);
static_assert(offsetof(pyudf_aggregate, result) == 40);
static_assert(offsetof(pyudf_aggregate, state_bytes) == 48);
static_assert(offsetof(pyudf_aggregate, create) == 56);
static_assert(offsetof(pyudf_aggregate, destroy) == 64);
static_assert(offsetof(pyudf_aggregate, update) == 72);
static_assert(offsetof(pyudf_aggregate, merge) == 80);
static_assert(offsetof(pyudf_aggregate, finish) == 88);
static_assert(offsetof(pyudf_aggregate, symbol) == 96);

static_assert(sizeof(pyudf_class) == 72);
static_assert(offsetof(pyudf_class, name) == 0);
static_assert(offsetof(pyudf_class, doc) == 8);
static_assert(offsetof(pyudf_class, constructors) == 16);
static_assert(offsetof(pyudf_class, methods) == 24);
static_assert(offsetof(pyudf_class, getters) == 32);
static_assert(offsetof(pyudf_class, setters) == 40);
static_assert(offsetof(pyudf_class, n_constructors) == 48);
static_assert(offsetof(pyudf_class, n_methods) == 52);
static_assert(offsetof(pyudf_class, n_getters) == 56);
static_assert(offsetof(pyudf_class, n_setters) == 60);
static_assert(offsetof(pyudf_class, destroy) == 64);

static_assert(sizeof(pyudf_table) == 112);
static_assert(offsetof(pyudf_table, abi_major) == 0);
static_assert(offsetof(pyudf_table, abi_minor) == 4);
static_assert(offsetof(pyudf_table, name) == 8);
static_assert(offsetof(pyudf_table, doc) == 16);
static_assert(offsetof(pyudf_table, functions) == 24);
static_assert(offsetof(pyudf_table, n_functions) == 32);
static_assert(offsetof(pyudf_table, function_bytes) == 40);
static_assert(offsetof(pyudf_table, aggregates) == 48);
static_assert(offsetof(pyudf_table, n_aggregates) == 56);
static_assert(offsetof(pyudf_table, classes) == 64);
static_assert(offsetof(pyudf_table, n_classes) == 72);
static_assert(offsetof(pyudf_table, types) == 80);
static_assert(offsetof(pyudf_table, n_types) == 88);
static_assert(offsetof(pyudf_table, aggregate_bytes) == 96);
static_assert(offsetof(pyudf_table, class_bytes) == 104);

// As the specification of the Arrow C data interface lays them out.
static_assert(sizeof(ArrowSchema) == 72);
static_assert(sizeof(ArrowArray) == 80);
static_assert(sizeof(ArrowArrayStream) == 40);

static_assert(PYUDF_OK == 0 && PYUDF_VALUE_ERROR == 1 && PYUDF_TYPE_ERROR == 2 && PYUDF_INDEX_ERROR == 3);
static_assert(PYUDF_OVERFLOW_ERROR == 4 && PYUDF_MEMORY_ERROR == 5 && PYUDF_RUNTIME_ERROR == 6 && PYUDF_CANCELLED == 7);
static_assert(PYUDF_BOOL == 1 && PYUDF_INT8 == 2 && PYUDF_INT16 == 3 && PYUDF_INT32 == 4 && PYUDF_INT64 == 5);
static_assert(PYUDF_UINT8 == 6 && PYUDF_UINT16 == 7 && PYUDF_UINT32 == 8 && PYUDF_UINT64 == 9);
static_assert(PYUDF_FLOAT16 == 10 && PYUDF_FLOAT32 == 11 && PYUDF_FLOAT64 == 12 && PYUDF_TEXT == 13 &&
              PYUDF_LIST == 14);
static_assert(PYUDF_NONE == 0 && PYUDF_UTF8 == 15 && PYUDF_CODE_POINTS == 16 && PYUDF_BINARY == 17 && PYUDF_SET == 18);
static_assert(PYUDF_MAP == 19 && PYUDF_STRUCT == 20 && PYUDF_DATE == 21 && PYUDF_TIMESTAMP == 22);
static_assert(PYUDF_DURATION == 23 && PYUDF_ENUM == 24 && PYUDF_OBJECT == 25 && PYUDF_OPTIONAL == 1);
static_assert(PYUDF_OPTION == 1 && PYUDF_DETERMINISTIC == 1 && PYUDF_SIMILARITY == 2 && PYUDF_RELEASES_GIL == 4);
static_assert(PYUDF_MUTATES == 8 && PYUDF_SYMMETRIC == 16);

TEST(Table, SaysWhatItWasCompiledAgainst) {
  const pyudf_table& table = *pyudf_builtin_table();
  EXPECT_EQ(table.abi_major, PYUDF_ABI_MAJOR);
  EXPECT_EQ(table.abi_minor, PYUDF_ABI_MINOR);
  EXPECT_EQ(table.function_bytes, static_cast<int64_t>(sizeof(pyudf_function)));
  EXPECT_STREQ(table.name, "pyudf");
}

TEST(Table, IsTheSameEveryTime) { EXPECT_EQ(pyudf_builtin_table(), pyudf_builtin_table()); }

TEST(Table, HasEveryMetricOfTheRosterInFourForms) {
  std::set<std::string> names;
  const pyudf_table& table = *pyudf_builtin_table();
  for (int64_t i = 0; i < table.n_functions; ++i)
    EXPECT_TRUE(names.insert(table.functions[i].name).second) << table.functions[i].name << " is there twice";
  std::size_t metrics = 0;
#define KERNEL(name, Type)                                                                       \
  ++metrics;                                                                                     \
  for (const char* form : {"", "_similarity", "_normalized_distance", "_normalized_similarity"}) \
    EXPECT_TRUE(names.count(std::string(#name) + form)) << #name << form;
#include "text/kernels.def"
#undef KERNEL
  EXPECT_EQ(names.size(), 4 * metrics);
}

TEST(Table, DescribesEachFunctionWhole) {
  const pyudf_table& table = *pyudf_builtin_table();
  for (int64_t i = 0; i < table.n_functions; ++i) {
    const pyudf_function& f = table.functions[i];
    SCOPED_TRACE(f.name);
    EXPECT_NE(std::string(f.doc), "");
    ASSERT_NE(f.example, nullptr);
    EXPECT_NE(std::string(f.example).find(">>> "), std::string::npos);
    ASSERT_NE(f.result, nullptr);
    EXPECT_TRUE(f.result->id == PYUDF_INT64 || f.result->id == PYUDF_FLOAT64);
    EXPECT_NE(f.plan, nullptr);
    EXPECT_NE(f.scalar, nullptr);
    EXPECT_NE(f.batch, nullptr);
    EXPECT_EQ(f.reserved, 0u);
    EXPECT_EQ(f.outer_begin != nullptr, f.outer_end != nullptr);
    ASSERT_EQ(f.n_parameters - f.n_options, 2);
    std::set<std::string> names;
    for (int32_t p = 0; p < f.n_parameters; ++p) {
      const pyudf_parameter& parameter = f.parameters[p];
      SCOPED_TRACE(parameter.name);
      EXPECT_TRUE(names.insert(parameter.name).second);
      EXPECT_NE(std::string(parameter.doc), "");
      ASSERT_NE(parameter.type, nullptr);
      EXPECT_EQ(parameter.type->id == PYUDF_LIST, parameter.type->child != nullptr);
      EXPECT_EQ((parameter.flags & PYUDF_OPTION) != 0, p >= 2);
      EXPECT_EQ(parameter.fallback != nullptr, p >= 2);
      EXPECT_EQ(parameter.reserved, 0u);
    }
    EXPECT_EQ(std::string(f.parameters[f.n_parameters - 1].name), "score_cutoff");
    EXPECT_TRUE(f.parameters[f.n_parameters - 1].fallback->missing);
  }
}

TEST(Table, CallsWork) {
  const pyudf_function& f = pyudf_builtin_table()->functions[0];
  ASSERT_STREQ(f.name, "levenshtein");
  pyudf_value args[4] = {};
  args[0].text = {"kitten", 6, 1, 0};
  args[1].text = {"sitting", 7, 1, 0};
  for (int32_t p = 2; p < f.n_parameters; ++p) args[p] = *f.parameters[p].fallback;
  pyudf_value result{};
  pyudf_error error{};
  pyudf::Arena memory;
  ASSERT_EQ(f.scalar(args, &result, &memory, &error), PYUDF_OK);
  EXPECT_EQ(result.integer, 3);
  args[3] = {{.integer = -1}, 0, 0};
  EXPECT_EQ(f.scalar(args, &result, &memory, &error), PYUDF_VALUE_ERROR);
  EXPECT_NE(std::string(error.message), "");
}

}  // namespace
