/* abi_is_c.c: compiles abi.h and arrow.h as strict C11, and reads a table as a C program would. */
#include <stddef.h>

#include "pyudf/abi.h"
#include "pyudf/arrow.h"

_Static_assert(sizeof(pyudf_value) == 32, "C and C++ lay the table out alike");
_Static_assert(offsetof(pyudf_function, scalar) == 64, "C and C++ lay the table out alike");
_Static_assert(sizeof(struct ArrowArray) == 80, "as Arrow's specification has it");

static pyudf_status add(const pyudf_value* args, pyudf_value* result, pyudf_error* error) {
  (void)error;
  result->integer = args[0].integer + args[1].integer;
  result->missing = 0;
  return PYUDF_OK;
}

static const pyudf_type kInteger = {PYUDF_INT64, 0, NULL};
static const pyudf_parameter kParameters[] = {{"x", "", &kInteger, NULL, 0, 0}, {"y", "", &kInteger, NULL, 0, 0}};
static const pyudf_function kFunctions[] = {{.name = "add",
                                             .doc = "The sum.",
                                             .parameters = kParameters,
                                             .n_parameters = 2,
                                             .result = &kInteger,
                                             .scalar = add}};
static const pyudf_table kTable = {
    PYUDF_ABI_MAJOR, PYUDF_ABI_MINOR, "c", "", kFunctions, 1, (int64_t)sizeof(pyudf_function)};

int main(void) {
  pyudf_value args[2] = {{.missing = 0}, {.missing = 0}}, result = {.missing = 1};
  pyudf_error error;
  args[0].integer = 40;
  args[1].integer = 2;
  if (kTable.functions[0].scalar(args, &result, &error) != PYUDF_OK) return 1;
  return result.integer == 42 && !result.missing ? 0 : 1;
}
