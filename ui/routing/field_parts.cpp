// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/field_parts.h"

#include "core/config/config_reader.h"
#include "core/config/time_window.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QTimeZone>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NodeFields)
};

QString joined(const std::vector<std::string> &items)
{
    QStringList words;
    for (const std::string &item : items)
        words << qtext(item);
    return words.join(u", "_s);
}

QString numberOrEmpty(std::optional<double> value)
{
    return value ? plainNumber(*value) : QString();
}

} // namespace

QString qtext(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

QString plainNumber(double value)
{
    return QString::number(value, 'g', 12);
}

std::vector<std::string> readList(const QString &text)
{
    std::vector<std::string> items;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts)) {
        const std::string item = part.trimmed().toStdString();
        if (!item.empty() && std::find(items.begin(), items.end(), item) == items.end())
            items.push_back(item);
    }
    return items;
}

std::optional<double> readAmount(const QString &text, const QString &unit)
{
    QString plain = text.trimmed();
    if (!unit.isEmpty() && plain.endsWith(unit))
        plain = plain.chopped(unit.size()).trimmed();
    bool good = false;
    double value = QLocale::c().toDouble(plain, &good);
    if (!good)
        value = numberLocale().toDouble(plain, &good);
    if (!good)
        value = QLocale::c().toDouble(plain.replace(u',', u'.'), &good);
    return good ? std::optional<double>(value) : std::nullopt;
}

NodeField &FieldMaker::text(const QString &key, const QString &label, const QString &value, const QString &hint,
                            SetText set)
{
    NodeField field;
    field.key = key;
    field.section = std::exchange(m_section, {});
    field.label = label;
    field.hint = hint;
    field.value = value;
    field.set = std::move(set);
    return m_fields.emplace_back(std::move(field));
}

NodeField &FieldMaker::choice(const QString &key, const QString &label, const Options &options, const QString &value,
                              SetText set)
{
    NodeField &field = text(key, label, value, {}, std::move(set));
    field.kind = NodeField::Kind::Choice;
    field.options = options;
    return field;
}

void FieldMaker::check(const QString &key, const QString &label, bool on, std::function<void(DraftFields &, bool)> set)
{
    NodeField &field = text(key, label, on ? u"1"_s : QString(), {},
                            [set = std::move(set)](DraftFields &fields, const QString &value) {
                                set(fields, !value.isEmpty());
                                return QString();
                            });
    field.kind = NodeField::Kind::Check;
}

void FieldMaker::words(const QString &key, const QString &label, const Options &options,
                       const std::vector<std::string> &chosen, const QString &hint,
                       std::function<void(DraftFields &, std::vector<std::string>)> set)
{
    NodeField &field =
        text(key, label, joined(chosen), hint, [set = std::move(set)](DraftFields &fields, const QString &value) {
            set(fields, readList(value));
            return QString();
        });
    field.kind = NodeField::Kind::Words;
    field.options = options;
}

void FieldMaker::duration(const QString &key, const QString &label, std::optional<Millis> value, const QString &hint,
                          std::function<void(DraftFields &, std::optional<Millis>)> set)
{
    text(key, label, value ? qtext(formatDuration(*value)) : QString(), hint,
         [set = std::move(set)](DraftFields &fields, const QString &written) {
             const QString plain = written.trimmed().remove(u' ').remove(QChar(QChar::Nbsp));
             const auto time = parseDuration(plain.toStdString());
             if (!plain.isEmpty() && !time)
                 return Words::tr("Write a time such as 800 ms, 3 s or 5 m");
             set(fields, plain.isEmpty() ? std::nullopt : std::optional<Millis>(*time));
             return QString();
         });
}

void FieldMaker::percent(const QString &key, const QString &label, std::optional<double> share, double least,
                         double most, const QString &hint,
                         std::function<void(DraftFields &, std::optional<double>)> set)
{
    text(key, label, share ? plainNumber(*share * 100) + u" %"_s : QString(), hint,
         [set = std::move(set), least, most](DraftFields &fields, const QString &written) {
             if (written.trimmed().isEmpty()) {
                 set(fields, std::nullopt);
                 return QString();
             }
             const auto percent = readAmount(written, u"%"_s);
             if (!percent || *percent < least || *percent > most)
                 return Words::tr("Write a percentage from %1 to %2").arg(plainNumber(least), plainNumber(most));
             set(fields, *percent / 100);
             return QString();
         });
}

void FieldMaker::number(const QString &key, const QString &label, std::optional<double> value, double least,
                        double most, const QString &hint, std::function<void(DraftFields &, std::optional<double>)> set)
{
    text(key, label, numberOrEmpty(value), hint,
         [set = std::move(set), least, most](DraftFields &fields, const QString &written) {
             if (written.trimmed().isEmpty()) {
                 set(fields, std::nullopt);
                 return QString();
             }
             const auto amount = readAmount(written);
             if (!amount || *amount < least || *amount > most)
                 return most < 1e9
                            ? Words::tr("Write a number from %1 to %2").arg(plainNumber(least), plainNumber(most))
                            : Words::tr("Write a number of %1 or more").arg(plainNumber(least));
             set(fields, amount);
             return QString();
         });
}

void FieldMaker::quality(const QString &key, const std::string &value, const QStringList &known,
                         std::function<void(DraftFields &, std::string)> set)
{
    Options options{{Words::tr("The only or first one"), QString()}};
    for (const QString &one : known)
        options.append({one, one});
    NodeField &field = choice(key, Words::tr("Quality by"), options, qtext(value),
                              [set = std::move(set)](DraftFields &fields, const QString &written) {
                                  set(fields, written.trimmed().toStdString());
                                  return QString();
                              });
    field.free = true;
}

void FieldMaker::list(const QString &key, const QString &label, const std::vector<std::string> &items,
                      const QString &hint, std::function<void(DraftFields &, std::vector<std::string>)> set)
{
    text(key, label, joined(items), hint, [set = std::move(set)](DraftFields &fields, const QString &written) {
        set(fields, readList(written));
        return QString();
    });
}

namespace {

// A name or pattern; empty stands for any.
void addGlob(FieldMaker &make, const QString &key, const QString &label, const std::string &now, const QString &hint,
             const ConditionOf &of, std::string Condition::*member, const std::string &any)
{
    make.text(key, label, now == any ? QString() : qtext(now), hint,
              [of, member, any](DraftFields &fields, const QString &value) {
                  const std::string glob = value.trimmed().toStdString();
                  of(fields)->*member = glob.empty() ? any : glob;
                  return QString();
              });
}

void addTokens(FieldMaker &make, const QString &key, const QString &label, std::optional<int64_t> now,
               const ConditionOf &of, std::optional<int64_t> Condition::*member)
{
    make.number(key, label, now ? std::optional<double>(double(*now)) : std::nullopt, 0, 1e9 - 1,
                Words::tr("Of the input, counted or estimated. Empty: any"),
                [of, member](DraftFields &fields, std::optional<double> value) {
                    of(fields)->*member = value ? std::optional<int64_t>(int64_t(*value)) : std::nullopt;
                });
}

QString headerText(const std::map<std::string, std::string> &headers)
{
    QStringList parts;
    for (const auto &[name, glob] : headers)
        parts << qtext(name) + u": "_s + qtext(glob);
    return parts.join(u", "_s);
}

QString readHeaders(const QString &written, std::map<std::string, std::string> &headers)
{
    headers.clear();
    for (const std::string &part : readList(written)) {
        const size_t colon = part.find(':');
        const QString name = qtext(part.substr(0, colon)).trimmed().toLower();
        const QString glob = colon == std::string::npos ? QString() : qtext(part.substr(colon + 1)).trimmed();
        if (name.isEmpty() || glob.isEmpty())
            return Words::tr("Write name: pattern, several parted by commas");
        headers[name.toStdString()] = glob.toStdString();
    }
    return {};
}

void addTime(FieldMaker &make, const QString &prefix, const Condition &now, const ConditionOf &of)
{
    make.text(prefix + u"time"_s, Words::tr("Time of day"), qtext(now.time),
              Words::tr("For example 08:00-18:00; may pass midnight. Empty: any"),
              [of](DraftFields &fields, const QString &value) {
                  const std::string time = value.trimmed().toStdString();
                  if (!time.empty() && !parseTimeWindow(time))
                      return Words::tr("Write two different times of day such as 08:00-18:00");
                  of(fields)->time = time;
                  return QString();
              });
    FieldMaker::Options days;
    const QStringList names{u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
    for (int day = 0; day < 7; ++day)
        days.append({QLocale().standaloneDayName(day + 1, QLocale::ShortFormat), names.at(day)});
    make.words(prefix + u"days"_s, Words::tr("Days"), days, now.days, Words::tr("None chosen: every day"),
               [of](DraftFields &fields, std::vector<std::string> chosen) { of(fields)->days = std::move(chosen); });
    if (now.time.empty() && now.days.empty() && now.timeZone.empty())
        return;
    make.text(prefix + u"timeZone"_s, Words::tr("Time zone"), qtext(now.timeZone),
              Words::tr("For example Europe/Berlin. Empty: this machine's"),
              [of](DraftFields &fields, const QString &value) {
                  const QString zone = value.trimmed();
                  if (!zone.isEmpty() && !QTimeZone(zone.toUtf8()).isValid())
                      return Words::tr("There is no such zone; write a name such as Europe/Berlin");
                  of(fields)->timeZone = zone.toStdString();
                  return QString();
              });
}

} // namespace

void addCondition(FieldMaker &make, const QString &prefix, const Condition &now, const ConditionOf &of)
{
    addGlob(make, prefix + u"model"_s, Words::tr("Asked model"), now.model,
            Words::tr("A name or a pattern such as gpt-*. Empty: any"), of, &Condition::model, "*");
    const QString pattern = Words::tr("A name or a pattern. Empty: any");
    addGlob(make, prefix + u"project"_s, Words::tr("Project"), now.project, pattern, of, &Condition::project, {});
    addGlob(make, prefix + u"client"_s, Words::tr("Client"), now.client, pattern, of, &Condition::client, {});
    addGlob(make, prefix + u"user"_s, Words::tr("User"), now.user, pattern, of, &Condition::user, {});
    addGlob(make, prefix + u"tag"_s, Words::tr("Tag"), now.tag, Words::tr("Of x-signalbox-tag. Empty: any"), of,
            &Condition::tag, {});
    make.text(prefix + u"header"_s, Words::tr("Headers"), headerText(now.headers),
              Words::tr("name: pattern, several parted by commas"), [of](DraftFields &fields, const QString &value) {
                  std::map<std::string, std::string> headers;
                  const QString wrong = readHeaders(value, headers);
                  if (wrong.isEmpty())
                      of(fields)->headers = std::move(headers);
                  return wrong;
              });
    make.words(prefix + u"has"_s, Words::tr("Holds all of"),
               {{Words::tr("image"), u"image"_s},
                {Words::tr("audio"), u"audio"_s},
                {Words::tr("video"), u"video"_s},
                {Words::tr("document"), u"document"_s},
                {Words::tr("tools"), u"tools"_s},
                {Words::tr("schema"), u"schema"_s},
                {Words::tr("thinking"), u"thinking"_s}},
               now.has, {},
               [of](DraftFields &fields, std::vector<std::string> chosen) { of(fields)->has = std::move(chosen); });
    addTokens(make, prefix + u"tokensAbove"_s, Words::tr("More tokens than"), now.tokensAbove, of,
              &Condition::tokensAbove);
    addTokens(make, prefix + u"tokensBelow"_s, Words::tr("Fewer tokens than"), now.tokensBelow, of,
              &Condition::tokensBelow);
    addTime(make, prefix, now, of);
}

void addConstraints(FieldMaker &make, const Constraints &now, const FieldOffers &offers)
{
    const QString known = offers.regions.isEmpty()
                              ? Words::tr("For example eu, us. Empty: any")
                              : Words::tr("Your providers': %1. Empty: any").arg(offers.regions.join(u", "_s));
    make.list(u"constraints/regions"_s, Words::tr("Only in regions"), now.regions, known,
              [](DraftFields &fields, std::vector<std::string> items) {
                  fields.route->constraints.regions = std::move(items);
              });
    make.list(u"constraints/allow"_s, Words::tr("Only these targets"), now.allow,
              Words::tr("Patterns over provider/model, parted by commas. Empty: any"),
              [](DraftFields &fields, std::vector<std::string> items) {
                  fields.route->constraints.allow = std::move(items);
              });
    make.list(
        u"constraints/deny"_s, Words::tr("Never these targets"), now.deny,
        Words::tr("Patterns over provider/model, parted by commas"),
        [](DraftFields &fields, std::vector<std::string> items) { fields.route->constraints.deny = std::move(items); });
    make.number(u"constraints/minQuality"_s, Words::tr("Quality from"), now.minQuality, 0, 1e9, Words::tr("Empty: any"),
                [](DraftFields &fields, std::optional<double> value) {
                    Constraints &own = fields.route->constraints;
                    own.minQuality = value;
                    if (!value) {
                        own.qualityOf.clear();
                        own.unratedAllowed = false;
                    }
                });
    if (!now.minQuality)
        return;
    make.quality(
        u"constraints/qualityOf"_s, now.qualityOf, offers.qualities,
        [](DraftFields &fields, std::string value) { fields.route->constraints.qualityOf = std::move(value); });
    make.check(u"constraints/unrated"_s, Words::tr("Models without a figure too"), now.unratedAllowed,
               [](DraftFields &fields, bool on) { fields.route->constraints.unratedAllowed = on; });
}

} // namespace signalbox
