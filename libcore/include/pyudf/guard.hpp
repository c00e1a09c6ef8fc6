// guard.hpp: exceptions end here: what a C++ function throws becomes a status and a message, never an unwinding through
// C.
#pragma once

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>

#include "pyudf/abi.h"

namespace pyudf {

/// Fills `error` and returns `status`; a row or column that is not to blame is -1.
inline pyudf_status fail(pyudf_error* error, pyudf_status status, const char* message, std::int64_t row = -1,
                         std::int64_t column = -1) noexcept {
  error->row = row;
  error->column = column;
  std::snprintf(error->message, sizeof error->message, "%s", message);
  return status;
}

/// The status for the exception being handled: the classes that pybind11 and nanobind map them to.
inline pyudf_status fail_with_current_exception(pyudf_error* error, std::int64_t row = -1,
                                                std::int64_t column = -1) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return fail(error, PYUDF_MEMORY_ERROR, "out of memory", row, column);
  } catch (const std::out_of_range& e) {
    return fail(error, PYUDF_INDEX_ERROR, e.what(), row, column);
  } catch (const std::overflow_error& e) {
    return fail(error, PYUDF_OVERFLOW_ERROR, e.what(), row, column);
  } catch (const std::range_error& e) {
    return fail(error, PYUDF_VALUE_ERROR, e.what(), row, column);
  } catch (const std::length_error& e) {
    return fail(error, PYUDF_VALUE_ERROR, e.what(), row, column);
  } catch (const std::invalid_argument& e) {
    return fail(error, PYUDF_VALUE_ERROR, e.what(), row, column);
  } catch (const std::domain_error& e) {
    return fail(error, PYUDF_VALUE_ERROR, e.what(), row, column);
  } catch (const std::exception& e) {
    return fail(error, PYUDF_RUNTIME_ERROR, e.what(), row, column);
  } catch (...) {
    return fail(error, PYUDF_RUNTIME_ERROR, "an exception that is not a std::exception", row, column);
  }
}

}  // namespace pyudf
