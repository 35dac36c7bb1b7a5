// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/gemini/embeddings.h"

namespace signalbox::gemini {

// Gemini's generateContent, both directions.
const Codec &codec();

} // namespace signalbox::gemini
