// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/tokens/families.h"

#include <cstdint>

namespace signalbox {

// Hashes over all that counts in a request, chained from a seed, so that a prefix of messages has one hash. Not for
// anything but finding a count again. Pure.

uint64_t familySeed(const TokenFamily &family);
uint64_t hashMessage(uint64_t seed, const Message &message);
uint64_t hashTools(uint64_t seed, const Conversation &conversation);

// Bytes of text that counting would read.
size_t textBytes(const Message &message);

} // namespace signalbox
