// machine.hpp: runs a program over a line, in time that grows with the line's length only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "logs/lines.hpp"
#include "logs/program.hpp"

namespace pyudf::logs {

/// What a capture took; begin is nullptr where it took no part.
struct Taken {
  const char* begin = nullptr;
  const char* end = nullptr;
};

/// How far a line fitted, and at which step of the program it did not.
struct Outcome {
  bool fits = false;
  bool gave_up = false;  // the ways to try are too many for a line of this length
  const char* at = nullptr;
  std::uint32_t op = 0;
};

/// Memory for running programs over lines, one for each thread.
///
/// Of the ways in which a program fits a line it finds the one that a backtracking search finds first. A search that
/// turns back often is begun anew and remembers where each step was tried in vain: no step is tried twice at one place.
class Machine {
 public:
  /// Captures hold what was taken until the next run; where the line does not fit, what had been taken when it fitted
  /// the farthest.
  Outcome run(const Program& program, const Line& line);

  std::span<const Taken> captures() const noexcept { return captures_; }

 private:
  /// A step that may go on in another way: from `at` on, down or up to `limit`.
  struct Choice {
    std::uint32_t op;
    const char* begin;                 // where the step was
    const char* at;                    // the next place to go on at
    const char* limit;                 // of a span: the last one
    std::size_t undo, trail, atomics;  // how much of these there was
  };
  /// What a capture, or a register (~slot), was before.
  struct Undo {
    std::int32_t slot;
    Taken before;
  };
  struct Tried {
    std::uint32_t choice;
    const char* at;
  };
  struct Atomic {
    std::size_t choices, trail;
  };
  /// What is known of an op since the search began to remember.
  struct Known {
    const char* begin = nullptr;  // a run or a span of its set goes from here
    const char* stop = nullptr;   // to here
    const char* low = nullptr;    // and a span's ends from here on have been tried
    const char* tried = nullptr;  // of a seek or lazy step: all from here on
  };
  enum class Visit { first, failed, won };
  enum class Way { on, wrong, turn };

  Outcome run_straight();
  Outcome run_with_choices();
  bool step(const Op& op, const char*& at, const char*& stop, const char*& wrong) const;
  Known& go_through(std::uint32_t pc, const char* at);
  bool run_of_set(std::uint32_t pc, const char*& at, const char*& wrong);
  Way choose(std::uint32_t& pc, const char*& at, const char*& wrong);
  const char* first_of_span(std::uint32_t pc, const char* at, const char*& wrong);
  bool go_on(const Choice& choice, std::uint32_t& pc, const char*& at);
  const char* find(const Op& op, const char* at) const noexcept;
  const char* find_literal(const Op& op, const char* at) const noexcept;
  const char* find_lazy(const Op& op, const char* at) const noexcept;

  void take(std::int32_t slot, const char* begin, const char* end);
  void set_register(std::uint32_t which, const char* at);
  Choice choice_of(std::uint32_t op, const char* begin, const char* at, const char* limit) const;
  Visit visit(std::uint32_t op, const char* at);
  void commit();
  void give_up_group() noexcept;
  void restore(const Choice& choice);
  void fail(std::uint32_t op, const char* wrong);
  bool turn_back(std::uint32_t& op, const char*& at);
  bool next_candidate(Choice& choice, const char*& at);
  void exhausted(const Choice& choice);
  bool may_go_on(std::int64_t scanned);
  void begin_search();

  const Program* program_ = nullptr;
  Line line_{};
  Outcome outcome_;
  std::vector<Taken> captures_, farthest_;
  std::vector<const char*> registers_;
  std::vector<Choice> choices_;
  std::vector<Undo> undo_;
  std::vector<Tried> trail_;
  std::vector<Atomic> atomics_;
  std::int64_t turns_ = 0, scanned_ = 0;
  bool remembering_ = false;
  std::vector<std::uint64_t> visited_, won_;  // a bit for each choice at each place
  std::vector<Known> known_;                  // for each op
};

}  // namespace pyudf::logs
