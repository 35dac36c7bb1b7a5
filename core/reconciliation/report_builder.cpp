// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/report_builder.h"

#include <QtCore/QDateTime>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace signalbox {

VendorLine &ReportBuilder::line(int64_t day, const std::string &model)
{
    VendorLine &line = m_lines[{day, model}];
    line.day = day;
    line.model = model;
    return line;
}

bool ReportBuilder::add(std::optional<int64_t> &sum, int64_t value)
{
    int64_t next = 0;
    if (__builtin_add_overflow(sum.value_or(0), value, &next))
        return false;
    sum = next;
    return true;
}

void ReportBuilder::note(const std::string &text)
{
    if (std::find(m_notes.begin(), m_notes.end(), text) == m_notes.end())
        m_notes.push_back(text);
}

VendorReport ReportBuilder::finish(std::string vendor, std::string format)
{
    VendorReport report{std::move(vendor), std::move(format), {}, std::move(m_notes)};
    for (auto &[key, line] : m_lines)
        report.lines.push_back(std::move(line));
    return report;
}

std::optional<int64_t> dayOf(std::string_view text)
{
    constexpr size_t dateSize = 10;
    constexpr int64_t dayMs = 86'400'000;
    if (text.size() < dateSize)
        return std::nullopt;
    QString given = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    const QDate date = QDate::fromString(given.left(dateSize), Qt::ISODate);
    if (!date.isValid() || date.year() < 1970)
        return std::nullopt;
    const QDate epoch(1970, 1, 1);
    if (text.size() == dateSize)
        return epoch.daysTo(date);
    if (given[dateSize] == u' ')
        given[dateSize] = u'T';
    given.remove(u' ');
    if (given.endsWith(QStringLiteral("UTC")))
        given.replace(given.size() - 3, 3, QStringLiteral("Z"));
    QDateTime at = QDateTime::fromString(given, Qt::ISODateWithMs);
    if (!at.isValid())
        return std::nullopt;
    if (at.timeSpec() == Qt::LocalTime) // no offset: vendors mean UTC
        at.setTimeSpec(Qt::UTC);
    const int64_t ms = at.toMSecsSinceEpoch();
    return ms < 0 ? std::nullopt : std::optional(ms / dayMs);
}

std::optional<int64_t> decimalNano(std::string_view text, int64_t scale)
{
    constexpr long double most = 9e18L;
    long double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    // 64 bits of mantissa hold every amount below $9 billion to the nano-dollar.
    const long double scaled = value * static_cast<long double>(scale);
    if (status != std::errc() || end != text.data() + text.size() || !std::isfinite(scaled) || std::abs(scaled) > most)
        return std::nullopt;
    return std::llround(scaled);
}

} // namespace signalbox
