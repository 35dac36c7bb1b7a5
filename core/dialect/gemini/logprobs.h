// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/loss_report.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace signalbox::gemini {

// logprobsResult ⇄ the list of Chat's choices[].logprobs.content, which the events carry. Pure.
boost::json::array readLogprobs(const boost::json::object &result, const boost::json::storage_ptr &storage);
// Member logprobsResult.
void writeLogprobs(JsonWriter &out, const boost::json::value &items);

} // namespace signalbox::gemini
