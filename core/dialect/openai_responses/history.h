// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::openai_responses {

// For answering `previous_response_id` and item references from our own store. An item list is JSON text: an array of
// input and output items in the order of the conversation. Pure.

// The body with the stored items before its own input and without previous_response_id: to be decoded or sent as it
// is. Instructions are not carried over, as in OpenAI's API. Errors: json_invalid (400), history_invalid (500).
Result<std::string> withHistory(std::string_view body, std::string_view historyItems);

// The ids of the item_reference items of a body's input; the AI SDK sends them in place of what it thinks is stored.
std::vector<std::string> referencedItems(std::string_view body);

// The body with each reference replaced by `itemOf(id)`, where that is not empty. Error: json_invalid (400).
Result<std::string> withReferencedItems(std::string_view body,
                                        const std::function<std::string(std::string_view)> &itemOf);

// What is to be stored after a reply: the items of the request's input and the reply's output items. The body is the
// one that withHistory() and withReferencedItems() gave, the options those of the reply's encoder: ids are the same.
std::string itemsToStore(std::string_view body, const FoldedReply &reply, const ReplyOptions &options);

// The reply's output items by id, for answering references.
std::vector<std::pair<std::string, std::string>> outputItemsById(const FoldedReply &reply, const ReplyOptions &options);

// The id that the client gets for this reply: that to store it under.
std::string responseId(const FoldedReply &reply, const ReplyOptions &options);

} // namespace signalbox::openai_responses
