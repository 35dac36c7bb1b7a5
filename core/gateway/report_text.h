// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QtCore/QString>

#include <string>

namespace signalbox {

// What to attach to a report of a fault: versions, the files of the data folder with their sizes, the config without
// digests, headers' values, addresses of webhooks and logins of proxies, and the end of the newest log file, all with
// what looks like a key or like personal data taken out. Reads files: not for the GUI thread.
std::string reportText(const Config &config, const QString &logFolder, const QString &dataFolder);

// The same into a file that only its owner reads; the file's path.
Result<QString> writeReport(const QString &path, const Config &config, const QString &logFolder,
                            const QString &dataFolder);

} // namespace signalbox
