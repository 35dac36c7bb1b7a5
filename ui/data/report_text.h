// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtCore/QString>

#include <string>

namespace signalbox {

// What to attach to a report of a fault: versions, the config without digests, headers' values and addresses of
// webhooks, and the end of the newest log file, all with whatever looks like a key taken out. Reads files: not for the
// GUI thread.
std::string reportText(const Config &config, const QString &logFolder, const QString &dataFolder);

} // namespace signalbox
