// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <string>
#include <vector>

namespace signalbox {

// One place in which two configs differ. Values as JSON on one line, cut when long; empty: it was not there.
struct ConfigChange {
    std::string pointer; // into the config after; of what was removed, into the one before
    std::string before;  // (default) where the file did not say it
    std::string after;

    bool operator==(const ConfigChange &) const = default;
};

// What differs between two configs, as their files would say it. Members of lists are told apart by `id`, or `model`,
// where all of them have one, so that a new first provider is one change. Digests, headers' values and whatever looks
// like a key are left out of the values. At most `most`; the last one then says how many more there are. Pure.
std::vector<ConfigChange> configChanges(const Config &before, const Config &after, size_t most = 100);

} // namespace signalbox
