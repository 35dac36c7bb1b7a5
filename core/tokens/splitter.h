// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokens/vocabulary.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace signalbox {

// Cuts a text into the pieces that byte-pair merges never cross: what the split patterns of o200k and cl100k
// (resources/vocab/encodings.json) match one after another, by a scanner of linear time. The pieces joined are the
// text. Pure, any thread.

// Where the piece that begins at `at` ends. `text` is valid UTF-8 (see validUtf8) and at < text.size().
size_t pieceEnd(VocabularyId pattern, std::string_view text, size_t at);

// The text itself, or, when it is not valid UTF-8, a copy in `storage` in which U+FFFD stands for each bad sequence:
// the reference takes texts, not bytes, and its decoder does that.
std::string_view validUtf8(std::string_view text, std::string &storage);

} // namespace signalbox
