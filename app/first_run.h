// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>

class QWidget;

namespace signalbox {

class ConfigStore;

// The first start: makes a client key for this person's tools and saves the config. The key itself is in the result
// only. Error as ConfigStore::apply().
Result<std::string> makeFirstClientKey(ConfigStore &store);

// Shows the key once, with a copy button; does not block.
void showClientKey(QWidget *parent, const std::string &key);

} // namespace signalbox
