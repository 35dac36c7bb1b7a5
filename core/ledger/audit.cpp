// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/audit.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <QtCore/QDateTime>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int mostRows = 100'000;

// LIKE's own signs in the text stand for themselves.
std::string likePattern(const std::string &text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

// A text that a spreadsheet would run as a formula gets a quote in front.
std::string csvField(const std::string &value)
{
    std::string text = value;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        text.insert(text.begin(), '\'');
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string utcTime(int64_t atMs)
{
    return QDateTime::fromMSecsSinceEpoch(atMs, Qt::UTC).toString(Qt::ISODateWithMs).toStdString();
}

} // namespace

const char *auditTableSql()
{
    return "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, "
           "source TEXT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, pointer TEXT NOT NULL, before TEXT NOT NULL, "
           "after TEXT NOT NULL);"
           "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;"
           "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); "
           "END;";
}

Result<std::vector<AuditEntry>> queryAudit(Database &database, const AuditFilter &filter)
{
    std::string sql = "SELECT id, at, actor, source, kind, what, pointer, before, after FROM audit WHERE at >= ?1 AND "
                      "at < ?2 AND id < ?3";
    if (!filter.kind.empty())
        sql += " AND kind = ?4";
    if (!filter.text.empty())
        sql += " AND (what LIKE ?5 ESCAPE '\\' OR pointer LIKE ?5 ESCAPE '\\' OR actor LIKE ?5 ESCAPE '\\' OR before "
               "LIKE ?5 ESCAPE '\\' OR after LIKE ?5 ESCAPE '\\')";
    sql += " ORDER BY id DESC LIMIT ?6";
    auto statement = database.prepare(sql);
    if (!statement)
        return statement.error();
    statement->bind(1, filter.fromMs);
    statement->bind(2, filter.toMs > 0 ? filter.toMs : INT64_MAX);
    statement->bind(3, filter.beforeId > 0 ? filter.beforeId : INT64_MAX);
    if (!filter.kind.empty())
        statement->bind(4, filter.kind);
    if (!filter.text.empty())
        statement->bind(5, likePattern(filter.text));
    statement->bind(6, std::clamp(filter.limit, 1, mostRows));
    std::vector<AuditEntry> entries;
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return entries;
        entries.push_back({statement->integer(0), statement->integer(1), statement->text(2), statement->text(3),
                           statement->text(4), statement->text(5), statement->text(6), statement->text(7),
                           statement->text(8)});
    }
}

std::string auditCsv(const std::vector<AuditEntry> &entries)
{
    std::string out = "at,actor,source,kind,what,pointer,before,after\r\n";
    for (const AuditEntry &entry : entries) {
        out += utcTime(entry.atMs);
        for (const std::string *field :
             {&entry.actor, &entry.source, &entry.kind, &entry.what, &entry.pointer, &entry.before, &entry.after})
            out += ',' + csvField(*field);
        out += "\r\n";
    }
    return out;
}

std::string auditJson(const std::vector<AuditEntry> &entries)
{
    boost::json::array list;
    for (const AuditEntry &entry : entries) {
        boost::json::object line{{"id", entry.id},         {"at", utcTime(entry.atMs)}, {"actor", entry.actor},
                                 {"source", entry.source}, {"kind", entry.kind},        {"what", entry.what}};
        if (!entry.pointer.empty()) {
            line["pointer"] = entry.pointer;
            line["before"] = entry.before;
            line["after"] = entry.after;
        }
        list.push_back(std::move(line));
    }
    return boost::json::serialize(boost::json::object{{"entries", std::move(list)}});
}

} // namespace signalbox
