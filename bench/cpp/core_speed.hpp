// core_speed.hpp: how fast this core is, by which cycles and floors of kernels are told where no counters can be read.
#pragma once

#include "simd/targets.hpp"

namespace pyudf::bench {

/// Cycles a second, now: of a chain of operations that take one cycle each.
double cycles_per_second();

/// How many additions of whole vectors of a target's this core does in a cycle, each on its own.
double additions_per_cycle(simd::Target target);

}  // namespace pyudf::bench
