// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/token_book.h"

#include <cmath>

namespace signalbox {

TokenEstimate TokenBook::estimate(std::string_view provider, std::string_view model, const RequestTokens &tokens,
                                  const TokenFamily &family) const
{
    TokenEstimate made;
    made.counted = tokens.total(family);
    made.tokens = made.counted;
    made.exact = family.exact && !tokens.guessed;
    if (made.exact)
        return made;
    made.error = unknownError;
    if (const auto learnt = m_calibration.factorOf(provider, model)) {
        made.tokens = std::llround(static_cast<double>(made.counted) * learnt->factor);
        made.error = learnt->error;
    }
    return made;
}

TokenEstimate TokenBook::count(std::string_view provider, std::string_view model, const Conversation &conversation)
{
    const TokenFamily family = tokenFamilyOf(model);
    return estimate(provider, model, m_counter.count(conversation, family), family);
}

TokenEstimate TokenBook::countBody(std::string_view provider, std::string_view model, std::string_view body)
{
    const TokenFamily family = tokenFamilyOf(model);
    return estimate(provider, model, m_counter.countBody(body, family), family);
}

TokenEstimate TokenBook::countText(std::string_view provider, std::string_view model, std::string_view text)
{
    const TokenFamily family = tokenFamilyOf(model);
    return estimate(provider, model, m_counter.countText(text, family), family);
}

void TokenBook::learn(std::string_view provider, std::string_view model, int64_t counted, int64_t reported)
{
    m_calibration.learn(provider, model, counted, reported);
}

} // namespace signalbox
