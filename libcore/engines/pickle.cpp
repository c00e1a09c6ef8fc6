// pickle.cpp: the opcodes that a dict of plain values needs.
// Source: Lib/pickletools.py of CPython, which documents each; PEP 307, PEP 3154.
#include "engines/pickle.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace pyudf {
namespace {

/// What stands on the unpickler's stack: a value, a dict, or the mark that a run of items begins with.
struct Item {
  enum Kind { plain, dict, mark } kind = plain;
  Plain value;
  PlainDict entries;
};

class Unpickler {
 public:
  Unpickler(const std::uint8_t* bytes, std::size_t size) : at_(bytes), end_(bytes + size) {}

  PlainDict read() {
    for (;;) {
      const std::uint8_t opcode = byte();
      if (opcode == '.') break;
      step(opcode);
    }
    Item last = pop();
    if (last.kind != Item::dict) refuse("no dict");
    return std::move(last.entries);
  }

 private:
  [[noreturn]] static void refuse(const std::string& what) {
    throw std::invalid_argument("the options of the expression cannot be read (" + what +
                                "): they are names with None, bool, int, float, str or lists of these");
  }

  const std::uint8_t* take(std::size_t n) {
    if (n > static_cast<std::size_t>(end_ - at_)) refuse("they end too early");
    return std::exchange(at_, at_ + n);
  }
  std::uint8_t byte() { return *take(1); }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);  // little-endian, as all that Polars runs on
    return value;
  }

  void step(std::uint8_t opcode) {
    switch (opcode) {
      case 0x80: take(1); return;                                                    // PROTO
      case 0x95: take(8); return;                                                    // FRAME
      case 0x94: memo_.push_back(top()); return;                                     // MEMOIZE
      case 'q': put(byte()); return;                                                 // BINPUT
      case 'r': put(number<std::uint32_t>()); return;                                // LONG_BINPUT
      case 'h': get(byte()); return;                                                 // BINGET
      case 'j': get(number<std::uint32_t>()); return;                                // LONG_BINGET
      case '(': stack_.push_back({Item::mark, {}, {}}); return;                      // MARK
      case '}': stack_.push_back({Item::dict, {}, {}}); return;                      // EMPTY_DICT
      case ']':                                                                      // EMPTY_LIST
      case ')': push_list({}); return;                                               // EMPTY_TUPLE
      case 'N': push({}); return;                                                    // NONE
      case 0x88: push(whole(1, Plain::boolean)); return;                             // NEWTRUE
      case 0x89: push(whole(0, Plain::boolean)); return;                             // NEWFALSE
      case 'K': push(whole(byte())); return;                                         // BININT1
      case 'M': push(whole(number<std::uint16_t>())); return;                        // BININT2
      case 'J': push(whole(number<std::int32_t>())); return;                         // BININT
      case 0x8a: push(whole(long_integer())); return;                                // LONG1
      case 'G': push({.kind = Plain::real, .number = big_endian_double()}); return;  // BINFLOAT
      case 0x8c: push_text(byte()); return;                                          // SHORT_BINUNICODE
      case 'X': push_text(number<std::uint32_t>()); return;                          // BINUNICODE
      case 's': set_one(); return;                                                   // SETITEM
      case 'u': set_marked(); return;                                                // SETITEMS
      case 'a': append_one(); return;                                                // APPEND
      case 'e': append_marked(); return;                                             // APPENDS
      case 0x85: tuple(1); return;                                                   // TUPLE1
      case 0x86: tuple(2); return;                                                   // TUPLE2
      case 0x87: tuple(3); return;                                                   // TUPLE3
      case 't': push_list(values_of(pop_marked())); return;                          // TUPLE
      default: refuse("opcode " + std::to_string(opcode));
    }
  }

  static Plain whole(std::int64_t value, Plain::Kind kind = Plain::integer) { return {.kind = kind, .whole = value}; }
  void push(Plain value) { stack_.push_back({Item::plain, std::move(value), {}}); }
  void push_list(std::vector<Plain> items) { push({.kind = Plain::list, .items = std::move(items)}); }
  void push_text(std::size_t n) {
    push({.kind = Plain::text, .letters = std::string(reinterpret_cast<const char*>(take(n)), n)});
  }
  Item& top() {
    if (stack_.empty()) refuse("nothing on the stack");
    return stack_.back();
  }
  Item pop() {
    Item item = std::move(top());
    stack_.pop_back();
    return item;
  }
  std::vector<Item> pop_marked() {
    std::vector<Item> items;
    for (;;) {
      Item item = pop();
      if (item.kind == Item::mark) break;
      items.insert(items.begin(), std::move(item));
    }
    return items;
  }
  static std::vector<Plain> values_of(std::vector<Item> items) {
    std::vector<Plain> values;
    for (Item& item : items) {
      if (item.kind != Item::plain) refuse("a dict within");
      values.push_back(std::move(item.value));
    }
    return values;
  }

  void put(std::size_t place) {
    if (place > memo_.size()) refuse("memo " + std::to_string(place));
    if (place == memo_.size()) memo_.emplace_back();
    memo_[place] = top();
  }
  void get(std::size_t place) {
    if (place >= memo_.size()) refuse("memo " + std::to_string(place));
    // It was noted down before its items came.
    if (memo_[place].value.kind == Plain::list) refuse("one list twice");
    stack_.push_back(memo_[place]);
  }

  std::int64_t long_integer() {
    const std::size_t n = byte();
    const std::uint8_t* digits = take(n);
    if (n > 8) refuse("a number of more than 64 bits");
    std::uint64_t value = n > 0 && digits[n - 1] >= 0x80 ? ~std::uint64_t{0} : 0;
    std::memcpy(&value, digits, n);
    return static_cast<std::int64_t>(value);
  }
  double big_endian_double() {
    std::uint64_t bits = 0;
    for (const std::uint8_t *digits = take(8), *end = digits + 8; digits < end; ++digits) bits = bits << 8 | *digits;
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  void set(Item name, Item value) {
    Item& dict = top();
    const bool named = name.kind == Item::plain && name.value.kind == Plain::text;
    if (dict.kind != Item::dict || !named || value.kind != Item::plain) refuse("no dict of names and plain values");
    dict.entries[name.value.letters] = std::move(value.value);
  }
  void set_one() {
    Item value = pop(), name = pop();
    set(std::move(name), std::move(value));
  }
  void set_marked() {
    std::vector<Item> items = pop_marked();
    if (items.size() % 2 != 0) refuse("a name without a value");
    for (std::size_t i = 0; i < items.size(); i += 2) set(std::move(items[i]), std::move(items[i + 1]));
  }

  void append(std::vector<Plain> values) {
    Plain& list = top().value;
    if (list.kind != Plain::list) refuse("no list");
    for (Plain& value : values) list.items.push_back(std::move(value));
  }
  void append_one() {
    std::vector<Item> one;
    one.push_back(pop());
    append(values_of(std::move(one)));
  }
  void append_marked() { append(values_of(pop_marked())); }

  void tuple(std::size_t n) {
    if (stack_.size() < n) refuse("nothing on the stack");
    std::vector<Item> items(std::make_move_iterator(stack_.end() - static_cast<std::ptrdiff_t>(n)),
                            std::make_move_iterator(stack_.end()));
    stack_.resize(stack_.size() - n);
    push_list(values_of(std::move(items)));
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::vector<Item> stack_;
  std::vector<Item> memo_;
};

}  // namespace

PlainDict read_pickle(const std::uint8_t* bytes, std::size_t size) {
  return size == 0 ? PlainDict() : Unpickler(bytes, size).read();
}

}  // namespace pyudf
