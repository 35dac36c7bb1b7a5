// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "ui/widgets/signal_mark.h"

#include <QtCore/QString>

#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// Client keys, projects and budgets in the config, without widgets. Pure.

enum class KeyState { Active, Expiring, Expired, Disabled, Revoked };
constexpr int expiringSoonDays = 14;
KeyState keyState(const ClientConfig &client, int64_t nowMs);
QString keyStateWord(KeyState state);
Signal keyStateSignal(KeyState state);

// The new key takes over; the old one works on for `graceMs` (0: ends at once).
ClientConfig rotated(ClientConfig client, const std::string &newKey, int64_t nowMs, int64_t graceMs);

// What the key may use, in words: "models gpt-*; regions eu"; empty: everything.
QString restrictionWords(const ClientConfig &client);

// Puts it where one of the same id is, or behind the others.
Config withClient(Config config, const ClientConfig &client);
Config withoutClient(Config config, const std::string &id);
Config withProject(Config config, const ProjectConfig &project);
Config withoutProject(Config config, const std::string &id);
Config withBudget(Config config, const BudgetRule &rule);
Config withoutBudget(Config config, const std::string &id);

bool isPlainId(const QString &id); // lower-case letters, digits, - . and _

// "2027-01-31" (its end, local time) or RFC 3339. Absent: neither.
std::optional<int64_t> readInstant(const QString &text);
QString instantText(std::optional<int64_t> ms); // the local date; empty: none

} // namespace signalbox
