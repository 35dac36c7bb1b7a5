// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"
#include "core/config/json_text_writer.h"

namespace signalbox {

// Entries of `clients` and `users`.
void readClient(JsonCursor node, ClientConfig &client);
void writeClient(JsonTextWriter &out, const ClientConfig &client);
void readUserRule(JsonCursor node, UserRule &rule);
void writeUserRule(JsonTextWriter &out, const UserRule &rule);

// Each key belongs to one client, old keys included; routes that a client may use are there.
void checkClients(const Config &config, ProblemLog &log);

} // namespace signalbox
