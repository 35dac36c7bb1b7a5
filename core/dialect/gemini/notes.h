// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::gemini {

// A text of the conversation that has no place: a loss where it stands below `origin`; nothing when it is empty.
void noteText(Node origin, std::string_view text, std::string_view reason, LossReport &losses);
// A cache breakpoint: Gemini caches on its own.
void noteCache(const Part &part, LossReport &losses);

} // namespace signalbox::gemini
