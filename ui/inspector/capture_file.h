// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtCore/QString>

#include <string>
#include <vector>

namespace signalbox {

// Requests as files for other tools. Pure; any thread. What looks like a key is taken out once more: bodies were
// cleaned when they were kept, by the keys known then.
enum class CaptureFormat { Har, JsonLines };

// HTTP Archive 1.2, one entry for each request as its client saw it; what it has no place for is under `_signalbox`.
std::string exportHar(const std::vector<RequestRecord> &records, const QString &gatewayUrl);
// One object a line, with its attempts and kept bodies.
std::string exportJsonLines(const std::vector<RequestRecord> &records);
std::string exportAs(CaptureFormat format, const std::vector<RequestRecord> &records, const QString &gatewayUrl);

QString exportFileName(CaptureFormat format, const std::vector<RequestRecord> &records);

} // namespace signalbox
