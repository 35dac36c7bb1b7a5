// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace signalbox {

struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using IdsByText = std::unordered_map<std::string, int64_t, TextHash, std::equal_to<>>;

// A value of a column that mostly holds the id of a name: the id, or the text itself where there are too many names
// or it is too long to be one; neither: NULL, which reads as "".
struct NameRef {
    int64_t id = 0;
    std::string_view text;
    void bindTo(Statement &statement, int index) const;
};
std::string nameTextSql(const std::string &column);

// Table `name`: what repeats from row to row, once. Ledger thread.
class NameBook
{
public:
    Result<void> prepare(Database &database);
    Result<NameRef> of(std::string_view text); // the text must outlive what it returns
    void forget();                             // after a rollback: an id that was given then is void

private:
    Result<int64_t> findOrAdd(std::string_view text);

    Database *m_database = nullptr;
    Statement m_find, m_add;
    IdsByText m_ids;
    int64_t m_count = 0;
};

// Table `price`: each price that rows used, by its reference and what it said; a row points at the one of its reference
// that held when it began.
class PriceBook
{
public:
    Result<void> prepare(Database &database);
    Result<int64_t> of(const std::string &ref, int64_t atMs); // 0: no reference
    // From then on rows with this reference point at this price; as it was before: nothing changes.
    Result<void> note(const std::string &ref, const std::string &json, int64_t validFromMs);
    void forget() { m_last.clear(); }

private:
    Database *m_database = nullptr;
    struct Price {
        int64_t id = 0;
        int64_t validFromMs = 0;
    };
    Result<Price> find(const std::string &ref, int64_t atMs);

    Statement m_find, m_first, m_add, m_same, m_fill;
    std::unordered_map<std::string, Price> m_last; // of each reference
};

} // namespace signalbox
