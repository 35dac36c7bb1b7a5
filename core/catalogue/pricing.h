// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"
#include "core/catalogue/model_facts.h"

namespace signalbox {

// Usage × price → nano-USD, rounded half up once at the end. Pure, integer arithmetic throughout.
// `complete`: the reply ended as it should; else the state is at-least. No price or no usage: unpriced, never 0. Money
// named by the provider wins: reported. A class that was used and has no price of its own is charged as its parent
// (audio and caches as input, an hour's cache write as the other's, output's audio as output) and makes it estimated,
// unless that price is 0. So does a service tier or a search that the price says nothing of.
Cost costOf(const Price *price, const TokenUsage &usage, bool complete);

} // namespace signalbox
