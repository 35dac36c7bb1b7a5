// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/value_at.h"

#include "core/dialect/json_writer.h"
#include "ui/inspector/copy_as.h"

#include <boost/json.hpp>

namespace signalbox {

QString lostValue(const RequestRecord &record, const LossRecord &loss)
{
    constexpr qsizetype longest = 400;
    const StoredBody *body =
        keptBody(record, loss.reply ? StoredBody::Kind::ProviderReply : StoredBody::Kind::ClientRequest);
    if (!body || body->cut || loss.pointer.empty())
        return {};
    boost::system::error_code problem;
    const boost::json::value root = boost::json::parse(body->bytes, problem);
    if (problem)
        return {};
    const boost::json::value *value = root.find_pointer(loss.pointer, problem);
    if (!value)
        return {};
    const QString text = QString::fromStdString(jsonText(*value));
    return text.size() > longest ? text.first(longest) + u'…' : text;
}

} // namespace signalbox
