// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"

namespace signalbox {

// Checks of one text; each returns what is wrong, empty when nothing is.
std::string checkId(const std::string &id);
std::string checkBaseUrl(const std::string &url);
std::string checkProxy(const std::string &proxy);
std::string checkNoProxy(const std::string &entry);
std::string checkSha256(const std::string &digest);
std::string checkHeader(const std::string &name);
bool isHeaderName(const std::string &name);
bool isSecretHeader(const std::string &lowerName); // carries a key, whichever API

// Checks between the parts: ids are unique, references lead somewhere.
void checkReferences(const Config &config, ProblemLog &log);

} // namespace signalbox
