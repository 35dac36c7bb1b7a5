// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/routing/health/health_book.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace signalbox {

// Tells from one look at health to the next what went down, came back, was refused or is nearly used up. A quota that
// is full again within five minutes is pace, not news. Pure; lives on the gateway thread.
class HealthWatch
{
public:
    std::vector<AlertEvent> look(const std::vector<HealthBook::ProviderRow> &rows, int64_t nowNs);

private:
    void lookAtCredential(const std::string &provider, const HealthBook::CredentialRow &row,
                          std::vector<AlertEvent> &events);

    std::map<std::string, Block> m_blocks; // of providers; of credentials as provider/credential
    std::set<std::string> m_nearlyUsed;
};

} // namespace signalbox
