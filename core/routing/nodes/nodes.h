// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/plan_walk.h"

namespace signalbox {

// One function for each kind of node (and one file). Each adds its candidates in the order of trying; true: it ends in
// a `reject` and has added none.

bool planTarget(PlanWalk &walk, uint32_t node);

// The child whose turn is due, then the others by effective weight. A warm child keeps its conversations unless it is
// losing weight for doing badly.
bool planWeighted(PlanWalk &walk, uint32_t node);

// The children in order; behind a `reject` nothing is reached.
bool planFallback(PlanWalk &walk, uint32_t node);

// The children by what the request is likely to cost at their first target: input as counted (1,000 tokens when it was
// not), output as asked for but 1,000 at most, the cached part where the conversation is warm. Unpriced ones come last.
bool planCheapest(PlanWalk &walk, uint32_t node);
std::optional<double> estimatedUsd(const Price &price, int64_t inputTokens, int64_t cachedTokens, int64_t outputTokens);
bool affordable(PlanWalk &walk, uint32_t node, const PolicyNode &cheapest, const Candidate &candidate);

// The children by the metric of the busiest target below them as of the last tick, unknown ones first for a few
// requests, failing ones last; a share goes to the others in turn.
bool planFastest(PlanWalk &walk, uint32_t node);

// The first target of the first child, then those of the other children as its hedges, then what is left, reached by
// the usual failures.
bool planHedge(PlanWalk &walk, uint32_t node);

// The children whose first target holds the request, then those where it has to be cut (`truncate`), then those whose
// context is not known. Needed: the input and what is asked for as output (1,000 tokens when nothing is).
bool planFit(PlanWalk &walk, uint32_t node);
bool fits(PlanWalk &walk, uint32_t node, const PolicyNode &fit, Candidate &candidate);

bool planWhen(PlanWalk &walk, uint32_t node);
bool planReject(PlanWalk &walk, uint32_t node);

} // namespace signalbox
