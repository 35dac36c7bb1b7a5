// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"

namespace signalbox {

void readPolicyNode(JsonCursor node, PolicyNode &out);
void readCondition(JsonCursor node, Condition &out);
void readConstraints(JsonCursor node, Constraints &out);

// Parts of several nodes.
void readUnrated(JsonCursor &node, bool &allowed);
void readNumber(JsonCursor &node, std::string_view key, std::optional<double> &out, double least, double most);
void readNumber(JsonCursor &node, std::string_view key, double &out, double least, double most);

// The percentile of a hedge as text: "p95" is 0.95.
std::optional<double> parsePercentile(std::string_view text);
std::string formatPercentile(double percentile);

} // namespace signalbox
