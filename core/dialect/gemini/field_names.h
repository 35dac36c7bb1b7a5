// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/object_reader.h"

namespace signalbox::gemini {

// The API takes protobuf's two spellings of each field; this is the one that is there.
inline std::string_view spelled(const ObjectReader &reader, std::string_view camel, std::string_view snake)
{
    return !reader.has(camel) && reader.has(snake) ? snake : camel;
}

} // namespace signalbox::gemini
