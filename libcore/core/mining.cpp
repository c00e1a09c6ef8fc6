// mining.cpp: a run of messages is prepared by all threads, then added by one, then the next run.
#include "core/mining.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/memory.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kTask = 512;  // messages
constexpr std::int64_t kTasks = 32;  // of a run
constexpr double kSteps = 300;       // nanoseconds a message

/// What a thread needs to prepare messages.
struct Workspace {
  std::string room;
  std::vector<logs::Token> tokens;

  std::span<const logs::Token> tokenise(std::string_view message) {
    tokens.clear();
    logs::tokenise(message, tokens);
    return tokens;
  }
};

/// The tokens of the messages of a task, and the memory that masked ones lie in.
struct Prepared {
  std::vector<logs::Token> tokens;
  std::vector<std::size_t> ends;  // of the tokens of each message
  Arena arena;

  void clear() {
    tokens.clear();
    ends.clear();
    arena.clear();
  }
  std::span<const logs::Token> message(std::size_t i) const noexcept {
    const std::size_t begin = i ? ends[i - 1] : 0;
    return {tokens.data() + begin, ends[i] - begin};
  }
};

void prepare(const Mining& call, std::int64_t begin, std::int64_t end, std::string& room, Prepared& out) {
  out.clear();
  for (std::int64_t i = begin; i < end; ++i) {
    if (call.lines.has(i)) {
      std::string_view message = call.masks->apply(call.lines[i], room);
      if (message.data() == room.data()) {
        auto* copy = static_cast<char*>(out.arena.allocate(static_cast<std::int64_t>(message.size())));
        std::memcpy(copy, message.data(), message.size());
        message = {copy, message.size()};
      }
      logs::tokenise(message, out.tokens);
    }
    out.ends.push_back(out.tokens.size());
  }
}

/// A tick of a part of the work, which begins where `before` of it is done.
struct PartTick {
  Tick whole;
  double before, share;

  Tick tick() noexcept { return whole.call ? Tick{call, this} : Tick{}; }
  static int call(void* context, double done) {
    const auto& part = *static_cast<PartTick*>(context);
    return part.whole.call(part.whole.context, part.before + part.share * done);
  }
};

}  // namespace

pyudf_status mine(const Mining& call, logs::Drain& drain, std::int64_t* ids, pyudf_error* error) {
  const std::int64_t n = call.lines.n;
  std::vector<Prepared> prepared;
  try {
    prepared.resize(static_cast<std::size_t>(kTasks));
    for (std::int64_t at = 0; at < n; at += kTask * kTasks) {
      const std::int64_t stop = std::min(n, at + kTask * kTasks), tasks = (stop - at + kTask - 1) / kTask;
      const auto whole = static_cast<double>(n);
      PartTick part{call.tick, static_cast<double>(at) / whole, static_cast<double>(stop - at) / whole};
      const pyudf_status status = run_tasks(
          tasks, threads_for(kSteps * static_cast<double>(stop - at), tasks, call.workers), part.tick(),
          [] { return std::string(); },
          [&](std::string& room, std::int64_t task, pyudf_error*) {
            const std::int64_t begin = at + task * kTask;
            prepare(call, begin, std::min(stop, begin + kTask), room, prepared[static_cast<std::size_t>(task)]);
            return PYUDF_OK;
          },
          error);
      if (status != PYUDF_OK) return status;
      for (std::int64_t i = at; i < stop; ++i) {
        const Prepared& from = prepared[static_cast<std::size_t>((i - at) / kTask)];
        ids[i] = call.lines.has(i)
                     ? drain.add(from.message(static_cast<std::size_t>((i - at) % kTask)), call.parameters)
                     : -1;
      }
    }
    return PYUDF_OK;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

pyudf_status match(const Mining& call, const logs::Drain& drain, bool thorough, std::int64_t* ids, pyudf_error* error) {
  const std::int64_t n = call.lines.n, tasks = (n + kTask - 1) / kTask;
  return run_tasks(
      tasks, threads_for(kSteps * static_cast<double>(n), tasks, call.workers), call.tick, [] { return Workspace(); },
      [&](Workspace& space, std::int64_t task, pyudf_error*) {
        for (std::int64_t i = task * kTask; i < std::min(n, (task + 1) * kTask); ++i) {
          ids[i] = -1;
          if (!call.lines.has(i)) continue;
          ids[i] = drain.match(space.tokenise(call.masks->apply(call.lines[i], space.room)), thorough);
        }
        return PYUDF_OK;
      },
      error);
}

pyudf_status find_parameters(const Mining& call, const logs::Drain& drain, const std::int64_t* ids,
                             std::vector<logs::Place>& places, std::vector<std::int64_t>& ends, pyudf_error* error) {
  try {
    Workspace space;
    std::vector<logs::Masked> replaced;
    for (std::int64_t i = 0; i < call.lines.n; ++i) {
      if (ids[i] >= 0) {
        const std::string_view masked = call.masks->apply(call.lines[i], space.room, &replaced);
        logs::parameters(masked, space.tokenise(masked), replaced, drain.tokens(ids[i]), places);
      }
      ends.push_back(static_cast<std::int64_t>(places.size()));
    }
    return PYUDF_OK;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
