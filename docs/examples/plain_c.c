/* plain_c.c: a library of functions in C, written by hand with abi.h alone; pyudf/udf.hpp does the same for C++.
 *
 *   cc -std=c11 -O2 -fPIC -shared -I "$(python -c 'import pyudf; print(pyudf.get_include())')" plain_c.c -lm -o
 * plain_c.so python -c 'import pyudf; c = pyudf.load("plain_c.so"); print(c.length([3, 5], [4, 12]),
 * c.count_byte("banana", 97))'
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "pyudf/abi.h"

/* Rows of a column, which lie in any steps: 0 repeats one value. */
static double real_at(const pyudf_column* column, int64_t row) {
  double value;
  memcpy(&value, (const char*)column->data + row * column->stride, sizeof value);
  return value;
}

static int64_t integer_at(const pyudf_column* column, int64_t row) {
  int64_t value;
  memcpy(&value, (const char*)column->data + row * column->stride, sizeof value);
  return value;
}

static pyudf_text text_at(const pyudf_column* column, int64_t row) {
  pyudf_text value;
  memcpy(&value, (const char*)column->data + row * column->stride, sizeof value);
  return value;
}

/* Errors are told, and a row is named where there are rows. */
static pyudf_status refuse(pyudf_error* error, int64_t row, const char* message) {
  error->row = row;
  error->column = -1;
  strncpy(error->message, message, sizeof error->message - 1);
  error->message[sizeof error->message - 1] = 0;
  return PYUDF_VALUE_ERROR;
}

/* length(x, y) */

static pyudf_status length_scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory* memory,
                                  pyudf_error* error) {
  (void)memory, (void)error;
  result->real = hypot(args[0].real, args[1].real);
  result->missing = 0;
  return PYUDF_OK;
}

static pyudf_status length_batch(const pyudf_column* columns, int64_t n, const pyudf_value* options, void* out,
                                 uint8_t* present, pyudf_memory* memory, pyudf_error* error) {
  (void)options, (void)memory, (void)error;
  double* const results = out;
  for (int64_t row = 0; row < n; ++row)
    if (!present || present[row]) results[row] = hypot(real_at(&columns[0], row), real_at(&columns[1], row));
  return PYUDF_OK;
}

/* count_byte(text, byte=32) */

static int64_t count(pyudf_text text, int64_t byte) {
  const unsigned char* const units = text.data;
  int64_t found = 0;
  for (int64_t i = 0; i < text.size; ++i) found += units[i] == byte;
  return found;
}

static const char kNoByte[] = "byte must be 0 to 255";

static pyudf_status count_byte_scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory* memory,
                                      pyudf_error* error) {
  (void)memory;
  if (args[1].integer < 0 || args[1].integer > 255) return refuse(error, -1, kNoByte);
  result->integer = count(args[0].text, args[1].integer);
  result->missing = 0;
  return PYUDF_OK;
}

static pyudf_status count_byte_batch(const pyudf_column* columns, int64_t n, const pyudf_value* options, void* out,
                                     uint8_t* present, pyudf_memory* memory, pyudf_error* error) {
  (void)options, (void)memory;
  int64_t* const results = out;
  for (int64_t row = 0; row < n; ++row) {
    if (present && !present[row]) continue;
    const int64_t byte = integer_at(&columns[1], row);
    if (byte < 0 || byte > 255) return refuse(error, row, kNoByte);
    results[row] = count(text_at(&columns[0], row), byte);
  }
  return PYUDF_OK;
}

/* The table */

static const pyudf_type kReal = {.id = PYUDF_FLOAT64, .slot = sizeof(double)};
static const pyudf_type kInteger = {.id = PYUDF_INT64, .slot = sizeof(int64_t)};
static const pyudf_type kText = {.id = PYUDF_UTF8, .slot = sizeof(pyudf_text)};

static const pyudf_value kSpace = {.integer = ' '};

static const pyudf_parameter kLengthParameters[] = {
    {.name = "x", .doc = "One side.", .type = &kReal},
    {.name = "y", .doc = "The other side.", .type = &kReal},
};
static const pyudf_parameter kCountParameters[] = {
    {.name = "text", .doc = "Where to count.", .type = &kText},
    {.name = "byte", .doc = "What to count, of the text's UTF-8.", .type = &kInteger, .fallback = &kSpace},
};

static const pyudf_function kFunctions[] = {
    {.name = "length",
     .doc = "The length of the longest side of a right triangle.",
     .example = ">>> plain_c.length(3.0, 4.0)\n5.0",
     .parameters = kLengthParameters,
     .n_parameters = 2,
     .result = &kReal,
     .flags = PYUDF_DETERMINISTIC | PYUDF_SYMMETRIC,
     .scalar = length_scalar,
     .batch = length_batch},
    {.name = "count_byte",
     .doc = "How often a byte stands in a text.",
     .parameters = kCountParameters,
     .n_parameters = 2,
     .result = &kInteger,
     .flags = PYUDF_DETERMINISTIC,
     .scalar = count_byte_scalar,
     .batch = count_byte_batch},
};

static const pyudf_table kTable = {
    .abi_major = PYUDF_ABI_MAJOR,
    .abi_minor = PYUDF_ABI_MINOR,
    .name = "plain_c",
    .doc = "Two functions in C.",
    .functions = kFunctions,
    .n_functions = sizeof kFunctions / sizeof kFunctions[0],
    .function_bytes = sizeof(pyudf_function),
    .aggregate_bytes = sizeof(pyudf_aggregate),
    .class_bytes = sizeof(pyudf_class),
};

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const pyudf_table* pyudf_module_table(void);
const pyudf_table* pyudf_module_table(void) { return &kTable; }
