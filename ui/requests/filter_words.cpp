// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/filter_words.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(RequestFilter)
};

using Kind = FilterValueKind;
using Problem = FilterProblem::Kind;

constexpr size_t mostCandidates = 12;
constexpr qsizetype leastFreeText = 2; // characters, before names are offered

QString allFields()
{
    QStringList names;
    for (const FilterField &field : filterFields())
        names += QString::fromLatin1(field.name);
    return names.join(u", "_s);
}

QString allFlags()
{
    QStringList names;
    for (const FilterFlag &flag : filterFlags())
        names += QString::fromLatin1(flag.name);
    return names.join(u", "_s);
}

const std::vector<std::string> &usualValues(const FilterField &field)
{
    static const std::vector<std::string> none;
    static const std::vector<std::string> statuses{"4xx", "5xx", "429", "499", "2xx", "0"};
    static const std::vector<std::string> costs{">0.01", ">0.10", ">1", "0.01..0.10"};
    static const std::vector<std::string> counts{">10k", ">100k", "<1k"};
    static const std::vector<std::string> times{">1s", ">5s", "<500ms", "1s..5s"};
    static const std::vector<std::string> dates{"15min", "1h", "24h", "7d", "today", "yesterday"};
    static const std::vector<std::string> errors{"timeout", "http_429", "http_5*", "budget_exceeded"};
    static const std::vector<std::string> dialects{"openai-chat", "openai-responses", "anthropic", "gemini", "ollama"};
    static const std::vector<std::string> flags = [] {
        std::vector<std::string> names;
        for (const FilterFlag &flag : filterFlags())
            names.emplace_back(flag.name);
        return names;
    }();
    switch (field.kind) {
    case Kind::Status:
        return statuses;
    case Kind::Money:
        return costs;
    case Kind::Count:
        return counts;
    case Kind::Duration:
        return times;
    case Kind::Date:
        return dates;
    case Kind::Flag:
        return flags;
    default:
        break;
    }
    if (field.field == FilterTerm::Field::Error)
        return errors;
    return field.field == FilterTerm::Field::Dialect ? dialects : none;
}

bool has(const std::string &text, const QString &typed)
{
    return QString::fromStdString(text).contains(typed, Qt::CaseInsensitive);
}

// Those that begin with what was typed come first.
void addValues(const FilterField &field, const std::vector<std::string> &values, const QString &typed,
               const QString &before, std::vector<FilterCandidate> &items)
{
    for (const bool beginning : {true, false}) {
        for (const std::string &value : values) {
            const QString text = QString::fromStdString(value);
            if (items.size() >= mostCandidates || text.startsWith(typed, Qt::CaseInsensitive) != beginning ||
                !has(value, typed))
                continue;
            const bool word = field.kind == Kind::Word || field.kind == Kind::Part;
            const bool own = word && field.field != FilterTerm::Field::Error;
            const std::string written = own ? writeFilterValue(field.name, value) : value;
            const QString title = before.isEmpty() ? text : QString::fromLatin1(field.name) + u':' + text;
            items.push_back({title, {}, before + QString::fromStdString(written) + u' '});
        }
    }
}

void addFields(const QString &typed, bool negated, std::vector<FilterCandidate> &items)
{
    for (const FilterField &field : filterFields()) {
        const QString name = QString::fromLatin1(field.name);
        const bool date = field.kind == Kind::Date;
        if (!name.startsWith(typed, Qt::CaseInsensitive) || (negated && date))
            continue;
        items.push_back({name + u':', filterFieldHint(field), name + u':'});
    }
}

} // namespace

int filterColumn(const QString &text, size_t bytes)
{
    return int(QString::fromUtf8(text.toUtf8().left(qsizetype(bytes))).size());
}

QString filterFieldTitle(const std::string &field)
{
    static constexpr std::pair<const char *, const char *> titles[] = {
        {"status", QT_TRANSLATE_NOOP("RequestFilter", "Status")},
        {"is", QT_TRANSLATE_NOOP("RequestFilter", "Kind")},
        {"error", QT_TRANSLATE_NOOP("RequestFilter", "Error")},
        {"provider", QT_TRANSLATE_NOOP("RequestFilter", "Provider")},
        {"model", QT_TRANSLATE_NOOP("RequestFilter", "Model")},
        {"project", QT_TRANSLATE_NOOP("RequestFilter", "Project")},
        {"client", QT_TRANSLATE_NOOP("RequestFilter", "Client")},
        {"route", QT_TRANSLATE_NOOP("RequestFilter", "Route")},
        {"dialect", QT_TRANSLATE_NOOP("RequestFilter", "Dialect")},
        {"user", QT_TRANSLATE_NOOP("RequestFilter", "User")},
        {"session", QT_TRANSLATE_NOOP("RequestFilter", "Session")},
        {"credential", QT_TRANSLATE_NOOP("RequestFilter", "Credential")},
        {"asked", QT_TRANSLATE_NOOP("RequestFilter", "Model asked")},
        {"cost", QT_TRANSLATE_NOOP("RequestFilter", "Cost")},
        {"ttft", QT_TRANSLATE_NOOP("RequestFilter", "First token")},
        {"duration", QT_TRANSLATE_NOOP("RequestFilter", "Duration")}};
    for (const auto &[name, title] : titles) {
        if (field == name)
            return Text::tr(title);
    }
    return QString::fromStdString(field);
}

QString filterValueTitle(const std::string &field, const std::string &value)
{
    static constexpr std::pair<const char *, const char *> flags[] = {
        {"error", QT_TRANSLATE_NOOP("RequestFilter", "Failed or refused")},
        {"stream", QT_TRANSLATE_NOOP("RequestFilter", "Streamed")},
        {"cached", QT_TRANSLATE_NOOP("RequestFilter", "Cached tokens")},
        {"fallback", QT_TRANSLATE_NOOP("RequestFilter", "Several attempts")},
        {"lossy", QT_TRANSLATE_NOOP("RequestFilter", "With losses")},
        {"unpriced", QT_TRANSLATE_NOOP("RequestFilter", "Unpriced")}};
    for (const auto &[name, title] : flags) {
        if (field == "is" && value == name)
            return Text::tr(title);
    }
    if (field == "status") {
        if (value == "0")
            return Text::tr("No reply");
        if (value == "429")
            return Text::tr("429 limited");
        if (value == "499")
            return Text::tr("499 cancelled");
    }
    return value.empty() ? Text::tr("None") : QString::fromStdString(value);
}

QString filterFieldHint(const FilterField &field)
{
    switch (field.kind) {
    case Kind::Status:
        return Text::tr("429, 5xx, 400..499, >=500");
    case Kind::Money:
        return Text::tr("dollars: >0.05, 0.01..0.05");
    case Kind::Count:
        return Text::tr("a number: >10k, 500..2k");
    case Kind::Duration:
        return Text::tr("a time: >2s, <500ms, 1s..5s");
    case Kind::Flag:
        return allFlags();
    case Kind::Date:
        return Text::tr("2h, 3d, today, 2026-11-20, 14:30");
    case Kind::Contents:
        return Text::tr("words inside of kept bodies");
    case Kind::Part:
        return Text::tr("a part of it, or the whole in quotes");
    case Kind::Word:
        break;
    }
    return Text::tr("a name; * stands for any text");
}

QString filterProblemText(const FilterProblem &problem)
{
    const QString word = QString::fromStdString(problem.word);
    const FilterField *field = filterField(problem.field);
    const QString hint = field ? filterFieldHint(*field) : QString();
    switch (problem.kind) {
    case Problem::UnknownField: {
        const QString all = Text::tr("There are %1; in quotes it is looked for as text.").arg(allFields());
        return problem.nearest.empty() ? Text::tr("There is no field “%1”. %2").arg(word, all)
                                       : Text::tr("There is no field “%1”; perhaps “%2”? %3")
                                             .arg(word, QString::fromStdString(problem.nearest), all);
    }
    case Problem::NoValue:
        return hint.isEmpty() ? Text::tr("Something is missing after the “-”.")
                              : Text::tr("“%1” needs a value: %2.").arg(QString::fromStdString(problem.field), hint);
    case Problem::Turned:
        return Text::tr("“%1” ends before it begins.").arg(word);
    case Problem::OpenQuote:
        return Text::tr("A quoted value ends with a quote, with a space or comma behind it.");
    case Problem::NotNegated:
        return Text::tr("“%1” takes one value and no “-”.").arg(QString::fromStdString(problem.field));
    default:
        return Text::tr("“%1” is no value of “%2”: %3.").arg(word, QString::fromStdString(problem.field), hint);
    }
}

FilterCandidates filterCandidates(const QString &text, int cursor, const RequestSource::Values &values)
{
    const std::string bytes = text.toStdString();
    const size_t place = size_t(text.left(cursor).toUtf8().size());
    const FilterTyping typing = filterTypingAt(bytes, place);
    FilterCandidates found;
    found.start = filterColumn(text, typing.start);
    found.length = filterColumn(text, typing.start + typing.length) - found.start;
    const QString typed = QString::fromStdString(typing.typed);
    const auto named = [&values](const FilterField &field) -> const std::vector<std::string> & {
        const auto known = values.find(field.field == FilterTerm::Field::Asked ? "model" : field.name);
        return known == values.end() ? usualValues(field) : known->second;
    };
    if (!typing.field.empty()) {
        if (const FilterField *field = filterField(typing.field))
            addValues(*field, named(*field), typed, {}, found.items);
        return found;
    }
    addFields(typed, typing.negated, found.items);
    if (typed.size() < leastFreeText)
        return found;
    for (const char *name : {"model", "provider", "project", "client"}) {
        const FilterField *field = filterField(name);
        addValues(*field, named(*field), typed, QString::fromLatin1(name) + u':', found.items);
    }
    return found;
}

} // namespace signalbox
