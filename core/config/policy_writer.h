// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/policy.h"

namespace signalbox {

class JsonTextWriter;

void writePolicyNode(JsonTextWriter &out, const PolicyNode &node);
void writeCondition(JsonTextWriter &out, const Condition &condition);
void writeConstraints(JsonTextWriter &out, const Constraints &constraints); // with its key; nothing when there is none

} // namespace signalbox
