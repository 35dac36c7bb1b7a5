// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace signalbox {

// Thin owner classes over SQLite's C API; each object is used by one thread at a time.
// Errors: ledger_full (no room on the disk), ledger_damaged, ledger_busy, ledger_error.

class Statement
{
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt *statement) : m_statement(statement) {}

    // Parameters count from 1; the Statement may be used again after reset(). Text and blobs are copied.
    void bind(int index, int64_t value);
    void bind(int index, int value) { bind(index, static_cast<int64_t>(value)); }
    void bind(int index, double value);
    void bind(int index, std::string_view text);
    void bind(int index, const std::string &text) { bind(index, std::string_view(text)); }
    void bind(int index, const char *text) { bind(index, std::string_view(text)); }
    void bind(int index, bool) = delete;
    void bindBlob(int index, std::string_view bytes);
    void bindBlobInPlace(int index, std::string_view bytes); // must live until the statement has run
    void bindNull(int index);
    template<class T>
    void bind(int index, const std::optional<T> &value)
    {
        if (value)
            bind(index, *value);
        else
            bindNull(index);
    }
    template<class... T>
    void bindAll(const T &...values)
    {
        int index = 0;
        (bind(++index, values), ...);
    }

    // The same without copying text: every text must live until the statement has run.
    template<class... T>
    void bindAllInPlace(const T &...values)
    {
        bindInPlaceAfter(0, values...);
    }
    // Goes on after parameter `index`; the last one bound.
    template<class... T>
    int bindInPlaceAfter(int index, const T &...values)
    {
        (bindInPlace(++index, values), ...);
        return index;
    }

    // The first is parameter `index`.
    template<class... T>
    void bindAllFrom(int index, const T &...values)
    {
        bindInPlaceAfter(index - 1, values...);
    }

    Result<bool> step(); // true: a row is there
    Result<void> run();  // to the end, then reset
    void reset();

    bool isNull(int column) const;
    bool isBlob(int column) const;
    int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;      // also blobs
    std::string_view view(int column) const; // the same, until the next step
    std::optional<int64_t> maybeInteger(int column) const;
    std::optional<double> maybeReal(int column) const;
    int columnCount() const;
    sqlite3_stmt *handle() const { return m_statement.get(); }

private:
    void bindInPlace(int index, std::string_view text);
    void bindInPlace(int index, const std::string &text) { bindInPlace(index, std::string_view(text)); }
    void bindInPlace(int index, const char *text) { bindInPlace(index, std::string_view(text)); }
    template<class T>
    void bindInPlace(int index, const T &value)
    {
        bind(index, value);
    }

    struct Finalize {
        void operator()(sqlite3_stmt *statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

class Database
{
public:
    enum class Mode { ReadOnly, ReadWrite };

    static Result<Database> open(const QString &path, Mode mode);
    Database() = default;

    Result<void> exec(const char *sql);
    Result<Statement> prepare(std::string_view sql);
    Result<int64_t> integer(std::string_view sql); // first column of the first row, 0 when there is none
    int64_t lastRowid() const;                     // that an INSERT gave
    int64_t changes() const;                       // rows changed by the last statement
    sqlite3 *handle() const { return m_handle.get(); }

private:
    struct Close {
        void operator()(sqlite3 *handle) const;
    };
    std::unique_ptr<sqlite3, Close> m_handle;
};

// Rolls back unless commit() succeeded.
class Transaction
{
public:
    static Result<Transaction> begin(Database &database);
    Transaction(Transaction &&other) noexcept : m_database(std::exchange(other.m_database, nullptr)) {}
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    Transaction &operator=(Transaction &&) = delete;
    ~Transaction();
    Result<void> commit();

private:
    explicit Transaction(Database &database) : m_database(&database) {}
    Database *m_database;
};

} // namespace signalbox
