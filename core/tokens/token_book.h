// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokens/calibration.h"
#include "core/tokens/request_counter.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

struct TokenEstimate {
    int64_t tokens = 0;  // the best that we know
    int64_t counted = 0; // before calibration: what TokenBook::learn() takes
    bool exact = false;  // by the model's own vocabulary and published rules alone
    double error = 0;    // relative, as far as known; 0 when exact
};

// Counts requests and remembers what providers made of our counts. Holds the prefix memo, the tokenisers and their
// caches. Lives on the gateway thread, owned by the Gateway; the vocabularies are loaded when first needed.
class TokenBook
{
public:
    // Of a model without reports: what our factors have been seen to miss by.
    static constexpr double unknownError = 0.25;

    TokenBook() : m_memo(prefixMemoSize), m_counter(m_memo) {}
    TokenBook(const TokenBook &) = delete;
    TokenBook &operator=(const TokenBook &) = delete;

    TokenEstimate count(std::string_view provider, std::string_view model, const Conversation &conversation);
    // From the bytes of a chat request, not decoded; never exact.
    TokenEstimate countBody(std::string_view provider, std::string_view model, std::string_view body);
    TokenEstimate countText(std::string_view provider, std::string_view model, std::string_view text);

    // After an exchange: `counted` of its estimate, and all input tokens that the provider reported, cached ones
    // included.
    void learn(std::string_view provider, std::string_view model, int64_t counted, int64_t reported);

    Calibration &calibration() { return m_calibration; }
    const Calibration &calibration() const { return m_calibration; }

private:
    TokenEstimate estimate(std::string_view provider, std::string_view model, const RequestTokens &tokens,
                           const TokenFamily &family) const;

    PrefixMemo m_memo;
    RequestCounter m_counter;
    Calibration m_calibration;
};

} // namespace signalbox
