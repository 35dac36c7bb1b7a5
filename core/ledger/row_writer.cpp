// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/row_writer.h"

#include <zstd.h>

#include <cmath>
#include <memory>

namespace signalbox {

namespace {

std::optional<int64_t> microseconds(const std::optional<double> &ms)
{
    return ms ? std::optional<int64_t>(std::llround(*ms * 1'000)) : std::nullopt;
}

int64_t microseconds(double ms)
{
    return std::llround(ms * 1'000);
}

// INSERT of so many rows; those that are there already are left out.
std::string insertSql(const char *table, int columns, size_t rows)
{
    std::string row = "(?";
    for (int i = 1; i < columns; ++i)
        row += ",?";
    row += ')';
    std::string sql = std::string("INSERT OR IGNORE INTO ") + table + " VALUES " + row;
    for (size_t i = 1; i < rows; ++i)
        sql += ',' + row;
    return sql;
}

// The usual exchange has one attempt that says nothing the row does not say, but for its times.
bool isInRow(const RequestRecord &r)
{
    if (r.attempts.size() != 1)
        return false;
    const AttemptRecord &a = r.attempts.front();
    const TokenUsage &u = a.usage;
    return a.n == 1 && a.provider == r.provider && a.model == r.model && a.credential == r.credential &&
           a.status == r.status && a.errorClass.empty() && !a.retryAfterMs && u.input == r.usage.input &&
           u.cachedInput == r.usage.cachedInput && u.cacheWrite == r.usage.cacheWrite && u.output == r.usage.output &&
           u.reasoning == r.usage.reasoning && a.cost == r.cost;
}

int bindUsage(Statement &statement, int at, const TokenUsage &u)
{
    statement.bindAllFrom(at, u.input, u.cachedInput, u.cacheWrite, u.output, u.reasoning);
    return at + 5;
}

void bindMaybe(Statement &statement, int at, int64_t value) // 0 takes no room either way, but NULL says "none"
{
    if (value > 0)
        statement.bind(at, value);
    else
        statement.bindNull(at);
}

// What plans have in common. Part of the file's format: a plan that was packed with it is unpacked with it.
constexpr std::string_view planWords =
    R"({"route":"default","targets":[{"target":"openai/gpt-5","reason":"first in the list"},{"target":"anthropic/)"
    R"(claude-sonnet-4-5","reason":"next in the list"},{"target":"gemini/gemini-2.5-pro","reason":"cheapest: about $)"
    R"( for this request"},{"target":"deepseek/","reason":"fastest: first token in  ms"}],"blocked":[{"target":)"
    R"("mistral/","block":"throttled","reason":"asked to wait for  s"},{"target":"groq/","block":"breaker","reason":)"
    R"("failed too often"}],"skipped":[{"target":"ollama/","reason":"the context of  tokens does not fit"}]})";

struct PlanCodec {
    static constexpr int level = 3;
    std::unique_ptr<ZSTD_CDict, size_t (*)(ZSTD_CDict *)> packWith{
        ZSTD_createCDict(planWords.data(), planWords.size(), level), &ZSTD_freeCDict};
    std::unique_ptr<ZSTD_DDict, size_t (*)(ZSTD_DDict *)> unpackWith{
        ZSTD_createDDict(planWords.data(), planWords.size()), &ZSTD_freeDDict};
    static const PlanCodec &instance()
    {
        static const PlanCodec codec;
        return codec;
    }
};

} // namespace

std::string packPlan(std::string_view json)
{
    thread_local const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx *)> context{ZSTD_createCCtx(), &ZSTD_freeCCtx};
    std::string packed(ZSTD_compressBound(json.size()), '\0');
    const size_t size = ZSTD_compress_usingCDict(context.get(), packed.data(), packed.size(), json.data(), json.size(),
                                                 PlanCodec::instance().packWith.get());
    packed.resize(ZSTD_isError(size) ? 0 : size);
    return packed;
}

std::string unpackPlan(std::string_view packed)
{
    constexpr unsigned long long largest = 1U << 26; // the size in the frame may be damaged
    const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx *)> context{ZSTD_createDCtx(), &ZSTD_freeDCtx};
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size > largest) // unknown and error are the largest numbers
        return {};
    std::string json(static_cast<size_t>(size), '\0');
    const size_t got = ZSTD_decompress_usingDDict(context.get(), json.data(), json.size(), packed.data(), packed.size(),
                                                  PlanCodec::instance().unpackWith.get());
    json.resize(ZSTD_isError(got) ? 0 : got);
    return json;
}

Result<void> RowWriter::prepare(Database &database)
{
    m_database = &database;
    const auto width = database.integer("SELECT count(*) FROM pragma_table_info('exchange_row')");
    if (!width)
        return width.error();
    m_keepsPhases = *width == columns;
    const int kept = m_keepsPhases ? columns : columns - 1;
    const std::pair<Statement *, std::string> wanted[] = {
        {&m_one, insertSql("exchange_row", kept, 1)},  {&m_many, insertSql("exchange_row", kept, rowsTogether)},
        {&m_attempt, insertSql("attempt_row", 20, 1)}, {&m_loss, insertSql("loss_row", 6, 1)},
        {&m_plan, insertSql("plan_row", 2, 1)},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    const auto last = database.integer("SELECT max(row) FROM exchange_row");
    if (!last)
        return last.error();
    m_nextRow = *last + 1;
    auto ready = m_names.prepare(database);
    if (ready)
        ready = m_prices.prepare(database);
    if (ready)
        ready = m_spend.prepare(database);
    return ready ? m_targets.prepare(database) : ready;
}

Result<void> RowWriter::lookUp(const RequestRecord &r, Refs &refs)
{
    const auto key = m_spend.keyOf(r);
    if (!key)
        return key.error();
    refs.key = *key;
    refs.id = PackedText::ofUuid(r.id);
    refs.trace = PackedText::ofHex(r.traceId);
    refs.span = PackedText::ofHex(r.spanId);
    refs.session = PackedText::ofUuid(r.session);
    const std::pair<NameRef *, const std::string *> names[] = {{&refs.dialect, &r.dialect},
                                                               {&refs.requestedModel, &r.requestedModel},
                                                               {&refs.error, &r.error},
                                                               {&refs.cache, &r.cache}};
    for (const auto &[ref, text] : names) {
        const auto name = m_names.of(*text);
        if (!name)
            return name.error();
        *ref = *name;
    }
    const auto price = m_prices.of(r.cost.priceId, r.startedAtMs);
    if (!price)
        return price.error();
    refs.price = *price;
    return {};
}

// The order of columns in table exchange_row.
int RowWriter::bind(Statement &s, int after, int64_t row, const RequestRecord &r, const Refs &refs) const
{
    int at = after + 1;
    s.bind(at++, row);
    refs.id.bindTo(s, at++);
    s.bind(at++, r.startedAtMs);
    s.bind(at++, refs.key.id);
    for (const std::string *own : {&r.user, &r.tag}) {
        if (refs.key.together)
            s.bindAllFrom(at++, *own);
        else
            s.bindNull(at++);
    }
    for (const NameRef *name : {&refs.dialect, &refs.requestedModel})
        name->bindTo(s, at++);
    s.bind(at++, r.status);
    refs.error.bindTo(s, at++);
    s.bind(at++, static_cast<int>(r.stream));
    s.bind(at++, static_cast<int64_t>(r.attempts.size()));
    refs.cache.bindTo(s, at++);
    s.bindAllFrom(at, microseconds(r.ttftMs), microseconds(r.durationMs), r.overheadUs);
    at = bindUsage(s, at + 3, r.usage);
    s.bindAllFrom(at, r.cost.nanoUsd, static_cast<int>(r.cost.state));
    at += 2;
    bindMaybe(s, at++, refs.price);
    s.bind(at++, r.lossCount);
    for (const PackedText *text : {&refs.trace, &refs.span, &refs.session})
        text->bindTo(s, at++);
    if (isInRow(r)) {
        const AttemptRecord &a = r.attempts.front();
        s.bindAllFrom(at, a.startedAtMs - r.startedAtMs, microseconds(a.connectMs), microseconds(a.ttfbMs));
        if (a.durationMs == r.durationMs)
            s.bindNull(at + 3);
        else
            s.bind(at + 3, microseconds(a.durationMs));
        at += 4;
    } else {
        for (int i = 0; i < 4; ++i)
            s.bindNull(at++);
    }
    if (!m_keepsPhases)
        return at - 1;
    if (r.phases.empty())
        s.bindNull(at);
    else
        s.bindBlobInPlace(at, r.phases);
    return at;
}

Result<void> RowWriter::insertRest(int64_t row, const RequestRecord &r, int64_t keyId)
{
    m_spend.add(r, keyId);
    if (const auto done = m_targets.add(r); !done)
        return done;
    if (!isInRow(r)) {
        if (const auto done = insertAttempts(row, r); !done)
            return done;
    }
    for (size_t n = 0; n < r.losses.size(); ++n) {
        const LossRecord &loss = r.losses[n];
        const auto kind = m_names.of(loss.kind);
        const auto reason = m_names.of(loss.reason);
        if (!kind || !reason)
            return !kind ? kind.error() : reason.error();
        m_loss.bindAllInPlace(row, static_cast<int64_t>(n), loss.pointer);
        kind->bindTo(m_loss, 4);
        reason->bindTo(m_loss, 5);
        m_loss.bind(6, static_cast<int>(loss.reply));
        if (const auto done = m_loss.run(); !done)
            return done;
    }
    if (r.plan.empty())
        return {};
    const std::string packed = packPlan(r.plan);
    m_plan.bind(1, row);
    m_plan.bindBlobInPlace(2, packed);
    return m_plan.run();
}

Result<void> RowWriter::insertAttempts(int64_t row, const RequestRecord &r)
{
    Statement &s = m_attempt;
    for (const AttemptRecord &a : r.attempts) {
        s.bindAllFrom(1, row, a.n);
        int at = 3;
        for (const std::string *text : {&a.provider, &a.model, &a.credential, &a.errorClass}) {
            const auto name = m_names.of(*text);
            if (!name)
                return name.error();
            name->bindTo(s, at++);
        }
        s.bindAllFrom(at, a.status, a.startedAtMs - r.startedAtMs, microseconds(a.connectMs), microseconds(a.ttfbMs),
                      microseconds(a.durationMs), a.retryAfterMs);
        at = bindUsage(s, at + 6, a.usage);
        s.bindAllFrom(at, a.cost.nanoUsd, static_cast<int>(a.cost.state));
        const auto price = m_prices.of(a.cost.priceId, r.startedAtMs);
        if (!price)
            return price.error();
        bindMaybe(s, at + 2, *price);
        if (const auto done = s.run(); !done)
            return done;
    }
    return {};
}

Result<bool> RowWriter::insert(const RequestRecord &record, int64_t atRow)
{
    Refs &refs = m_refs.front();
    if (const auto known = lookUp(record, refs); !known)
        return known.error();
    const int64_t row = atRow > 0 ? atRow : m_nextRow;
    bind(m_one, 0, row, record, refs);
    if (const auto done = m_one.run(); !done)
        return done.error();
    if (m_database->changes() == 0)
        return false;
    m_nextRow = std::max(m_nextRow, row + 1);
    if (const auto done = insertRest(row, record, refs.key.id); !done)
        return done.error();
    return true;
}

Result<bool> RowWriter::insertTogether(std::span<const RequestRecord, rowsTogether> records)
{
    int bound = 0;
    for (size_t i = 0; i < rowsTogether; ++i) {
        if (const auto known = lookUp(records[i], m_refs[i]); !known)
            return known.error();
        bound = bind(m_many, bound, m_nextRow + static_cast<int64_t>(i), records[i], m_refs[i]);
    }
    if (const auto done = m_many.run(); !done)
        return done.error();
    if (m_database->changes() != static_cast<int64_t>(rowsTogether))
        return false;
    for (size_t i = 0; i < rowsTogether; ++i) {
        if (const auto done = insertRest(m_nextRow++, records[i], m_refs[i].key.id); !done)
            return done.error();
    }
    return true;
}

Result<void> RowWriter::writeRollups()
{
    const auto done = m_targets.write();
    return done ? m_spend.write() : done;
}

void RowWriter::forget()
{
    m_names.forget();
    m_prices.forget();
    m_spend.forget();
    m_targets.forget();
    const auto last = m_database->integer("SELECT max(row) FROM exchange_row");
    m_nextRow = last ? std::max(m_nextRow, *last + 1) : m_nextRow;
}

} // namespace signalbox
