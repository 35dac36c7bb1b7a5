// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/plan.h"

#include <string>

namespace signalbox {

// The words of planJson. Only called when somebody asks.

const char *verdictName(PlanStep::Verdict verdict);             // route-taken, chosen, region-refused …
std::string stepTarget(const Plan &plan, const PlanStep &step); // provider/model; empty: not about a target
std::string stepText(const Plan &plan, const PlanStep &step);   // a sentence without its full stop
std::string targetReason(const Plan &plan, size_t target);      // why it stands where it does
std::string blockText(const Availability &availability, double seconds);

} // namespace signalbox
