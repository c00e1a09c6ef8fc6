// addresses.cpp: functions that tell where their columns lie, and where their results are put.
#include <pyudf/udf.hpp>

namespace {

std::uint64_t address_of(const void* data) { return reinterpret_cast<std::uintptr_t>(data); }

}  // namespace

PYUDF_FUNCTION_AS(address_of_text, [](std::string_view text) { return address_of(text.data()); }, "text")
PYUDF_FUNCTION_AS(address_of_items, [](std::span<const double> items) { return address_of(items.data()); }, "items")

// A batch entry of its own sees the columns themselves.
static pyudf_status tell_batch(const pyudf_column* columns, std::int64_t n, const pyudf_value*, void* out,
                               std::uint8_t*, pyudf_memory*, pyudf_error*) {
  auto* told = static_cast<std::uint64_t*>(out);
  for (std::int64_t i = 0; i < n; ++i)
    told[i] = address_of(i % 2 == 0 ? static_cast<const char*>(columns[0].data) + i * columns[0].stride
                                    : reinterpret_cast<const char*>(told + i));
  return PYUDF_OK;
}

/// Of an even row where its number lies, of an odd one where its result goes.
PYUDF_FUNCTION_AS(places, [](double) { return std::uint64_t{0}; }, "x")
static const bool replaced = [] {
  pyudf::detail::registry().functions.back().batch = tell_batch;
  return true;
}();

PYUDF_MODULE(addresses)
