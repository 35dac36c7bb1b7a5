// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/request_details.h"

#include <QtCore/QString>

#include <optional>
#include <vector>

namespace signalbox {

// The frames of a streamed reply as the client saw them. Pure; any thread.
struct EventRow {
    std::optional<double> atMs; // since the request began; absent where no times were kept
    QString type;               // the `event:` field, or what the data says of itself
    QString summary;            // the text it carries, or the beginning of its data
    QString data;
    qint64 bytes = 0;

    bool operator==(const EventRow &) const = default;
};

// Server-sent events, or lines of JSON. Empty for what is not a stream. Times belong to bytes: when redaction has
// changed their number, none is told.
std::vector<EventRow> eventRows(const StoredBody &reply, const RequestDetails *details);

// Pauses of a stream longer than `leastMs`, longest first.
struct StreamGap {
    double fromMs = 0;
    double lengthMs = 0;

    bool operator==(const StreamGap &) const = default;
};
std::vector<StreamGap> streamGaps(const RequestDetails &details, double leastMs);

} // namespace signalbox
