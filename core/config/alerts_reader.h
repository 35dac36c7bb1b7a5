// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"
#include "core/config/json_text_writer.h"

namespace signalbox {

// {"desktop":true,"kinds":{"failover":false},"quietHours":{"time":"22:00-07:00","days":["mon"],"timeZone":"Europe/Paris"},
//  "thresholds":[0.8,1],"webhooks":[{"id":"ops","url":"https://hooks.example/x","secret":"env:HOOK","kinds":["budget"],
//  "minInterval":"1m"}]}
void readAlerts(JsonCursor node, AlertsConfig &alerts);
void writeAlerts(JsonTextWriter &out, const AlertsConfig &alerts); // nothing when all is as usual

} // namespace signalbox
