// foreign.cpp: calls C functions whose types are known at run time only.
//
// In the calling conventions of x86-64 (System V) and AArch64 the n-th integer argument goes to the n-th general
// register and the n-th floating argument to the n-th vector register, however the two kinds are mixed. So a call
// depends on nothing but how many there are of each, and the kind of the result: some hundred small loops, made here by
// templates, call every function of up to 6 integers and 8 reals. What the conventions leave open is done as all
// compilers expect it: small integers are extended to the whole register, of a small result only its own bits are read,
// and a float lies in the low half.
#include "core/foreign.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "core/slots.hpp"

namespace pyudf {
namespace {

#if (defined(__x86_64__) && !defined(_WIN32)) || defined(__aarch64__)
constexpr bool kCallable = true;
static_assert(std::endian::native == std::endian::little);
#else
constexpr bool kCallable = false;
#endif

// The type that a function is called with here is not the one that it has.
#if defined(__clang__)
#define PYUDF_ANY_FUNCTION __attribute__((no_sanitize("function")))
#else
#define PYUDF_ANY_FUNCTION
#endif

constexpr std::int64_t kBlock = 256;  // rows whose words are laid out at a time

template <class T>
constexpr pyudf_type number(std::int32_t id) {
  return {id, 0, nullptr, 0, sizeof(T), nullptr, nullptr, nullptr, nullptr, nullptr};
}
// In the order of their pyudf_type_id.
constexpr pyudf_type kTypes[] = {
    number<std::uint8_t>(PYUDF_BOOL),     number<std::int8_t>(PYUDF_INT8),      number<std::int16_t>(PYUDF_INT16),
    number<std::int32_t>(PYUDF_INT32),    number<std::int64_t>(PYUDF_INT64),    number<std::uint8_t>(PYUDF_UINT8),
    number<std::uint16_t>(PYUDF_UINT16),  number<std::uint32_t>(PYUDF_UINT32),  number<std::uint64_t>(PYUDF_UINT64),
    number<std::uint16_t>(PYUDF_FLOAT16), number<std::uint32_t>(PYUDF_FLOAT32), number<std::uint64_t>(PYUDF_FLOAT64)};
constexpr pyudf_type kObject = number<void*>(PYUDF_OBJECT);

const pyudf_type& type_of(std::int32_t id) {
  if (!is_number(id) || id == PYUDF_FLOAT16) throw std::invalid_argument("not a number that C functions take");
  return kTypes[id - PYUDF_BOOL];
}

bool is_real(std::int32_t id) noexcept { return id == PYUDF_FLOAT32 || id == PYUDF_FLOAT64; }

template <class T>
T load(const void* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// --- words: what lies in a register

/// Extends n slots of type T to words.
template <class T>
void widen(const char* from, std::int64_t stride, std::int64_t n, std::uint64_t* to) noexcept {
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<std::uint64_t>(load<T>(from + i * stride));
}

void widen(std::int32_t id, const char* from, std::int64_t stride, std::int64_t n, std::uint64_t* to) noexcept {
  switch (id) {
    case PYUDF_BOOL:
    case PYUDF_UINT8: return widen<std::uint8_t>(from, stride, n, to);
    case PYUDF_INT8: return widen<std::int8_t>(from, stride, n, to);
    case PYUDF_INT16: return widen<std::int16_t>(from, stride, n, to);
    case PYUDF_INT32: return widen<std::int32_t>(from, stride, n, to);
    case PYUDF_UINT16: return widen<std::uint16_t>(from, stride, n, to);
    case PYUDF_UINT32:
    case PYUDF_FLOAT32: return widen<std::uint32_t>(from, stride, n, to);
    default: return widen<std::uint64_t>(from, stride, n, to);
  }
}

/// The slots of which words are the register after the call.
template <class T>
void narrow(const std::uint64_t* words, std::int64_t n, void* out) noexcept {
  auto* to = static_cast<T*>(out);
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<T>(words[i]);
}

void narrow(std::int32_t id, const std::uint64_t* words, std::int64_t n, void* out) noexcept {
  if (id == PYUDF_BOOL) {
    // The rest of the byte is 0 in C, and anything in code that LLVM makes of other languages.
    auto* to = static_cast<std::uint8_t*>(out);
    for (std::int64_t i = 0; i < n; ++i) to[i] = words[i] & 1;
  } else if (kTypes[id - PYUDF_BOOL].slot == 1) {
    narrow<std::uint8_t>(words, n, out);
  } else if (kTypes[id - PYUDF_BOOL].slot == 2) {
    narrow<std::uint16_t>(words, n, out);
  } else {
    narrow<std::uint32_t>(words, n, out);
  }
}

/// The value of a slot of a number.
void store_value(const pyudf_type& type, std::uint64_t slot, pyudf_value& value) noexcept {
  value.missing = 0;
  switch (type.id) {
    case PYUDF_INT8: value.integer = static_cast<std::int8_t>(slot); break;
    case PYUDF_INT16: value.integer = static_cast<std::int16_t>(slot); break;
    case PYUDF_INT32: value.integer = static_cast<std::int32_t>(slot); break;
    case PYUDF_FLOAT32: value.real = std::bit_cast<float>(static_cast<std::uint32_t>(slot)); break;
    case PYUDF_FLOAT64: value.real = std::bit_cast<double>(slot); break;
    default: value.integer = static_cast<std::int64_t>(slot);
  }
}

// --- loops: one for each number of integers, number of reals and kind of result

template <std::size_t>
using Integer = std::int64_t;
template <std::size_t>
using Real = double;

template <class R, class Integers, class Reals>
struct Calls;

template <class R, std::size_t... I, std::size_t... D>
struct Calls<R, std::index_sequence<I...>, std::index_sequence<D...>> {
  PYUDF_ANY_FUNCTION static void loop(const void* address, const char* const* words, std::int64_t n,
                                      const std::uint8_t* present, char* out) {
    const auto call = reinterpret_cast<R (*)(Integer<I>..., Real<D>...)>(const_cast<void*>(address));
    // A copy of which nobody knows the address: the function that is called cannot change it.
    std::array<const char*, sizeof...(I) + sizeof...(D) + 1> in{};
    std::copy_n(words, sizeof...(I) + sizeof...(D), in.begin());
    for (std::int64_t i = 0; i < n; ++i) {
      if (present && !present[i]) continue;
      const R result = call(load<std::int64_t>(in[I] + 8 * i)..., load<double>(in[sizeof...(I) + D] + 8 * i)...);
      std::memcpy(out + 8 * i, &result, 8);
    }
  }
};

constexpr std::size_t kIntegers = Foreign::kMaxIntegers + 1, kReals = Foreign::kMaxReals + 1;

template <class R>
constexpr std::array<Foreign::Loop, kIntegers * kReals> kLoops = []<std::size_t... K>(std::index_sequence<K...>) {
  return std::array<Foreign::Loop, kIntegers * kReals>{
      Calls<R, std::make_index_sequence<K / kReals>, std::make_index_sequence<K % kReals>>::loop...};
}(std::make_index_sequence<kIntegers * kReals>{});

}  // namespace

Foreign::Foreign(const void* address, std::string name, std::string doc, std::int32_t result,
                 std::vector<ForeignParameter> parameters)
    : address_(address), name_(std::move(name)), doc_(std::move(doc)), told_(std::move(parameters)), result_(result) {
  if (!kCallable)
    throw std::invalid_argument("function pointers can be called on x86-64 (not Windows) and AArch64 only");
  if (address == nullptr) throw std::invalid_argument("the address of the function is NULL");
  int integers = 0, reals = 0;
  for (const ForeignParameter& parameter : told_) ++(is_real(parameter.type) ? reals : integers);
  if (integers > kMaxIntegers || reals > kMaxReals)
    throw std::invalid_argument("a function pointer may have up to " + std::to_string(kMaxIntegers) + " integers and " +
                                std::to_string(kMaxReals) + " floats as parameters, not " + std::to_string(integers) +
                                " and " + std::to_string(reals));
  const std::size_t which = static_cast<std::size_t>(integers) * kReals + static_cast<std::size_t>(reals);
  loop_ = is_real(result) ? kLoops<double>[which] : kLoops<std::int64_t>[which];

  parameters_.push_back({"self", "", &kObject, nullptr, 0, 0});
  int integer = 0, real = integers, column = 1;
  for (const ForeignParameter& parameter : told_) {
    const pyudf_type& type = type_of(parameter.type);
    if (!parameter.bound) parameters_.push_back({parameter.name.c_str(), "", &type, nullptr, 0, 0});
    places_.push_back({is_real(parameter.type) ? real++ : integer++, parameter.bound ? -1 : column++});
  }
  function_.name = name_.c_str();
  function_.doc = doc_.c_str();
  function_.parameters = parameters_.data();
  function_.n_parameters = static_cast<std::int32_t>(parameters_.size());
  function_.result = &type_of(result);
  function_.flags = PYUDF_DETERMINISTIC;
  function_.scalar = scalar;
  function_.batch = batch;
}

pyudf_status Foreign::scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory*, pyudf_error*) {
  const auto& self = *static_cast<const Foreign*>(args[0].object);
  pyudf_column columns[1 + kMaxIntegers + kMaxReals];
  float floats[1 + kMaxIntegers + kMaxReals];
  for (std::size_t c = 1; c < self.parameters_.size(); ++c) {
    // Little endian: an integer's slot begins where the 64 bits of its value do.
    columns[c] = {&args[c].integer, 0, nullptr};
    if (self.parameters_[c].type->id == PYUDF_FLOAT32) {
      floats[c] = static_cast<float>(args[c].real);
      columns[c].data = &floats[c];
    }
  }
  std::uint64_t slot = 0;
  self.run(columns, 1, &slot, nullptr);
  store_value(*self.function_.result, slot, *result);
  return PYUDF_OK;
}

pyudf_status Foreign::batch(const pyudf_column* columns, std::int64_t n, const pyudf_value*, void* out,
                            std::uint8_t* present, pyudf_memory*, pyudf_error*) {
  (*static_cast<const Foreign* const*>(columns[0].data))->run(columns, n, out, present);
  return PYUDF_OK;
}

void Foreign::run(const pyudf_column* columns, std::int64_t n, void* out, const std::uint8_t* present) const {
  std::uint64_t laid_out[kMaxIntegers + kMaxReals][kBlock], results[kBlock];
  const char* words[kMaxIntegers + kMaxReals];
  const std::int64_t slot = function_.result->slot;
  const auto column_of = [&](std::size_t p) {
    return places_[p].column < 0 ? pyudf_column{&told_[p].value, 0, nullptr} : columns[places_[p].column];
  };
  const auto lies_as_words = [&](std::size_t p) {
    return column_of(p).stride == 8 && kTypes[told_[p].type - PYUDF_BOOL].slot == 8;
  };
  std::int64_t block = slot == 8 ? n : std::min(n, kBlock);
  for (std::size_t p = 0; p < told_.size(); ++p)
    if (!lies_as_words(p)) block = std::min(block, kBlock);

  for (std::int64_t begin = 0; begin < n; begin += block) {
    const std::int64_t rows = std::min(block, n - begin);
    for (std::size_t p = 0; p < told_.size(); ++p) {
      const pyudf_column column = column_of(p);
      const char*& word = words[places_[p].word];
      word = static_cast<const char*>(column.data) + begin * column.stride;
      if (lies_as_words(p)) continue;
      // What is repeated stands there from the first block on.
      if (column.stride != 0 || begin == 0) widen(told_[p].type, word, column.stride, rows, laid_out[p]);
      word = reinterpret_cast<const char*>(laid_out[p]);
    }
    char* const to = static_cast<char*>(out) + begin * slot;
    const std::uint8_t* const here = present ? present + begin : nullptr;
    loop_(address_, words, rows, here, slot == 8 ? to : reinterpret_cast<char*>(results));
    if (slot != 8) narrow(result_, results, rows, to);
  }
}

}  // namespace pyudf
