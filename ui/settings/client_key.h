// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <string>

namespace signalbox {

// A client key: `sb-` and 43 base64url characters of 32 bytes from the system's random source. Any thread.
QString makeClientKey();
std::string clientKeySha256(const QString &key); // 64 lower-case hex digits, what the config keeps

} // namespace signalbox
