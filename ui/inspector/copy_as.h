// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// Texts for the clipboard. The key is always $SIGNALBOX_API_KEY; a body appears only when it was kept whole.
QString copyAsCurl(const RequestRecord &record, const QString &gatewayUrl);
QString copyAsPython(const RequestRecord &record, const QString &gatewayUrl); // standard library only
QString copyAsNode(const RequestRecord &record, const QString &gatewayUrl);
QString copyAsJson(const RequestRecord &record);
QString copyAsMarkdown(const std::vector<RequestRecord> &records); // a table, one row each
std::string requestJson(const RequestRecord &record);              // what copyAsJson lays out, on one line
QString requestPath(const RequestRecord &record);                  // as a client of its dialect asks

const StoredBody *keptBody(const RequestRecord &record, StoredBody::Kind kind); // null when not kept
QString prettyJson(const std::string &bytes); // keeps key order and numbers; the text itself when it is not JSON

} // namespace signalbox
