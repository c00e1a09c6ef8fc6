// program.cpp: reads and checks the bytes of a program, which may come from anywhere.
#include "logs/program.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include "logs/matchers.hpp"

namespace pyudf::logs {
namespace {

constexpr std::string_view kMagic = "pyudf lines 1\n";
constexpr std::uint32_t kMostOps = 1 << 16, kMostCaptures = 1 << 12, kMostLength = 1 << 20;

[[noreturn]] void refuse(const char* why) {
  throw std::invalid_argument(std::string("not a program over lines, or of another version: ") + why);
}

/// Takes values off the front of bytes.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  std::string_view take(std::size_t n) {
    if (left_.size() < n) refuse("it is cut short");
    const std::string_view taken = left_.substr(0, n);
    left_.remove_prefix(n);
    return taken;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::uint32_t count(std::uint32_t most) {
    const auto n = number<std::uint32_t>();
    if (n > most) refuse("it is too large");
    return n;
  }
  std::string text() { return std::string(take(count(kMostLength))); }
  bool is_done() const noexcept { return left_.empty(); }

 private:
  std::string_view left_;
};

void require(bool holds, const char* why) {
  if (!holds) refuse(why);
}

bool has_choices(const Op& op) noexcept {
  return op.code == Code::split_ || op.code == Code::span_ || op.code == Code::lazy_ ||
         (op.code == Code::seek_ && !(op.flags & kFirst));
}

void check_op(const Program& program, std::uint32_t at) {
  const Op& op = program.ops[at];
  const auto n = static_cast<std::uint32_t>(program.ops.size());
  const auto in_pool = [&] { return op.a <= program.pool.size() && op.b <= program.pool.size() - op.a && op.b > 0; };
  const auto in_sets = [&] { return op.set < program.sets.size(); };
  const auto ahead = [&](std::uint32_t target) { return target > at && target < n; };
  require(op.slot >= -1 && op.slot < static_cast<std::int32_t>(program.n_captures), "a capture is missing");
  switch (op.code) {
    case Code::literal_: return require(in_pool(), "a text is missing");
    case Code::seek_: return require(in_pool() && in_sets(), "a text is missing");
    case Code::run_:
    case Code::span_: return require(in_sets() && op.a <= op.b, "a set is missing");
    case Code::lazy_:
    case Code::peek_: return require(in_sets(), "a set is missing");
    case Code::branch_: return require(in_sets() && ahead(op.a), "a step leads nowhere");
    case Code::native_: return require(op.a < static_cast<std::uint32_t>(kMatchers), "a matcher is missing");
    case Code::split_: return require(ahead(op.a) && ahead(op.b), "a step leads nowhere");
    case Code::jump_: return require(ahead(op.a), "a step leads nowhere");
    case Code::open_:
    case Code::mark_: return require(op.a < program.n_registers, "a register is missing");
    case Code::close_: return require(op.a < program.n_registers && op.slot >= 0, "a register is missing");
    case Code::loop_: return require(op.a < program.n_registers && op.b < at, "a step leads nowhere");
    case Code::finish_:
    case Code::fail_:
    case Code::atomic_:
    case Code::commit_: return;
  }
  refuse("it has an unknown step");
}

/// Every commit belongs to an atomic before it, and no step leads from outside in or the other way round.
void check_atomics(const Program& program) {
  std::vector<std::uint32_t> open, group;  // the group of each op: where its atomic begins
  for (std::uint32_t at = 0; at < program.ops.size(); ++at) {
    const Code code = program.ops[at].code;
    if (code == Code::commit_) {
      require(!open.empty(), "a group is not open");
      group.push_back(open.back());
      open.pop_back();
      continue;
    }
    group.push_back(open.empty() ? UINT32_MAX : open.back());
    if (code == Code::atomic_) open.push_back(at);
  }
  require(open.empty(), "a group is not closed");
  for (std::uint32_t at = 0; at < program.ops.size(); ++at) {
    const Op& op = program.ops[at];
    if (op.code == Code::split_ || op.code == Code::jump_ || op.code == Code::branch_)
      require(group[op.a] == group[at], "a step leads out of a group");
    if (op.code == Code::split_ || op.code == Code::loop_)
      require(group[op.b] == group[at], "a step leads out of a group");
  }
}

void read_ops(Reader& reader, Program& program) {
  program.n_captures = reader.count(kMostCaptures);
  program.n_registers = reader.count(kMostOps);
  program.pool = reader.text();
  for (std::uint32_t n = reader.count(UINT16_MAX); n > 0; --n) {
    std::array<std::uint8_t, 32> bits;
    std::memcpy(bits.data(), reader.take(32).data(), 32);
    program.sets.emplace_back(bits);
    program.complements.push_back(program.sets.back().complement());
  }
  program.ops.resize(reader.count(kMostOps));
  for (Op& op : program.ops) {
    op.code = static_cast<Code>(reader.number<std::uint8_t>());
    op.flags = reader.number<std::uint8_t>();
    op.set = reader.number<std::uint16_t>();
    op.slot = reader.number<std::int32_t>();
    op.a = reader.number<std::uint32_t>();
    op.b = reader.number<std::uint32_t>();
  }
  require(!program.ops.empty() && program.ops.back().code == Code::finish_, "it does not end");
  for (std::uint32_t at = 0; at < program.ops.size(); ++at) {
    check_op(program, at);
    program.choices.push_back(has_choices(program.ops[at]) ? static_cast<std::int32_t>(program.n_choices++) : -1);
  }
  check_atomics(program);
}

ProgramColumn read_column(Reader& reader, const Program& program) {
  constexpr std::uint8_t kTypes = 0
#define COLUMN_TYPE(name, size) +1
#include "logs/column_types.def"
#undef COLUMN_TYPE
      ;
  ProgramColumn column;
  const auto type = reader.number<std::uint8_t>();
  require(type < kTypes, "a column has an unknown type");
  column.type = static_cast<ColumnType>(type);
  const std::string format = reader.text();
  if (column.type == ColumnType::timestamp_) column.time = TimeFormat(format);
  column.output = reader.number<std::uint32_t>();
  for (std::uint32_t n = reader.count(kMostCaptures); n > 0; --n) {
    column.captures.push_back(reader.number<std::uint32_t>());
    require(column.captures.back() < program.n_captures, "a capture is missing");
  }
  column.separator = reader.text();
  for (std::uint32_t n = reader.count(kMostCaptures); n > 0; --n) column.missing.push_back(reader.text());
  return column;
}

}  // namespace

std::unique_ptr<Program> Program::load(std::string_view bytes) {
  auto program = std::make_unique<Program>();
  Reader reader(bytes);
  require(bytes.starts_with(kMagic), "it begins otherwise");
  reader.take(kMagic.size());
  read_ops(reader, *program);
  for (std::uint32_t n = reader.count(kMostCaptures); n > 0; --n)
    program->columns.push_back(read_column(reader, *program));
  require(reader.is_done(), "more stands behind it");
  return program;
}

}  // namespace pyudf::logs
