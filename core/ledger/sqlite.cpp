// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

namespace signalbox {

namespace {

constexpr int busyTimeoutMs = 5'000;

Error errorOf(sqlite3 *handle, int code)
{
    std::string text = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_FULL:
        return {"ledger_full", text};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: // the write-ahead log cannot be made on a full disk
        if (handle && sqlite3_system_errno(handle) == ENOSPC)
            return {"ledger_full", text};
        return {"ledger_error", text};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {"ledger_damaged", text};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {"ledger_busy", text};
    default:
        return {"ledger_error", text};
    }
}

} // namespace

void Statement::Finalize::operator()(sqlite3_stmt *statement) const
{
    sqlite3_finalize(statement);
}

void Statement::bind(int index, int64_t value)
{
    sqlite3_bind_int64(m_statement.get(), index, value);
}

void Statement::bind(int index, double value)
{
    sqlite3_bind_double(m_statement.get(), index, value);
}

void Statement::bind(int index, std::string_view text)
{
    // A null pointer would bind NULL, not the empty text.
    const char *data = text.data() ? text.data() : "";
    sqlite3_bind_text64(m_statement.get(), index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bindInPlace(int index, std::string_view text)
{
    const char *data = text.data() ? text.data() : "";
    sqlite3_bind_text64(m_statement.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bindBlob(int index, std::string_view bytes)
{
    const char *data = bytes.data() ? bytes.data() : "";
    sqlite3_bind_blob64(m_statement.get(), index, data, bytes.size(), SQLITE_TRANSIENT);
}

void Statement::bindBlobInPlace(int index, std::string_view bytes)
{
    const char *data = bytes.data() ? bytes.data() : "";
    sqlite3_bind_blob64(m_statement.get(), index, data, bytes.size(), SQLITE_STATIC);
}

void Statement::bindNull(int index)
{
    sqlite3_bind_null(m_statement.get(), index);
}

Result<bool> Statement::step()
{
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    const Error error = errorOf(sqlite3_db_handle(m_statement.get()), code);
    reset();
    return error;
}

Result<void> Statement::run()
{
    for (;;) {
        const auto row = step();
        if (!row)
            return row.error();
        if (!*row)
            break;
    }
    reset();
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL;
}

bool Statement::isBlob(int column) const
{
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_BLOB;
}

int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement.get(), column);
}

std::string Statement::text(int column) const
{
    return std::string(view(column));
}

std::string_view Statement::view(int column) const
{
    const auto *data = static_cast<const char *>(sqlite3_column_blob(m_statement.get(), column));
    const int size = sqlite3_column_bytes(m_statement.get(), column);
    return data ? std::string_view(data, static_cast<size_t>(size)) : std::string_view();
}

std::optional<int64_t> Statement::maybeInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional<int64_t>(integer(column));
}

std::optional<double> Statement::maybeReal(int column) const
{
    return isNull(column) ? std::nullopt : std::optional<double>(real(column));
}

int Statement::columnCount() const
{
    return sqlite3_column_count(m_statement.get());
}

void Database::Close::operator()(sqlite3 *handle) const
{
    sqlite3_close_v2(handle);
}

Result<Database> Database::open(const QString &path, Mode mode)
{
    // Its memory statistics, which nobody reads, would take a lock for each allocation.
    [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    const int flags = mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3 *handle = nullptr;
    const int code = sqlite3_open_v2(path.toUtf8().constData(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database;
    database.m_handle.reset(handle);
    if (code != SQLITE_OK)
        return errorOf(handle, code);
    sqlite3_busy_timeout(handle, busyTimeoutMs);
    return database;
}

Result<void> Database::exec(const char *sql)
{
    const int code = sqlite3_exec(m_handle.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return errorOf(m_handle.get(), code);
    return {};
}

Result<Statement> Database::prepare(std::string_view sql)
{
    sqlite3_stmt *statement = nullptr;
    const int code = sqlite3_prepare_v3(m_handle.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
        return errorOf(m_handle.get(), code);
    return Statement(statement);
}

Result<int64_t> Database::integer(std::string_view sql)
{
    auto statement = prepare(sql);
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    return *row ? statement->integer(0) : 0;
}

int64_t Database::lastRowid() const
{
    return sqlite3_last_insert_rowid(m_handle.get());
}

int64_t Database::changes() const
{
    return sqlite3_changes64(m_handle.get());
}

Result<Transaction> Transaction::begin(Database &database)
{
    const auto begun = database.exec("BEGIN IMMEDIATE");
    if (!begun)
        return begun.error();
    return Transaction(database);
}

Transaction::~Transaction()
{
    if (m_database && !sqlite3_get_autocommit(m_database->handle()))
        m_database->exec("ROLLBACK");
}

Result<void> Transaction::commit()
{
    const auto done = m_database->exec("COMMIT");
    if (done)
        m_database = nullptr;
    return done;
}

} // namespace signalbox
