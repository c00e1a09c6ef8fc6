/* abi_is_c.c: compiles abi.h and arrow.h as strict C11, and reads a table as a C program would. */
#include <stddef.h>

#include "pyudf/abi.h"
#include "pyudf/arrow.h"

_Static_assert(sizeof(pyudf_value) == 32, "C and C++ lay the table out alike");
_Static_assert(offsetof(pyudf_function, scalar) == 64, "C and C++ lay the table out alike");
_Static_assert(sizeof(struct ArrowArray) == 80, "as Arrow's specification has it");

static pyudf_status add(const pyudf_value* args, pyudf_value* result, pyudf_memory* memory, pyudf_error* error) {
  (void)memory;
  (void)error;
  result->integer = args[0].integer + args[1].integer;
  result->missing = 0;
  return PYUDF_OK;
}

static const pyudf_type kInteger = {.id = PYUDF_INT64, .slot = 8};
static const pyudf_parameter kParameters[] = {{"x", "", &kInteger, NULL, 0, 0}, {"y", "", &kInteger, NULL, 0, 0}};
static const pyudf_function kFunctions[] = {{.name = "add",
                                             .doc = "The sum.",
                                             .parameters = kParameters,
                                             .n_parameters = 2,
                                             .result = &kInteger,
                                             .scalar = add}};
static const pyudf_table kTable = {.abi_major = PYUDF_ABI_MAJOR,
                                   .abi_minor = PYUDF_ABI_MINOR,
                                   .name = "c",
                                   .doc = "",
                                   .functions = kFunctions,
                                   .n_functions = 1,
                                   .function_bytes = (int64_t)sizeof(pyudf_function)};

int main(void) {
  pyudf_value args[2] = {{.missing = 0}, {.missing = 0}}, result = {.missing = 1};
  pyudf_error error;
  args[0].integer = 40;
  args[1].integer = 2;
  if (kTable.functions[0].scalar(args, &result, NULL, &error) != PYUDF_OK) return 1;
  return result.integer == 42 && !result.missing ? 0 : 1;
}
