// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtGui/QGuiApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr char16_t minusSign = u'\u2212';

struct Text {
    Q_DECLARE_TR_FUNCTIONS(NumberFormat)
};

QString withMinus(QString text, bool negative)
{
    return negative ? minusSign + text : text;
}

QString withUnit(const QString &number, QLatin1StringView unit)
{
    return asLeftToRight(number + QChar(QChar::Nbsp) + unit);
}

} // namespace

QLocale numberLocale()
{
    const QLocale locale;
    return locale.language() == QLocale::C ? QLocale(QLocale::English, QLocale::UnitedStates) : locale;
}

QString asLeftToRight(const QString &text)
{
    constexpr QChar mark(0x200e);
    return QGuiApplication::isRightToLeft() ? mark + text + mark : text;
}

QString missingText()
{
    return u"\u2014"_s;
}

int pluralCount(int64_t count)
{
    return int(std::clamp<int64_t>(count, 0, std::numeric_limits<int>::max()));
}

QString formatNumber(double value, int decimals)
{
    if (!std::isfinite(value))
        return missingText();
    const QString text = numberLocale().toString(std::abs(value), 'f', decimals);
    // A value that rounds to zero carries no sign.
    const bool negative = value < 0 && std::abs(value) * std::pow(10.0, decimals) >= 0.5;
    return withMinus(text, negative);
}

QString formatMoney(int64_t nanoUsd, Places places)
{
    const double usd = std::abs(double(nanoUsd)) / 1e9;
    int decimals = 4;
    if (places == Places::Tile)
        decimals = usd >= 10'000 ? 0 : 2;
    const bool negative = nanoUsd < 0 && usd * std::pow(10.0, decimals) >= 0.5;
    return withMinus(numberLocale().toCurrencyString(usd, u"$"_s, decimals), negative);
}

QString formatMoney(std::optional<int64_t> nanoUsd, Places places)
{
    return nanoUsd ? formatMoney(*nanoUsd, places) : missingText();
}

QString asDollars(const QString &number)
{
    const QLocale locale = numberLocale();
    QString pattern = locale.toCurrencyString(qlonglong(0), u"$"_s);
    const QString zero = locale.zeroDigit();
    const qsizetype first = pattern.indexOf(zero);
    const qsizetype last = pattern.lastIndexOf(zero);
    if (first < 0)
        return u'$' + number;
    return pattern.replace(first, last + 1 - first, number);
}

QString formatTime(double ms, TimeStyle style)
{
    if (!std::isfinite(ms) || ms < 0)
        return missingText();
    if (ms < 0.995)
        return withUnit(formatNumber(ms, 2), "ms"_L1);
    if (style == TimeStyle::Detail && ms < 999.5)
        return withUnit(formatNumber(ms, ms < 9.95 ? 1 : 0), "ms"_L1);
    if (ms < 9'995)
        return withUnit(formatNumber(ms / 1e3, 2), "s"_L1);
    if (ms < 59'950)
        return withUnit(formatNumber(ms / 1e3, 1), "s"_L1);
    const auto seconds = int64_t(std::llround(ms / 1e3));
    return withUnit(formatCount(seconds / 60), "min"_L1) + QChar(QChar::Space) +
           withUnit(formatCount(seconds % 60), "s"_L1);
}

QString formatSeconds(double ms)
{
    if (!std::isfinite(ms) || ms < 0)
        return missingText();
    return formatNumber(ms / 1e3, ms < 99'950 ? 2 : 0);
}

QString formatTokens(int64_t tokens)
{
    if (std::abs(double(tokens)) < 1e6)
        return formatCount(tokens);
    return withUnit(formatNumber(double(tokens) / 1e6, 1), "M"_L1);
}

QString formatCount(int64_t count)
{
    const QString text = numberLocale().toString(qlonglong(count < 0 ? -count : count));
    return withMinus(text, count < 0);
}

QString formatPercent(double percent, int decimals)
{
    //: A share; %1 is the number, the space is a no-break space
    return asLeftToRight(Text::tr("%1\u00a0%").arg(formatNumber(percent, decimals)));
}

QString formatBytes(int64_t bytes)
{
    static constexpr std::array units{"KiB"_L1, "MiB"_L1, "GiB"_L1, "TiB"_L1};
    if (bytes < 1024)
        return withUnit(formatCount(bytes), "B"_L1);
    double value = double(bytes) / 1024;
    size_t unit = 0;
    while (value >= 1023.95 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return withUnit(formatNumber(value, value < 100 ? 1 : 0), units[unit]);
}

QString formatClock(int64_t atMs, bool seconds)
{
    const QTime time = QDateTime::fromMSecsSinceEpoch(atMs).time();
    return time.toString(seconds ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

} // namespace signalbox
