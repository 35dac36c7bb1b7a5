// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/health_book.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace signalbox {

// Lower-case header name → its value; empty: there is none.
using HeaderLookup = std::function<std::string_view(std::string_view)>;

// What a reply says of the limits of its key. `family` is the preset's `rateLimits` (rateLimitFamilyOf); one that is
// not known is read by the usual names. Times that a provider tells as dates count from its own `date` header, so that
// clocks may differ. What cannot be is left out. `body`: of an error reply, where some say it as well.
QuotaReading readQuota(std::string_view family, const HeaderLookup &header, int64_t wallMs, std::string_view body = {});

// How long an error reply asks to wait: retry-after in its forms, the body's own way, the reset of a quota that is
// used up, or the words of its message. nullopt: it does not say.
std::optional<int64_t> announcedWaitMs(std::string_view family, const HeaderLookup &header, std::string_view body,
                                       int64_t wallMs);

} // namespace signalbox
