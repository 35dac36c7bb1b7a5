// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A catalogue's text taken apart without parsing it: the list `models`, of megabytes, into the texts of its objects.
struct SplitCatalogue {
    std::string head;                    // the document with an empty list of models
    std::vector<std::string_view> items; // views into the text
};

// Checks brackets, strings and commas; what is inside the items and the head is the caller's to parse. Error
// catalogue_invalid names the place.
Result<SplitCatalogue> splitModels(std::string_view text);

} // namespace signalbox
