// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/codec.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

class KeptStore;

// What OpenAI's Responses API keeps for its clients (`store`, `previous_response_id`, item references), for providers
// that keep nothing. Lives on the gateway thread.
class ResponseStore
{
public:
    static constexpr int64_t keepMs = 7LL * 24 * 3600 * 1000;

    explicit ResponseStore(KeptStore &store) : m_store(store) {}

    // The body with what it refers to put in; nullopt: it refers to nothing that is kept here. Error json_invalid
    // (400).
    Result<std::optional<std::string>> resolve(std::string_view body);
    // `body`: as resolve() gave it.
    void remember(std::string_view body, const FoldedReply &reply, const ReplyOptions &options);

private:
    KeptStore &m_store;
};

} // namespace signalbox
