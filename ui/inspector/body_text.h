// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/request_details.h"
#include "ui/inspector/chat_entries.h"
#include "ui/widgets/line_diff.h"

#include <optional>

namespace signalbox {

// What a BodyView shows, made from kept bodies. Pure; any thread.
enum class BodyStyle { Rendered, Pretty, Raw };
enum class BodySide { Client, Provider, Both };

// The two sides of a request, or of a reply.
struct BodySides {
    std::optional<StoredBody> client;
    std::optional<StoredBody> provider;
    bool same = false; // the provider saw what the client saw
    bool isReply = false;
    std::optional<Dialect> clientDialect;
    std::optional<Dialect> providerDialect;
    std::string model; // of the client's request

    const StoredBody *body(BodySide side) const;
    std::optional<Dialect> dialect(BodySide side) const;
    bool hasBoth() const { return client && provider; }
    size_t bytes() const; // of what is kept
};
BodySides requestSides(const RequestRecord &record, const RequestDetails *details);
BodySides replySides(const RequestRecord &record, const RequestDetails *details);

struct BodyText {
    QString text;
    Chat chat;
    std::vector<DiffRow> diff;
};
BodyText renderBody(const BodySides &sides, BodySide side, BodyStyle style);

// JSON laid out; of a stream each of its frames. The text itself where it is none.
QString prettyBody(const StoredBody &body);

} // namespace signalbox
