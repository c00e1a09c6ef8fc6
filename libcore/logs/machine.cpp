// machine.cpp: steps that have one way run straight on; those with several leave a choice behind to turn back to.
#include "logs/machine.hpp"

#include <algorithm>
#include <cstring>

#include "logs/matchers.hpp"

// The loop over steps that have one way is all that most lines ever run.
#if defined(__GNUC__)
#define PYUDF_LINE_INLINE [[gnu::always_inline]] inline
#else
#define PYUDF_LINE_INLINE inline
#endif

namespace pyudf::logs {
namespace {

constexpr std::int64_t kTurnsUnremembered = 64;
constexpr std::size_t kMostRemembered = std::size_t{1} << 29;  // bits: 64 MiB
// Native matchers, and spans within groups, may look at a byte again for each place that they are tried at: so often.
constexpr std::int64_t kMostScans = 256;

/// The place where a text first differs from what should stand here; the end of both if it does not.
const char* mismatch(std::string_view wanted, const char* at, const char* end) noexcept {
  const std::size_t n = std::min(wanted.size(), static_cast<std::size_t>(end - at));
  return std::mismatch(at, at + n, wanted.data()).first;
}

/// Up to a byte that is not of the set, where a backslash, which is not either, takes the next byte along.
const char* skip_escaped(const ByteSet& set, const char* at, const Line& line) noexcept {
  for (; at < line.end; ++at) {
    at = set.skip(at, line.end, line.readable);
    if (at == line.end || *at != '\\' || ++at == line.end) break;
  }
  return at;
}

/// Whether a text stands here, of which literals are the kind: short ones.
bool stands(std::string_view wanted, const char* at) noexcept {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (at[i] != wanted[i]) return false;
  return true;
}

const char* limit_of(const Op& op, const char* at, const char* end) noexcept {
  return op.b < static_cast<std::size_t>(end - at) ? at + op.b : end;
}

}  // namespace

// Steps that have one way

inline const char* Machine::find_literal(const Op& op, const char* at) const noexcept {
  const std::string_view wanted(program_->pool.data() + op.a, op.b);
  const ByteSet& others = program_->sets[op.set];
  for (;; ++at) {
    at = op.flags & kEscape ? skip_escaped(others, at, line_) : others.skip(at, line_.end, line_.readable);
    if (static_cast<std::size_t>(line_.end - at) < wanted.size()) return nullptr;
    if (stands(wanted, at)) return at;
  }
}

const char* Machine::find_lazy(const Op& op, const char* at) const noexcept {
  if (op.flags & kEscape) {
    for (; at < line_.end && !program_->sets[op.set].has(*at); ++at)
      if (*at == '\\' && ++at == line_.end) break;
  } else {
    at = program_->complements[op.set].skip(at, line_.end, line_.readable);
  }
  return at < line_.end || op.flags & kEdge ? at : nullptr;
}

/// A step taken in its first way: goes on behind what it took, which ends at `stop`, or says where the line is wrong.
PYUDF_LINE_INLINE bool Machine::step(const Op& op, const char*& at, const char*& stop, const char*& wrong) const {
  switch (op.code) {
    case Code::literal_: {
      const std::string_view text(program_->pool.data() + op.a, op.b);
      if (static_cast<std::size_t>(line_.end - at) < op.b || !stands(text, at)) {
        wrong = mismatch(text, at, line_.end);
        return false;
      }
      stop = at += op.b;
      return true;
    }
    case Code::run_:
    case Code::span_:
      stop = program_->sets[op.set].skip(at, limit_of(op, at, line_.end), line_.readable);
      wrong = stop;
      if (static_cast<std::size_t>(stop - at) < op.a) return false;
      at = stop;
      return true;
    case Code::seek_:
      wrong = line_.end;
      stop = find_literal(op, at);
      if (!stop) return false;
      at = stop + op.b;
      return true;
    case Code::lazy_:
      wrong = line_.end;
      stop = op.a <= static_cast<std::size_t>(line_.end - at) ? find_lazy(op, at + op.a) : nullptr;
      if (!stop) return false;
      at = stop;
      return true;
    case Code::native_:
      wrong = at;
      stop = kNativeMatchers[op.a].match(at, line_.end);
      if (!stop) return false;
      at = stop;
      return true;
    case Code::peek_: {
      const bool ahead = op.flags & kAhead, there = ahead ? at < line_.end : at > line_.begin;
      stop = wrong = at;
      return there ? program_->sets[op.set].has(ahead ? *at : at[-1]) : (op.flags & kEdge) != 0;
    }
    default: wrong = at; return false;
  }
}

/// Takes each step in its first way. If the line fits so, that is how a search would find it, too.
Outcome Machine::run_straight() {
  const Op* const ops = program_->ops.data();
  const char* at = line_.begin;
  const char* stop = at;
  const char* wrong = at;
  for (std::uint32_t pc = 0;;) {
    const Op& op = ops[pc];
    switch (op.code) {
      case Code::finish_: {
        const bool fits = op.flags & kAnywhere || at == line_.end;
        return {fits, false, at, pc};
      }
      case Code::open_:
      case Code::mark_: registers_[op.a] = at; break;
      case Code::close_: captures_[static_cast<std::size_t>(op.slot)] = {registers_[op.a], at}; break;
      case Code::split_:
      case Code::jump_: pc = op.a; continue;
      case Code::branch_:
        if (at < line_.end && program_->sets[op.set].has(*at)) break;
        pc = op.a;
        continue;
      case Code::loop_:
        if (registers_[op.a] && at <= registers_[op.a]) break;
        registers_[op.a] = at;
        pc = op.b;
        continue;
      case Code::atomic_:
      case Code::commit_: break;
      default: {
        const char* const begin = at;
        if (!step(op, at, stop, wrong)) return {false, false, wrong, pc};
        if (op.slot >= 0) captures_[static_cast<std::size_t>(op.slot)] = {begin, stop};
      }
    }
    ++pc;
  }
}

// Steps that have several ways

void Machine::take(std::int32_t slot, const char* begin, const char* end) {
  Taken& taken = captures_[static_cast<std::size_t>(slot)];
  if (!choices_.empty()) undo_.push_back({slot, taken});
  taken = {begin, end};
}

void Machine::set_register(std::uint32_t which, const char* at) {
  if (!choices_.empty()) undo_.push_back({~static_cast<std::int32_t>(which), {registers_[which], nullptr}});
  registers_[which] = at;
}

Machine::Choice Machine::choice_of(std::uint32_t op, const char* begin, const char* at, const char* limit) const {
  return {op, begin, at, limit, undo_.size(), trail_.size(), atomics_.size()};
}

void Machine::fail(std::uint32_t op, const char* wrong) {
  ++turns_;
  if (outcome_.at && wrong <= outcome_.at) return;
  outcome_.at = wrong;
  outcome_.op = op;
  farthest_ = captures_;
}

/// Says whether a step is tried at a place for the first time, and remembers that it was.
Machine::Visit Machine::visit(std::uint32_t op, const char* at) {
  if (!remembering_) return Visit::first;
  const auto choice = static_cast<std::uint32_t>(program_->choices[op]);
  const std::size_t bit = choice * line_.places() + static_cast<std::size_t>(at - line_.begin);
  std::uint64_t& word = visited_[bit / 64];
  const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
  if (word & mask) return won_[bit / 64] & mask ? Visit::won : Visit::failed;
  word |= mask;
  if (!atomics_.empty()) trail_.push_back({choice, at});
  return Visit::first;
}

/// The innermost group fitted: other ways within it are given up. Whoever comes again to one of the steps that led
/// here, at the same place, ends up here again, and then what follows will have been tried.
void Machine::commit() {
  const Atomic group = atomics_.back();
  for (std::size_t i = group.trail; i < trail_.size(); ++i) {
    const std::size_t bit = trail_[i].choice * line_.places() + static_cast<std::size_t>(trail_[i].at - line_.begin);
    won_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  choices_.resize(std::min(choices_.size(), group.choices));
  atomics_.pop_back();
}

/// The innermost group fails as a whole.
void Machine::give_up_group() noexcept { choices_.resize(std::min(choices_.size(), atomics_.back().choices)); }

void Machine::restore(const Choice& choice) {
  while (undo_.size() > choice.undo) {
    const Undo& undo = undo_.back();
    if (undo.slot >= 0)
      captures_[static_cast<std::size_t>(undo.slot)] = undo.before;
    else
      registers_[static_cast<std::size_t>(~undo.slot)] = undo.before.begin;
    undo_.pop_back();
  }
  trail_.resize(choice.trail);
  atomics_.resize(choice.atomics);
}

const char* Machine::find(const Op& op, const char* at) const noexcept {
  if (at > line_.end) return nullptr;
  return op.code == Code::seek_ ? find_literal(op, at) : find_lazy(op, at);
}

/// The next place at which a step that has been tried goes on; false if there is none.
bool Machine::next_candidate(Choice& choice, const char*& at) {
  const Op& op = program_->ops[choice.op];
  if (op.code == Code::span_) {
    if (choice.at < choice.limit) return false;
    at = choice.at--;
    if (remembering_) {
      Known& known = known_[choice.op];
      if (known.begin && known.begin <= choice.begin && at <= known.stop) known.low = at;
    }
    return true;
  }
  const char* const found = find(op, choice.at);
  if (!found) return false;
  at = found;
  choice.at = found + 1 + (op.flags & kEscape && found < line_.end && *found == '\\');
  return true;
}

/// A choice has no other way.
void Machine::exhausted(const Choice& choice) {
  const Op& op = program_->ops[choice.op];
  if (op.code == Code::span_) return;
  if (!remembering_ || !atomics_.empty() || op.flags & kEscape) return;
  const char*& tried = known_[choice.op].tried;
  if (!tried || choice.begin < tried) tried = choice.begin;
}

/// Goes on with the last choice that has another way; false if there is none.
bool Machine::turn_back(std::uint32_t& pc, const char*& at) {
  while (!choices_.empty()) {
    Choice& choice = choices_.back();
    restore(choice);
    const Op& op = program_->ops[choice.op];
    if (op.code == Code::split_) {
      at = choice.at;
      pc = op.b;
      choices_.pop_back();
      return true;
    }
    if (!next_candidate(choice, at)) {
      exhausted(choice);
      choices_.pop_back();
      continue;
    }
    if (go_on(choice, pc, at)) return true;
  }
  return false;
}

/// Goes on behind what a step takes up to a place, unless that has been tried.
bool Machine::go_on(const Choice& choice, std::uint32_t& pc, const char*& at) {
  const Op& op = program_->ops[choice.op];
  const char* const begin = choice.begin;
  pc = choice.op + 1;
  const Visit seen = visit(choice.op, at);
  if (seen == Visit::won) give_up_group();
  if (seen != Visit::first) return false;
  if (op.slot >= 0) take(op.slot, begin, at);
  if (op.code == Code::seek_) at += op.b;
  return true;
}

/// Whether the search may go on, after looking at so many bytes in a way that nothing is remembered of.
bool Machine::may_go_on(std::int64_t scanned) {
  if (!remembering_) return turns_ < kTurnsUnremembered;
  scanned_ += scanned;
  return scanned_ <= kMostScans * static_cast<std::int64_t>(line_.places() + kTurnsUnremembered);
}

/// What is known of the run of an op's set that goes through a place: bytes that have been looked at are not again.
Machine::Known& Machine::go_through(std::uint32_t pc, const char* at) {
  Known& known = known_[pc];
  if (known.begin && at >= known.begin && at <= known.stop) return known;
  const ByteSet& set = program_->sets[program_->ops[pc].set];
  const bool before = known.begin && at < known.begin;
  const char* const stop = set.skip(at, before ? known.begin : line_.end, line_.readable);
  if (before && stop == known.begin)
    known.begin = at;
  else
    known = {at, before ? set.skip(stop, line_.end, line_.readable) : stop, nullptr, known.tried};
  return known;
}

/// A run that has been gone through from a byte before need not be gone through again.
bool Machine::run_of_set(std::uint32_t pc, const char*& at, const char*& wrong) {
  const Op& op = program_->ops[pc];
  const Known& known = go_through(pc, at);
  wrong = known.stop;
  if (static_cast<std::size_t>(known.stop - at) < op.a) return false;
  if (op.slot >= 0) take(op.slot, at, known.stop);
  at = known.stop;
  return true;
}

/// The longest way of a span that has not been tried; nullptr and how far it went if there is none.
const char* Machine::first_of_span(std::uint32_t pc, const char* at, const char*& wrong) {
  const Op& op = program_->ops[pc];
  const char* stop = nullptr;
  if (remembering_ && op.b == kEndless && atomics_.empty()) {
    const Known& known = go_through(pc, at);
    stop = known.low ? std::min(known.stop, known.low - 1) : known.stop;
    wrong = known.stop;
  } else {
    stop = program_->sets[op.set].skip(at, limit_of(op, at, line_.end), line_.readable);
    scanned_ += remembering_ ? stop - at : 0;
    wrong = stop;
  }
  return stop - at >= static_cast<std::int64_t>(op.a) ? stop : nullptr;
}

/// A step with several ways: goes on in the first one, and leaves the others to turn back to.
Machine::Way Machine::choose(std::uint32_t& pc, const char*& at, const char*& wrong) {
  const Op& op = program_->ops[pc];
  wrong = at;
  if (op.code == Code::split_) {
    const Visit seen = visit(pc, at);
    if (seen == Visit::won) give_up_group();
    if (seen != Visit::first) return Way::wrong;
    choices_.push_back(choice_of(pc, at, at, at));
    pc = op.a;
    return Way::on;
  }
  Choice choice = choice_of(pc, at, at, at + op.a);
  if (op.code == Code::span_) {
    choice.at = first_of_span(pc, at, wrong);
    if (!choice.at) return Way::wrong;
  } else {
    const std::uint32_t least = op.code == Code::lazy_ ? op.a : 0;
    if (least > static_cast<std::size_t>(line_.end - at)) return Way::wrong;
    if (remembering_ && atomics_.empty() && known_[pc].tried && at >= known_[pc].tried) return Way::wrong;
    choice.at = at + least;
    wrong = line_.end;
  }
  if (!next_candidate(choice, at)) return Way::wrong;
  choices_.push_back(choice);
  return go_on(choice, pc, at) ? Way::on : Way::turn;
}

Outcome Machine::run_with_choices() {
  const Op* const ops = program_->ops.data();
  const char* at = line_.begin;
  const char* wrong = at;
  for (std::uint32_t pc = 0;;) {
    const Op& op = ops[pc];
    Way way = Way::on;
    std::uint32_t next = pc + 1;
    const char* const before = at;
    switch (op.code) {
      case Code::finish_:
        if (op.flags & kAnywhere || at == line_.end) return {true, false, at, pc};
        way = Way::wrong;
        wrong = at;
        break;
      case Code::open_:
      case Code::mark_: set_register(op.a, at); break;
      case Code::close_: take(op.slot, registers_[op.a], at); break;
      case Code::jump_: next = op.a; break;
      case Code::branch_:
        if (at == line_.end || !program_->sets[op.set].has(*at)) next = op.a;
        break;
      case Code::loop_:
        if (registers_[op.a] && at <= registers_[op.a]) break;
        set_register(op.a, at);
        next = op.b;
        break;
      case Code::atomic_: atomics_.push_back({choices_.size(), trail_.size()}); break;
      case Code::commit_: commit(); break;
      case Code::run_:
        if (remembering_ && op.b == kEndless) {
          way = run_of_set(pc, at, wrong) ? Way::on : Way::wrong;
          break;
        }
        [[fallthrough]];
      default:
        if (program_->choices[pc] >= 0) {
          next = pc;
          way = choose(next, at, wrong);
        } else {
          const char* stop = at;
          way = step(op, at, stop, wrong) ? Way::on : Way::wrong;
          if (way == Way::on && op.slot >= 0) take(op.slot, before, stop);
        }
    }
    if (way == Way::wrong) fail(pc, wrong);
    if (way == Way::on) {
      pc = next;
      if (op.code != Code::native_ || !remembering_ || may_go_on(at - before)) continue;
    } else if (may_go_on(0) && turn_back(pc, at)) {
      continue;
    }
    outcome_.gave_up = !may_go_on(0);
    captures_ = farthest_;
    return outcome_;
  }
}

void Machine::begin_search() {
  captures_.assign(program_->n_captures, {});
  registers_.assign(program_->n_registers, nullptr);
  outcome_ = {};
  farthest_ = captures_;
  choices_.clear();
  undo_.clear();
  trail_.clear();
  atomics_.clear();
  turns_ = scanned_ = 0;
}

Outcome Machine::run(const Program& program, const Line& line) {
  program_ = &program;
  line_ = line;
  remembering_ = false;
  captures_.assign(program.n_captures, {});
  registers_.assign(program.n_registers, nullptr);
  if (const Outcome first = run_straight(); first.fits || program.is_straight()) return first;
  begin_search();
  const Outcome outcome = run_with_choices();
  const std::size_t bits = program.n_choices * line_.places();
  if (!outcome.gave_up || bits > kMostRemembered) return outcome;
  visited_.assign(bits / 64 + 1, 0);
  won_.assign(bits / 64 + 1, 0);
  known_.assign(program.ops.size(), {});
  remembering_ = true;
  begin_search();
  return run_with_choices();
}

}  // namespace pyudf::logs
