// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"

namespace signalbox {

void readPolicyNode(JsonCursor node, PolicyNode &out);

} // namespace signalbox
