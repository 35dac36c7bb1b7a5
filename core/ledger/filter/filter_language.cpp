// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/filter/filter_language.h"

#include "core/ledger/packed_text.h"

#include <QtCore/QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

using Field = FilterTerm::Field;
using Kind = FilterValueKind;
using Problem = FilterProblem::Kind;

bool isSpace(char c)
{
    return static_cast<unsigned char>(c) <= ' ';
}

bool isGlob(std::string_view text)
{
    return text.find_first_of("*?") != std::string_view::npos;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char &c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

bool isWholeId(std::string_view text)
{
    return PackedText::ofUuid(text).isBytes();
}

class Reader
{
public:
    Reader(std::string_view text, const FilterMoment &moment) : m_text(text), m_moment(moment) {}

    FilterText read()
    {
        for (;;) {
            while (m_at < m_text.size() && isSpace(m_text[m_at]))
                ++m_at;
            if (m_at == m_text.size())
                return std::move(m_out);
            readWord();
        }
    }

private:
    void readWord();
    void readField(FilterWord &word);
    bool readQuoted(FilterWord &word);
    void readBare(FilterWord &word, bool endsAtComma);
    void finish(FilterWord &word);
    void problem(FilterWord &word, Problem kind, const FilterValue *value = nullptr);
    void makeTerm(FilterWord &word, const FilterField &field);
    std::optional<FilterTerm> termOf(FilterWord &word, const FilterField &field, const FilterValue &value);
    void readDate(FilterWord &word, const FilterField &field);

    std::string_view m_text;
    const FilterMoment &m_moment;
    size_t m_at = 0;
    FilterText m_out;
};

void Reader::problem(FilterWord &word, Problem kind, const FilterValue *value)
{
    word.sound = false;
    FilterProblem told;
    told.kind = kind;
    told.start = value ? value->start : word.start;
    told.length = value ? value->length : word.length;
    told.field = word.field;
    told.word = value ? value->text : std::string();
    m_out.problems.push_back(std::move(told));
}

// At a quote; false: it is not closed.
bool Reader::readQuoted(FilterWord &word)
{
    FilterValue value;
    value.start = m_at++;
    value.quoted = true;
    bool closed = false;
    while (m_at < m_text.size() && !closed) {
        const char c = m_text[m_at++];
        if (c == '"')
            closed = true;
        else if (c == '\\' && m_at < m_text.size() && (m_text[m_at] == '"' || m_text[m_at] == '\\'))
            value.text += m_text[m_at++];
        else
            value.text += c;
    }
    value.length = m_at - value.start;
    word.values.push_back(std::move(value));
    return closed;
}

void Reader::readBare(FilterWord &word, bool endsAtComma)
{
    FilterValue value;
    value.start = m_at;
    while (m_at < m_text.size() && !isSpace(m_text[m_at]) && !(endsAtComma && m_text[m_at] == ','))
        ++m_at;
    value.length = m_at - value.start;
    value.text = m_text.substr(value.start, value.length);
    word.values.push_back(std::move(value));
}

void Reader::readField(FilterWord &word)
{
    bool closed = true;
    for (;;) {
        if (m_at < m_text.size() && m_text[m_at] == '"')
            closed = readQuoted(word) && closed;
        else
            readBare(word, true);
        if (m_at >= m_text.size() || m_text[m_at] != ',')
            break;
        ++m_at;
    }
    // What stands right behind a closed quote belongs to no value.
    while (m_at < m_text.size() && !isSpace(m_text[m_at])) {
        ++m_at;
        closed = false;
    }
    word.length = m_at - word.start;
    if (!closed)
        problem(word, Problem::OpenQuote, &word.values.back());
}

void Reader::readWord()
{
    FilterWord word;
    word.start = m_at;
    if (m_text[m_at] == '-') {
        word.negated = true;
        ++m_at;
    }
    word.valuesStart = m_at;
    if (m_at < m_text.size() && m_text[m_at] == '"') {
        const bool closed = readQuoted(word);
        word.length = m_at - word.start;
        if (!closed)
            problem(word, Problem::OpenQuote, &word.values.back());
        finish(word);
        return;
    }
    const size_t end =
        std::find_if(m_text.begin() + static_cast<ptrdiff_t>(m_at), m_text.end(), isSpace) - m_text.begin();
    const size_t colon = m_text.substr(0, end).find(':', m_at);
    if (colon == std::string_view::npos) {
        readBare(word, false);
        word.length = m_at - word.start;
        finish(word);
        return;
    }
    const std::string_view name = m_text.substr(m_at, colon - m_at);
    const FilterField *field = filterField(name);
    m_at = colon + 1;
    word.valuesStart = m_at;
    word.field = field ? field->name : std::string(name);
    readField(word);
    if (!field) {
        problem(word, Problem::UnknownField);
        m_out.problems.back().word = name;
        m_out.problems.back().nearest = nearestFilterField(name);
    }
    finish(word);
}

void Reader::finish(FilterWord &word)
{
    if (word.sound && word.field.empty()) {
        if (word.values.front().text.empty())
            problem(word, Problem::NoValue);
        else {
            FilterTerm term;
            term.negated = word.negated;
            term.glob = word.values.front().text;
            m_out.terms.push_back(std::move(term));
        }
    } else if (word.sound) {
        makeTerm(word, *filterField(word.field));
    }
    m_out.words.push_back(std::move(word));
}

void Reader::makeTerm(FilterWord &word, const FilterField &field)
{
    for (const FilterValue &value : word.values) {
        if (value.text.empty() && !value.quoted)
            return problem(word, Problem::NoValue);
    }
    if (field.kind == Kind::Date)
        return readDate(word, field);
    std::optional<FilterTerm> all;
    for (const FilterValue &value : word.values) {
        auto term = termOf(word, field, value);
        if (!term)
            return;
        if (all)
            all->orElse.push_back(std::move(*term));
        else
            all = std::move(term);
    }
    all->negated = word.negated;
    m_out.terms.push_back(std::move(*all));
}

Problem rangeProblem(Kind kind)
{
    switch (kind) {
    case Kind::Status:
        return Problem::NotAStatus;
    case Kind::Money:
        return Problem::NotMoney;
    case Kind::Duration:
        return Problem::NotADuration;
    default:
        return Problem::NotACount;
    }
}

std::optional<FilterTerm> Reader::termOf(FilterWord &word, const FilterField &field, const FilterValue &value)
{
    FilterTerm term;
    term.field = field.field;
    switch (field.kind) {
    case Kind::Word:
    case Kind::Contents:
        term.glob = value.text;
        break;
    case Kind::Part: {
        const bool asItIs = value.quoted || isGlob(value.text) || (field.field == Field::Id && isWholeId(value.text));
        term.glob = asItIs ? value.text : '*' + value.text + '*';
        break;
    }
    case Kind::Flag: {
        const std::string name = lowered(value.text);
        const auto flags = filterFlags();
        const auto flag =
            std::find_if(flags.begin(), flags.end(), [&name](const FilterFlag &one) { return name == one.name; });
        if (flag == flags.end()) {
            problem(word, Problem::NotAFlag, &value);
            return std::nullopt;
        }
        term.flag = flag->flag;
        break;
    }
    default: {
        const auto range = readFilterRange(value.text, field.kind);
        if (!range || (range->least && range->most && *range->least > *range->most)) {
            problem(word, range ? Problem::Turned : rangeProblem(field.kind), &value);
            return std::nullopt;
        }
        term.least = range->least;
        term.most = range->most;
        break;
    }
    }
    return term;
}

// 2h, 30min, 3d, 1w before now.
std::optional<int64_t> beforeNow(std::string_view text, int64_t nowMs)
{
    constexpr std::pair<std::string_view, int64_t> units[] = {{"s", 1'000},     {"min", 60'000},   {"m", 60'000},
                                                              {"h", 3'600'000}, {"d", 86'400'000}, {"w", 604'800'000}};
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 6)
        return std::nullopt;
    for (const auto &[name, ms] : units) {
        if (text.substr(digits) == name)
            return std::max<int64_t>(1, nowMs - std::stoll(std::string(text.substr(0, digits))) * ms);
    }
    return std::nullopt;
}

std::optional<int64_t> dateOf(const std::string &text, const FilterMoment &moment)
{
    const std::string word = lowered(text);
    if (const auto before = beforeNow(word, moment.nowMs))
        return before;
    const QDate today = QDateTime::fromMSecsSinceEpoch(moment.nowMs, moment.zone).date();
    const auto at = [&moment](QDate date, QTime time) -> std::optional<int64_t> {
        const QDateTime when(date, time, moment.zone);
        if (!date.isValid() || !time.isValid() || !when.isValid() || when.toMSecsSinceEpoch() <= 0)
            return std::nullopt;
        return when.toMSecsSinceEpoch();
    };
    if (word == "today")
        return at(today, QTime(0, 0));
    if (word == "yesterday")
        return at(today.addDays(-1), QTime(0, 0));
    const QString given = QString::fromStdString(text);
    const auto timeOf = [](const QString &part) {
        for (const QString &form : {u"HH:mm"_s, u"HH:mm:ss"_s, u"HH:mm:ss.zzz"_s}) {
            if (const QTime time = QTime::fromString(part, form); time.isValid())
                return time;
        }
        return QTime();
    };
    constexpr qsizetype dateLength = 10;
    if (given.size() < dateLength || given.at(4) != u'-')
        return at(today, timeOf(given));
    const QDate date = QDate::fromString(given.left(dateLength), u"yyyy-MM-dd"_s);
    if (given.size() == dateLength)
        return at(date, QTime(0, 0));
    const QChar between = given.at(dateLength);
    return between == u'T' || between == u' ' ? at(date, timeOf(given.mid(dateLength + 1))) : std::nullopt;
}

void Reader::readDate(FilterWord &word, const FilterField &field)
{
    if (word.negated || word.values.size() > 1)
        return problem(word, Problem::NotNegated);
    const auto date = dateOf(word.values.front().text, m_moment);
    if (!date)
        return problem(word, Problem::NotADate, &word.values.front());
    if (std::string_view(field.name) == "since")
        m_out.fromMs = std::max(m_out.fromMs, *date);
    else
        m_out.toMs = m_out.toMs == 0 ? *date : std::min(m_out.toMs, *date);
}

std::string quoted(std::string_view value)
{
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

std::string wordOrQuoted(std::string_view value)
{
    const bool bare = !value.empty() && value.front() != '"' && value.find(',') == std::string_view::npos &&
                      std::none_of(value.begin(), value.end(), isSpace);
    return bare ? std::string(value) : quoted(value);
}

std::string partOrQuoted(std::string_view glob)
{
    const bool inside = glob.size() > 2 && glob.front() == '*' && glob.back() == '*';
    if (inside && !isGlob(glob.substr(1, glob.size() - 2))) {
        const std::string_view word = glob.substr(1, glob.size() - 2);
        if (const std::string bare = wordOrQuoted(word); bare == word && !isWholeId(word))
            return bare;
    }
    return isGlob(glob) ? wordOrQuoted(glob) : quoted(glob);
}

std::string freeText(std::string_view text)
{
    const bool bare = !text.empty() && text.front() != '-' && text.front() != '"' &&
                      text.find(':') == std::string_view::npos && std::none_of(text.begin(), text.end(), isSpace);
    return bare ? std::string(text) : quoted(text);
}

std::string writeValue(const FilterField &field, const FilterTerm &term)
{
    switch (field.kind) {
    case Kind::Word:
    case Kind::Contents:
        return wordOrQuoted(term.glob);
    case Kind::Part:
        return field.field == Field::Id && isWholeId(term.glob) ? term.glob : partOrQuoted(term.glob);
    case Kind::Flag: {
        const auto flags = filterFlags();
        return std::find_if(flags.begin(), flags.end(), [&term](const FilterFlag &f) { return f.flag == term.flag; })
            ->name;
    }
    default:
        return writeFilterRange({term.least, term.most}, field.kind);
    }
}

} // namespace

FilterText readFilter(std::string_view text, const FilterMoment &moment)
{
    return Reader(text, moment).read();
}

std::string writeFilter(const std::vector<FilterTerm> &terms)
{
    std::string text;
    for (const FilterTerm &term : terms) {
        text += text.empty() ? "" : " ";
        text += term.negated ? "-" : "";
        if (term.field == Field::Text) {
            text += freeText(term.glob);
            continue;
        }
        const FilterField &field = filterField(term.field);
        text += field.name;
        text += ':' + writeValue(field, term);
        for (const FilterTerm &other : term.orElse)
            text += ',' + writeValue(field, other);
    }
    return text;
}

std::string writeFilterDate(int64_t ms, const QTimeZone &zone)
{
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(ms, zone);
    const QTime time = when.time();
    const QString form = time.msec() != 0     ? u"yyyy-MM-ddTHH:mm:ss.zzz"_s
                         : time.second() != 0 ? u"yyyy-MM-ddTHH:mm:ss"_s
                                              : u"yyyy-MM-ddTHH:mm"_s;
    return when.toString(form).toStdString();
}

std::string writeFilterValue(std::string_view field, std::string_view value)
{
    if (field.empty())
        return freeText(value);
    const FilterField *known = filterField(field);
    if (known && known->field == Field::Error) // its class stands in front
        return wordOrQuoted(std::string(value) + '*');
    const bool exact = known && known->kind == Kind::Part && !(known->field == Field::Id && isWholeId(value));
    return exact ? quoted(value) : wordOrQuoted(value);
}

} // namespace signalbox
