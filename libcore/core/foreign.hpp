// foreign.hpp: a table entry made at run time for a C function of which only the address and the types are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pyudf/abi.h"

namespace pyudf {

/// One parameter of a foreign function: a column of numbers, or a value that stays the same for all calls.
struct ForeignParameter {
  std::string name;
  std::int32_t type = PYUDF_INT64;  // a numeric pyudf_type_id, but not FLOAT16
  bool bound = false;               // not a column: `value` is passed
  std::int64_t value = 0;
};

/// A function pointer with what is needed to call it, as the object of a method: entries have no other way to learn
/// which function they stand for, and every caller of the table knows methods.
class Foreign {
 public:
  /// Throws std::invalid_argument for what cannot be called.
  Foreign(const void* address, std::string name, std::string doc, std::int32_t result,
          std::vector<ForeignParameter> parameters);
  Foreign(const Foreign&) = delete;
  Foreign& operator=(const Foreign&) = delete;

  /// A method; its object is this Foreign.
  const pyudf_function& function() const noexcept { return function_; }

  static constexpr int kMaxIntegers = 6;
  static constexpr int kMaxReals = 8;

  /// Calls `address` n times; `words` are columns of what goes into the registers, the integers' first, then the
  /// reals'.
  using Loop = void (*)(const void* address, const char* const* words, std::int64_t n, const std::uint8_t* present,
                        char* out);

 private:
  static pyudf_status scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory* memory, pyudf_error* error);
  static pyudf_status batch(const pyudf_column* columns, std::int64_t n, const pyudf_value* options, void* out,
                            std::uint8_t* present, pyudf_memory* memory, pyudf_error* error);
  void run(const pyudf_column* columns, std::int64_t n, void* out, const std::uint8_t* present) const;

  /// Where a parameter comes from and which register it goes to.
  struct Place {
    int word;
    int column;  // -1: bound
  };

  const void* address_;
  std::string name_, doc_;
  std::vector<ForeignParameter> told_;
  std::vector<Place> places_;
  std::vector<pyudf_parameter> parameters_;
  std::int32_t result_;
  Loop loop_;
  pyudf_function function_{};
};

}  // namespace pyudf
