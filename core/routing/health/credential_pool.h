// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/routing/health/cool_down.h"
#include "core/routing/health/recent_figures.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

struct CredentialState {
    std::string id;
    std::string secret; // the reference
    double weight = 1;
    bool atHand = true;
    Hold hold;
    CoolDown coolDown;
    QuotaReading quota;
    int64_t quotaReadNs = 0;
    double due = 0; // of the smooth spread
    RecentFigures figures;

    void setQuota(const QuotaReading &reading, int64_t nowNs);
    QuotaReading quotaAt(int64_t nowNs) const; // what was read, with the time that passed since
    double share(int64_t nowNs) const;         // its weight, lowered as its quota runs out
    Availability state(int64_t nowNs) const;   // for people: with the time of the next probe
};

// The keys of one provider. One without keys has a nameless one here, which stands for the provider as a whole.
class CredentialPool
{
public:
    void configure(const ProviderConfig &provider, bool serverChanged);
    bool keyless() const { return m_keyless; }

    CredentialState *find(std::string_view id);
    const std::vector<CredentialState> &all() const { return m_all; }
    std::vector<CredentialState> &all() { return m_all; }

    Availability availability(int64_t nowNs) const; // None when one may be used
    CredentialState *pick(std::span<const std::string> tried, std::string_view preferred, int64_t nowNs);

private:
    CredentialState *lastResort(int64_t nowNs);

    std::vector<CredentialState> m_all;
    bool m_keyless = true;
};

} // namespace signalbox
