// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/body_text.h"

#include "ui/inspector/copy_as.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace signalbox {

namespace {

std::optional<StoredBody> bodyOf(const RequestRecord &record, StoredBody::Kind kind)
{
    const StoredBody *body = keptBody(record, kind);
    return body ? std::optional(*body) : std::nullopt;
}

// Of the attempt whose sides were kept: the one that was shown.
std::optional<Dialect> providerDialect(const RequestRecord &record, const RequestDetails *details)
{
    if (!details || details->attempts.empty())
        return std::nullopt;
    const RequestDetails::Attempt *shown = &details->attempts.back();
    for (const AttemptRecord &attempt : record.attempts) {
        if (const auto *noted = details->attempt(attempt.n); noted && attempt.errorClass.empty())
            shown = noted;
    }
    return dialectFromName(shown->dialect);
}

BodySides sidesOf(const RequestRecord &record, const RequestDetails *details, bool isReply)
{
    using Kind = StoredBody::Kind;
    BodySides sides;
    sides.isReply = isReply;
    sides.client = bodyOf(record, isReply ? Kind::ClientReply : Kind::ClientRequest);
    sides.provider = bodyOf(record, isReply ? Kind::ProviderReply : Kind::ProviderRequest);
    sides.same = details && (isReply ? details->sameReply : details->sameRequest);
    sides.clientDialect = dialectFromName(record.dialect);
    sides.providerDialect = providerDialect(record, details);
    sides.model = record.requestedModel;
    return sides;
}

} // namespace

const StoredBody *BodySides::body(BodySide side) const
{
    const std::optional<StoredBody> &body = side == BodySide::Provider ? provider : client;
    return body ? &*body : nullptr;
}

std::optional<Dialect> BodySides::dialect(BodySide side) const
{
    return side == BodySide::Provider ? providerDialect : clientDialect;
}

size_t BodySides::bytes() const
{
    return (client ? client->bytes.size() : 0) + (provider ? provider->bytes.size() : 0);
}

BodySides requestSides(const RequestRecord &record, const RequestDetails *details)
{
    return sidesOf(record, details, false);
}

BodySides replySides(const RequestRecord &record, const RequestDetails *details)
{
    return sidesOf(record, details, true);
}

QString prettyBody(const StoredBody &body)
{
    if (body.contentType == "application/json")
        return prettyJson(body.bytes);
    constexpr std::string_view field = "data: ";
    const std::string_view text = body.bytes;
    QString out;
    for (size_t from = 0; from < text.size();) {
        const size_t end = std::min(text.find('\n', from), text.size());
        std::string_view line = text.substr(from, end - from);
        if (line.starts_with(field)) {
            out += QLatin1String(field.data(), qsizetype(field.size()));
            line.remove_prefix(field.size());
        }
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        out += line.starts_with('{') || line.starts_with('[') ? prettyJson(std::string(line))
                                                              : QString::fromUtf8(line.data(), qsizetype(line.size()));
        out += u'\n';
        from = end + 1;
    }
    return out;
}

BodyText renderBody(const BodySides &sides, BodySide side, BodyStyle style)
{
    BodyText made;
    if (side == BodySide::Both) {
        if (sides.hasBoth())
            made.diff = diffLines(prettyBody(*sides.client), prettyBody(*sides.provider));
        return made;
    }
    const StoredBody *body = sides.body(side);
    if (!body)
        return made;
    const std::optional<Dialect> dialect = sides.dialect(side);
    if (style == BodyStyle::Rendered && !dialect)
        made.chat.problem = QCoreApplication::translate("BodyText", "It is not known in which dialect this was said.");
    else if (style == BodyStyle::Rendered)
        made.chat = sides.isReply ? chatOfReply(*body, *dialect) : chatOfRequest(*body, *dialect, sides.model);
    else
        made.text = style == BodyStyle::Raw ? QString::fromStdString(body->bytes) : prettyBody(*body);
    return made;
}

} // namespace signalbox
