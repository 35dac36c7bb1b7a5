// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/instant.h"

#include <QtCore/QDateTime>
#include <QtCore/QRegularExpression>

namespace signalbox {

std::optional<int64_t> parseInstant(std::string_view text)
{
    // Qt's own reading takes dates alone, 24:00 and times without a zone.
    static const QRegularExpression shape(QStringLiteral("\\A\\d{4}-\\d\\d-\\d\\d[Tt]([01]\\d|2[0-3]):[0-5]\\d:[0-5]"
                                                         "\\d(\\.\\d{1,9})?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)\\z"));
    const QString given = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toUpper();
    if (!shape.match(given).hasMatch())
        return std::nullopt;
    const QDateTime instant = QDateTime::fromString(given, Qt::ISODateWithMs);
    return instant.isValid() ? std::optional(int64_t(instant.toMSecsSinceEpoch())) : std::nullopt;
}

std::string formatInstant(int64_t ms)
{
    const QDateTime instant = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
    return instant.toString(ms % 1000 == 0 ? Qt::ISODate : Qt::ISODateWithMs).toStdString();
}

} // namespace signalbox
