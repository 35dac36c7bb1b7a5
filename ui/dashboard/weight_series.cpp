// SPDX-License-Identifier: GPL-3.0-or-later
// Routing's shares as series, and charts' buckets as filters.
#include "ui/dashboard/dashboard_series.h"

#include "core/config/config.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

struct Text {
    Q_DECLARE_TR_FUNCTIONS(Dashboard)
};

std::string nodeOf(const std::string &child) // /routes/0/to/weighted/1 → /routes/0/to
{
    const size_t at = child.rfind("/weighted/");
    return at == std::string::npos ? child : child.substr(0, at);
}

std::vector<int> numbersIn(const std::string &pointer)
{
    std::vector<int> numbers;
    for (size_t at = 0; (at = pointer.find('/', at)) != std::string::npos; ++at) {
        int number = 0;
        const auto [end, status] = std::from_chars(pointer.data() + at + 1, pointer.data() + pointer.size(), number);
        if (status == std::errc() && (end == pointer.data() + pointer.size() || *end == '/'))
            numbers.push_back(number);
    }
    return numbers;
}

struct Mean {
    double sum = 0;
    int count = 0;
};

std::vector<double> meansOf(const std::vector<WeightHistory::Point> &points, const TimeTable &table,
                            double WeightHistory::Point::*member)
{
    std::vector<Mean> means(size_t(table.buckets));
    for (const WeightHistory::Point &point : points) {
        const int at = table.bucketAt(point.atMs);
        if (at < 0)
            continue;
        means[size_t(at)].sum += point.*member;
        ++means[size_t(at)].count;
    }
    std::vector<double> values;
    for (const Mean &mean : means)
        values.push_back(mean.count > 0 ? 100 * mean.sum / mean.count : gap);
    return values;
}

} // namespace

std::vector<std::string> weightedNodes(const WeightHistory::Reading &reading)
{
    std::set<std::string> known;
    for (const WeightHistory::Line &line : reading.lines)
        known.insert(nodeOf(line.node));
    std::vector<std::string> nodes(known.begin(), known.end());
    std::stable_sort(nodes.begin(), nodes.end(),
                     [](const std::string &a, const std::string &b) { return numbersIn(a) < numbersIn(b); });
    return nodes;
}

QString weightedNodeName(const std::string &pointer, const Config &config)
{
    const std::vector<int> numbers = numbersIn(pointer);
    if (numbers.empty() || numbers[0] < 0 || size_t(numbers[0]) >= config.routes.size())
        return QString::fromStdString(pointer);
    const QString route = QString::fromStdString(config.routes[size_t(numbers[0])].id);
    if (numbers.size() == 1)
        return route;
    QStringList place; // children are counted from one, as people do
    for (size_t i = 1; i < numbers.size(); ++i)
        place += QString::number(numbers[i] + 1);
    return Text::tr("%1, node %2").arg(route, place.join(u'.'));
}

TimeTable weightsTable(const WeightHistory::Reading &reading, const std::string &node, const TimeTable &frame,
                       const SeriesColors &providers)
{
    TimeTable table;
    table.bucketMs = std::max<qint64>(frame.bucketMs, reading.stepMs);
    if (frame.bucketMs <= 0)
        return table;
    table.firstMs = frame.firstMs / table.bucketMs * table.bucketMs;
    table.buckets = int((frame.endMs() - table.firstMs + table.bucketMs - 1) / table.bucketMs);
    std::map<QString, int> seen;
    std::map<QString, int> providersOf;
    const auto providerOf = [](const WeightHistory::Line &line) {
        return QString::fromStdString(line.label).section(u'/', 0, 0);
    };
    for (const WeightHistory::Line &line : reading.lines) {
        if (nodeOf(line.node) == node)
            ++providersOf[providerOf(line)];
    }
    const bool byProvider =
        std::all_of(providersOf.begin(), providersOf.end(), [](const auto &one) { return one.second == 1; });
    std::vector<TimeSeries> configured;
    std::set<QString> names;
    for (const WeightHistory::Line &line : reading.lines) {
        if (nodeOf(line.node) != node)
            continue;
        const QString label = QString::fromStdString(line.label);
        const QString provider = providerOf(line);
        QString name = byProvider ? provider : label.section(u'/', 1);
        if (name.isEmpty() || names.contains(name))
            name = label;
        names.insert(name);
        const SeriesInk ink{providers.slot(provider), {}, seen[provider]++ % 2 == 1};
        const QString id = QString::fromStdString(line.node) + u' ' + label;
        configured.push_back({id + u" configured"_s,
                              Text::tr("%1, configured").arg(name),
                              ink,
                              SeriesStyle::Configured,
                              meansOf(line.points, table, &WeightHistory::Point::configured),
                              {},
                              SeriesMerge::Mean,
                              id});
        table.series.push_back({id,
                                name,
                                ink,
                                SeriesStyle::Line,
                                meansOf(line.points, table, &WeightHistory::Point::effective),
                                {},
                                SeriesMerge::Mean});
    }
    table.series.insert(table.series.begin(), configured.begin(), configured.end()); // below the effective ones
    return table;
}

QString filterValue(const QString &text)
{
    const bool plain = !text.isEmpty() && std::none_of(text.begin(), text.end(), [](QChar c) {
        return c.isSpace() || c == u'"' || c == u',' || c == u'(' || c == u')';
    });
    if (plain)
        return text;
    QString quoted = text;
    return u'"' + quoted.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s) + u'"';
}

QString filterTime(const TimeSpan &span)
{
    const auto text = [](qint64 ms) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(ms);
        return at.toString(at.time().second() == 0 ? u"yyyy-MM-ddTHH:mm"_s : u"yyyy-MM-ddTHH:mm:ss"_s);
    };
    return u"since:%1 until:%2"_s.arg(text(span.fromMs), text(span.toMs));
}

QString filterFor(const Picked &picked, SpendBy spendBy, LatencyKind latency)
{
    QString term;
    const QString &id = picked.series;
    switch (picked.chart) {
    case ChartKind::Spend: {
        const QString key = spendBy == SpendBy::Provider  ? u"provider:"_s
                            : spendBy == SpendBy::Model   ? u"model:"_s
                            : spendBy == SpendBy::Project ? u"project:"_s
                                                          : u"client:"_s;
        if (!id.isEmpty())
            term = key + filterValue(id);
        break;
    }
    case ChartKind::Weights: { // a weight's id is "NODE provider/model +N", a share's "provider/model"
        const QString target = id.section(u' ', -1).startsWith(u'+') || id.endsWith(u" configured"_s)
                                   ? id.section(u' ', -2, -2)
                                   : id.section(u' ', -1);
        if (target.contains(u'/') && !target.startsWith(u'/'))
            term = u"provider:"_s + filterValue(target.section(u'/', 0, 0)) + u" model:"_s +
                   filterValue(target.section(u'/', 1));
        break;
    }
    case ChartKind::Latency:
        if (!id.isEmpty() && picked.value > 0)
            term = (latency == LatencyKind::FirstToken ? u"ttft:>"_s : u"duration:>"_s) +
                   QString::number(qint64(picked.value * 1000)) + u"ms"_s;
        break;
    case ChartKind::Errors:
        term = id == u"429"_s       ? u"status:429"_s
               : id == u"5xx"_s     ? u"status:5xx"_s
               : id == u"timeout"_s ? u"error:timeout"_s
               : id == u"rest"_s    ? u"status:4xx"_s
                                    : u"is:error"_s;
        break;
    case ChartKind::Requests:
    case ChartKind::Tokens:
        break;
    }
    return (term.isEmpty() ? QString() : term + u' ') + filterTime(picked.span);
}

QString bucketUnit(qint64 bucketMs)
{
    constexpr qint64 minute = 60'000;
    constexpr qint64 hour = 60 * minute;
    if (bucketMs < minute)
        return Text::tr("per %1 s").arg(bucketMs / 1000);
    if (bucketMs < hour)
        return Text::tr("per %1 min").arg(bucketMs / minute);
    if (bucketMs < 24 * hour)
        return Text::tr("per %1 h").arg(bucketMs / hour);
    return bucketMs == 24 * hour ? Text::tr("per day (UTC)") : Text::tr("per %1 d").arg(bucketMs / (24 * hour));
}

QString spanText(const TimeSpan &span)
{
    const QDateTime from = QDateTime::fromMSecsSinceEpoch(span.fromMs);
    const QDateTime to = QDateTime::fromMSecsSinceEpoch(span.toMs);
    const bool seconds = span.toMs - span.fromMs < 10 * 60'000;
    const QString day = numberLocale().toString(from.date(), u"d MMM"_s);
    if (span.toMs - span.fromMs > 3 * qint64(86'400'000))
        return Text::tr("%1 – %2").arg(day, numberLocale().toString(to.date(), u"d MMM"_s));
    const QString begin = formatClock(span.fromMs, seconds);
    const QString end = formatClock(span.toMs, seconds);
    if (from.date() == to.date())
        return Text::tr("%1, %2 – %3").arg(day, begin, end);
    return Text::tr("%1 %2 – %3 %4").arg(day, begin, numberLocale().toString(to.date(), u"d MMM"_s), end);
}

} // namespace signalbox
