// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/dialect/gemini/model_family.h"

namespace signalbox::gemini {

// The type as it was named, else what the first bytes, the address's ending or the kind of part say; may be empty for
// an address. Pure.
std::string_view mimeTypeOf(const MediaPart &media);

// Whether the API reads this address: Google's own files, YouTube, and since 2.5 any https address.
bool mayFetch(const MediaPart &media, bool fileUrls, const ModelFamily &family);

} // namespace signalbox::gemini
