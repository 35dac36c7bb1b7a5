// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/body_search.h"

#include "core/ledger/ledger_writer.h"

#include <sqlite3.h>

#include <algorithm>
#include <functional>

namespace signalbox {

namespace {

unsigned char lower(char c)
{
    return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

struct Hash {
    size_t operator()(char c) const { return lower(c); }
};
struct Equal {
    bool operator()(char a, char b) const { return lower(a) == lower(b); }
};

struct Needle {
    explicit Needle(std::string wanted) : text(std::move(wanted)), search(text.begin(), text.end(), Hash(), Equal()) {}
    std::string text;
    std::boyer_moore_horspool_searcher<std::string::const_iterator, Hash, Equal> search;
};

std::string_view bytesOf(sqlite3_value *value)
{
    const auto *data = static_cast<const char *>(sqlite3_value_blob(value));
    return {data ? data : "", static_cast<size_t>(sqlite3_value_bytes(value))};
}

void bodyHolds(sqlite3_context *context, int, sqlite3_value **values)
{
    constexpr int wanted = 2; // the same for every row of a statement
    auto *needle = static_cast<Needle *>(sqlite3_get_auxdata(context, wanted));
    if (!needle) {
        needle = new Needle(std::string(bytesOf(values[wanted])));
        sqlite3_set_auxdata(context, wanted, needle, [](void *old) { delete static_cast<Needle *>(old); });
        needle = static_cast<Needle *>(sqlite3_get_auxdata(context, wanted));
        if (!needle) { // it has none for this call
            sqlite3_result_error_nomem(context);
            return;
        }
    }
    const int64_t size = std::max<int64_t>(0, sqlite3_value_int64(values[1]));
    const std::string body = expandBody(bytesOf(values[0]), static_cast<size_t>(size));
    sqlite3_result_int(context, std::search(body.begin(), body.end(), needle->search) != body.end() ? 1 : 0);
}

} // namespace

Result<void> addBodySearch(Database &database)
{
    const int made = sqlite3_create_function_v2(database.handle(), "body_holds", 3, SQLITE_UTF8, nullptr, &bodyHolds,
                                                nullptr, nullptr, nullptr);
    if (made != SQLITE_OK)
        return Error{"ledger_error", sqlite3_errmsg(database.handle())};
    return {};
}

} // namespace signalbox
