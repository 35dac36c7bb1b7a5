// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/routing/facts.h"
#include "core/routing/plan.h"
#include "core/routing/routing_state.h"

namespace signalbox {

// Route tree + health + prices → ordered targets, with every reason. Pure: the same state and facts give the same plan,
// and nothing is changed (RoutingState::commit does that). Uses the state's table.
// Without any route, `PROVIDER/MODEL` names its target directly and, with a single provider, so does any model.
// A target that the console pinned is taken past all routes, but not past constraints (RoutingFacts::pinned).
// The first route decides whose match holds and whose tree has a word for the request.
// Errors: model_not_found (404: no route or provider for it), no_provider (503: none configured), policy_refused (403
// or as the node says: constraints, limits or `reject` left nothing), context_length_exceeded and unsupported_content
// (400: `fit` left nothing), target_unknown (400: what is pinned names no provider).
// `reasons`, where given, is left with what was found on the way to such an error, for planJson; without targets.
Result<Plan> makePlan(const RoutingState &state, const RoutingFacts &facts, Plan *reasons = nullptr);

} // namespace signalbox
