// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/ledger/sqlite.h"

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox {

// One line of the audit log: who changed what, when. Lines that belong together have the same time and `what`. Never
// holds a secret: values are plain ones of the config, with digests and whatever looks like a key taken out.
struct AuditEntry {
    int64_t id = 0; // given by the ledger, rising
    int64_t atMs = 0;
    std::string actor;     // a person's or client's name, as far as it is known
    std::string source;    // console, daemon, file
    std::string kind;      // config, key, catalogue, gateway, history
    std::string what;      // "provider box added"
    std::string pointer{}; // into the config; empty: none
    std::string before{};
    std::string after{};

    bool operator==(const AuditEntry &) const = default;
};

struct AuditFilter {
    int64_t fromMs = 0;
    int64_t toMs = 0;     // 0: no end
    std::string kind;     // empty: any
    std::string text;     // in what, pointer, actor, before or after; any case
    int64_t beforeId = 0; // only older ones; 0: from the newest
    int limit = 500;

    bool operator==(const AuditFilter &) const = default;
};

const char *auditTableSql(); // makes the table; part of the schema

// Newest first.
Result<std::vector<AuditEntry>> queryAudit(Database &database, const AuditFilter &filter);

std::string auditCsv(const std::vector<AuditEntry> &entries);
std::string auditJson(const std::vector<AuditEntry> &entries);

} // namespace signalbox
