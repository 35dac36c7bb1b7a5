// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger_writer.h"

#include "core/base/clock.h"

#include <QtCore/QCryptographicHash>

#include <zstd.h>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int keptConfigs = 200; // nothing else points at one

} // namespace

std::string compressBody(std::string_view bytes)
{
    constexpr int level = 3;
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    const size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), level);
    packed.resize(ZSTD_isError(size) ? 0 : size);
    return packed;
}

std::string expandBody(std::string_view packed, size_t size)
{
    constexpr size_t largest = size_t(1) << 28; // the stored size may be damaged
    std::string bytes(std::min(size, largest), '\0');
    const size_t got = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
    bytes.resize(ZSTD_isError(got) ? 0 : got);
    return bytes;
}

Result<std::unique_ptr<LedgerWriter>> LedgerWriter::make(Database &database)
{
    std::unique_ptr<LedgerWriter> writer(new LedgerWriter(database));
    if (const auto ready = writer->prepare(); !ready)
        return ready.error();
    return writer;
}

Result<void> LedgerWriter::prepare()
{
    const std::pair<Statement *, std::string> wanted[] = {
        {&m_hasBody, "SELECT 1 FROM body WHERE sha256 = ?"},
        {&m_body, "INSERT INTO body VALUES (?,?,?)"},
        {&m_requestBody, "INSERT OR IGNORE INTO request_body VALUES (?,?,?,?,?)"},
        {&m_keep, "INSERT OR REPLACE INTO kept VALUES (?,?,?,?)"},
        {&m_expire, "DELETE FROM kept WHERE expires_at < ?"},
        {&m_alert, "INSERT OR IGNORE INTO budget_alert VALUES (?,?,?,?,?,?)"},
        {&m_config, "INSERT INTO config_version (applied_at, why, json) SELECT ?1, ?2, ?3 "
                    "WHERE (SELECT json FROM config_version ORDER BY id DESC LIMIT 1) IS NOT ?3"},
        {&m_forgetConfigs, "DELETE FROM config_version WHERE id < (SELECT min(id) FROM (SELECT id FROM config_version "
                           "ORDER BY id DESC LIMIT " +
                               std::to_string(keptConfigs) + "))"},
        {&m_audit, "INSERT INTO audit (at, actor, source, kind, what, pointer, before, after) VALUES "
                   "(?,?,?,?,?,?,?,?)"},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = m_database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return m_rows.prepare(m_database);
}

Result<void> LedgerWriter::insertBodies(const RequestRecord &record)
{
    for (const StoredBody &body : record.bodies) {
        if (const auto done = insertBody(record.id, body); !done)
            return done;
    }
    const std::vector<StoredBody> *shelved = m_bodies ? m_bodies->find(record.id) : nullptr;
    for (const StoredBody &body : shelved ? *shelved : std::vector<StoredBody>()) {
        if (const auto done = insertBody(record.id, body); !done)
            return done;
    }
    return {};
}

Result<void> LedgerWriter::insertBody(const std::string &requestId, const StoredBody &body)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(body.bytes.data(), static_cast<qsizetype>(body.bytes.size())));
    const std::string digest = hash.result().toStdString();
    m_hasBody.bindBlob(1, digest);
    const auto there = m_hasBody.step();
    if (!there)
        return there.error();
    m_hasBody.reset();
    if (!*there) {
        m_body.bindBlob(1, digest);
        m_body.bind(2, static_cast<int64_t>(body.bytes.size()));
        m_body.bindBlob(3, compressBody(body.bytes));
        if (const auto done = m_body.run(); !done)
            return done;
    }
    m_requestBody.bindAll(requestId, static_cast<int>(body.kind), static_cast<int>(body.cut), body.contentType);
    m_requestBody.bindBlob(5, digest);
    return m_requestBody.run();
}

// False: it was there already.
Result<bool> LedgerWriter::add(const RequestRecord &record)
{
    const auto isNew = m_rows.insert(record);
    if (!isNew || !*isNew)
        return isNew;
    const auto done = insertBodies(record);
    return done ? Result<bool>(true) : done.error();
}

// All of m_records with one statement. False: some were there already, and which is not known.
Result<bool> LedgerWriter::addTogether()
{
    const auto isNew = m_rows.insertTogether(m_records);
    if (!isNew || !*isNew)
        return isNew;
    for (const RequestRecord &record : m_records) {
        if (const auto done = insertBodies(record); !done)
            return done.error();
    }
    return true;
}

Result<void> LedgerWriter::commit(Transaction &transaction)
{
    const auto done = m_rows.writeRollups();
    return done ? transaction.commit() : done;
}

// Nothing: rows were there already, nothing was written.
Result<std::optional<int64_t>> LedgerWriter::writeNew(FrameWalker &frames, size_t atMost)
{
    constexpr size_t rowsTogether = RowWriter::rowsTogether;
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return transaction.error();
    int64_t added = 0;
    for (size_t taken = rowsTogether; taken == rowsTogether && atMost > 0; added += static_cast<int64_t>(taken)) {
        for (taken = 0; taken < rowsTogether && atMost > 0 && frames.next(m_records[taken]); --atMost)
            ++taken;
        if (taken == rowsTogether) {
            const auto isNew = addTogether();
            if (!isNew)
                return isNew.error();
            if (!*isNew)
                return std::optional<int64_t>();
            continue;
        }
        for (size_t i = 0; i < taken; ++i) {
            const auto isNew = add(m_records[i]);
            if (!isNew)
                return isNew.error();
            if (!*isNew)
                return std::optional<int64_t>();
        }
    }
    if (const auto done = commit(*transaction); !done)
        return done.error();
    return std::optional<int64_t>(added);
}

template<class Next>
Result<int64_t> LedgerWriter::writeAll(Next next)
{
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return transaction.error();
    int64_t added = 0;
    while (const RequestRecord *record = next()) {
        const auto isNew = add(*record);
        if (!isNew)
            return isNew.error();
        added += *isNew;
    }
    if (const auto done = commit(*transaction); !done)
        return done.error();
    return added;
}

Result<int64_t> LedgerWriter::write(std::span<const RequestRecord> batch)
{
    const auto written =
        writeAll([at = batch.begin(), end = batch.end()]() mutable { return at == end ? nullptr : &*at++; });
    if (!written)
        m_rows.forget();
    return written;
}

Result<int64_t> LedgerWriter::write(FrameWalker &frames, size_t atMost)
{
    const FrameWalker begin = frames;
    const auto written = writeNew(frames, atMost);
    if (written && *written)
        return **written;
    m_rows.forget();
    if (!written)
        return written.error();
    frames = begin;
    const auto rest = writeAll([&] { return atMost-- > 0 && frames.next(m_records[0]) ? &m_records[0] : nullptr; });
    if (!rest)
        m_rows.forget();
    return rest;
}

Result<void> LedgerWriter::notePrices(std::span<const PriceNote> notes)
{
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return transaction.error();
    Result<void> done;
    for (const PriceNote &note : notes) {
        if (done)
            done = m_rows.prices().note(note.ref, note.json, note.validFromMs);
    }
    if (done)
        done = transaction->commit();
    if (!done)
        m_rows.forget();
    return done;
}

Result<void> LedgerWriter::keep(std::span<const KeptItem> items)
{
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return transaction.error();
    for (const KeptItem &item : items) {
        m_keep.bind(1, static_cast<int64_t>(item.kind));
        m_keep.bind(2, item.key);
        m_keep.bind(3, item.expiresAtMs);
        m_keep.bindBlob(4, item.value);
        if (const auto done = m_keep.run(); !done)
            return done;
    }
    m_expire.bind(1, SystemClock().wallMs());
    if (const auto done = m_expire.run(); !done)
        return done;
    return transaction->commit();
}

Result<std::vector<KeptItem>> loadKept(Database &database, int64_t nowMs)
{
    constexpr size_t most = 64U << 20;
    auto statement = database.prepare(
        "SELECT kind, key, expires_at, value FROM kept WHERE expires_at >= ? ORDER BY expires_at DESC");
    if (!statement)
        return statement.error();
    statement->bind(1, nowMs);
    std::vector<KeptItem> items;
    for (size_t bytes = 0; bytes < most;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        KeptItem item;
        item.kind = static_cast<KeptItem::Kind>(statement->integer(0));
        item.key = statement->text(1);
        item.expiresAtMs = statement->integer(2);
        item.value = statement->text(3);
        bytes += item.key.size() + item.value.size();
        items.push_back(std::move(item));
    }
    return items;
}

Result<void> LedgerWriter::noteAlerts(std::span<const BudgetAlert> alerts)
{
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return transaction.error();
    for (const BudgetAlert &alert : alerts) {
        m_alert.bindAll(alert.rule, alert.account, alert.periodStartMs, alert.threshold, alert.atMs, alert.text);
        if (const auto done = m_alert.run(); !done)
            return done;
    }
    return transaction->commit();
}

Result<void> LedgerWriter::noteAudit(std::span<const AuditEntry> entries)
{
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return transaction.error();
    for (const AuditEntry &entry : entries) {
        m_audit.bindAll(entry.atMs, entry.actor, entry.source, entry.kind, entry.what, entry.pointer, entry.before,
                        entry.after);
        if (const auto done = m_audit.run(); !done)
            return done;
    }
    return transaction->commit();
}

Result<void> LedgerWriter::noteConfigVersion(int64_t appliedAtMs, const std::string &why, const std::string &json)
{
    m_config.bindAll(appliedAtMs, why, json);
    const auto noted = m_config.run();
    return noted ? m_forgetConfigs.run() : noted;
}

} // namespace signalbox
