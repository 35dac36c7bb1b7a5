// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/name_book.h"

namespace signalbox {

namespace {

constexpr int64_t mostNames = 100'000;
constexpr size_t mostKnown = 20'000; // in memory
constexpr size_t longestName = 160;

} // namespace

void NameRef::bindTo(Statement &statement, int index) const
{
    if (id > 0)
        statement.bind(index, id);
    else if (text.empty())
        statement.bindNull(index);
    else
        statement.bindAllFrom(index, text);
}

std::string nameTextSql(const std::string &column)
{
    return "CASE typeof(" + column + ") WHEN 'integer' THEN (SELECT text FROM name WHERE id = " + column +
           ") ELSE ifnull(" + column + ", '') END";
}

Result<void> NameBook::prepare(Database &database)
{
    m_database = &database;
    auto find = database.prepare("SELECT id FROM name WHERE text = ?");
    auto add = database.prepare("INSERT INTO name (text) VALUES (?)");
    const auto count = database.integer("SELECT max(id) FROM name");
    if (!find || !add || !count)
        return !find ? find.error() : !add ? add.error() : count.error();
    m_find = std::move(*find);
    m_add = std::move(*add);
    m_count = *count;
    return {};
}

void NameBook::forget()
{
    m_ids.clear();
    if (const auto count = m_database->integer("SELECT max(id) FROM name"))
        m_count = *count;
}

Result<int64_t> NameBook::findOrAdd(std::string_view text)
{
    m_find.bindAllInPlace(text);
    const auto there = m_find.step();
    const int64_t id = there && *there ? m_find.integer(0) : 0;
    m_find.reset();
    if (!there)
        return there.error();
    if (id > 0 || m_count >= mostNames)
        return id;
    m_add.bindAllInPlace(text);
    if (const auto done = m_add.run(); !done)
        return done.error();
    return m_count = m_database->lastRowid();
}

Result<NameRef> NameBook::of(std::string_view text)
{
    if (text.empty() || text.size() > longestName)
        return NameRef{0, text};
    if (const auto known = m_ids.find(text); known != m_ids.end())
        return NameRef{known->second, text};
    const auto id = findOrAdd(text);
    if (!id)
        return id.error();
    if (*id > 0) {
        if (m_ids.size() >= mostKnown)
            m_ids.clear();
        m_ids.emplace(text, *id);
    }
    return NameRef{*id, text};
}

Result<void> PriceBook::prepare(Database &database)
{
    m_database = &database;
    const std::pair<Statement *, const char *> wanted[] = {
        {&m_find,
         "SELECT id, valid_from FROM price WHERE ref = ? AND valid_from <= ? ORDER BY valid_from DESC, id DESC "
         "LIMIT 1"},
        {&m_first, "SELECT id, valid_from FROM price WHERE ref = ? ORDER BY valid_from, id LIMIT 1"},
        {&m_add, "INSERT INTO price (ref, json, valid_from) VALUES (?,?,?)"},
        {&m_same, "SELECT json FROM price WHERE id = ?"},
        {&m_fill, "UPDATE price SET json = ?, valid_from = min(valid_from, ?) WHERE id = ?"},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return {};
}

// The one that held then; where there is none from so early, the first.
Result<PriceBook::Price> PriceBook::find(const std::string &ref, int64_t atMs)
{
    m_find.bindAllInPlace(ref, atMs);
    m_first.bindAllInPlace(ref);
    for (Statement *statement : {&m_find, &m_first}) {
        const auto there = statement->step();
        const Price price = there && *there ? Price{statement->integer(0), statement->integer(1)} : Price();
        statement->reset();
        if (!there)
            return there.error();
        if (price.id > 0)
            return price;
    }
    return Price();
}

Result<int64_t> PriceBook::of(const std::string &ref, int64_t atMs)
{
    if (ref.empty())
        return 0;
    const auto known = m_last.find(ref);
    if (known != m_last.end() && atMs >= known->second.validFromMs)
        return known->second.id;
    const bool isLast = known == m_last.end();
    const auto last = find(ref, isLast ? INT64_MAX : atMs);
    if (!last)
        return last.error();
    Price price = *last;
    if (price.id == 0) { // what it says is not known (yet)
        m_add.bindAllInPlace(ref, "", atMs);
        if (const auto done = m_add.run(); !done)
            return done.error();
        price = {m_database->lastRowid(), atMs};
    }
    if (!isLast)
        return price.id;
    constexpr size_t mostPrices = 50'000;
    if (m_last.size() >= mostPrices)
        m_last.clear();
    m_last[ref] = price;
    if (atMs >= price.validFromMs)
        return price.id;
    const auto earlier = find(ref, atMs);
    return earlier ? Result<int64_t>(earlier->id) : earlier.error();
}

Result<void> PriceBook::note(const std::string &ref, const std::string &json, int64_t validFromMs)
{
    const auto id = of(ref, validFromMs); // what held then: an exchange of before a change may end after it
    if (!id || *id == 0)
        return id ? Result<void>() : id.error();
    m_same.bind(1, *id);
    const auto there = m_same.step();
    const std::string known = there && *there ? m_same.text(0) : std::string();
    m_same.reset();
    if (!there)
        return there.error();
    if (known == json)
        return {};
    m_last.erase(ref);
    if (known.empty()) {
        m_fill.bindAllInPlace(json, validFromMs, *id);
        return m_fill.run();
    }
    m_add.bindAllInPlace(ref, json, validFromMs);
    return m_add.run();
}

} // namespace signalbox
