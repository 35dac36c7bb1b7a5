// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/ledger/records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// Prices of the config, ready to multiply. Money is integer: a price is kept in pico-USD per token
// (1 USD per million tokens = 1,000,000 pUSD per token), a cost in nano-USD, rounded half up once.
// Immutable after construction; any thread.
class PriceBook
{
public:
    explicit PriceBook(const std::vector<PriceConfig> &prices);

    // `complete`: the reply ended as it should; otherwise the state is at-least. No price or no usage is never 0:
    // unpriced. A token class that was used and has no price of its own is charged as input and makes it estimated.
    Cost costOf(const std::string &provider, const std::string &model, const TokenUsage &usage, bool complete) const;

private:
    struct Entry {
        std::string pattern;
        std::optional<int64_t> input, output, cacheRead, cacheWrite;
    };
    std::vector<Entry> m_entries;
};

} // namespace signalbox
