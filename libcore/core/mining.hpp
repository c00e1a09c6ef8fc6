// mining.hpp: templates of many messages: masked and cut into tokens on several threads, added one after the other.
#pragma once

#include <cstdint>
#include <vector>

#include "core/loops.hpp"
#include "logs/drain.hpp"
#include "logs/lines.hpp"
#include "logs/masks.hpp"
#include "logs/parameters.hpp"

namespace pyudf {

struct Mining {
  logs::Lines lines;
  const logs::Masks* masks = nullptr;
  logs::Fits parameters = logs::Fits::kNothing;  // of a template that a message may join
  int workers = 1;
  Tick tick;
};

/// Adds the messages in their order; ids[i] is the cluster of message i, -1 where there is none. Results do not depend
/// on the number of threads.
pyudf_status mine(const Mining& call, logs::Drain& drain, std::int64_t* ids, pyudf_error* error);

/// The clusters whose templates the messages fit, -1 for none.
pyudf_status match(const Mining& call, const logs::Drain& drain, bool thorough, std::int64_t* ids, pyudf_error* error);

/// Of messages that fit a template, given by ids: the places of their parameters, and how many of them there are up to
/// the end of each message.
pyudf_status find_parameters(const Mining& call, const logs::Drain& drain, const std::int64_t* ids,
                             std::vector<logs::Place>& places, std::vector<std::int64_t>& ends, pyudf_error* error);

}  // namespace pyudf
