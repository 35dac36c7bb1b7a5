// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/records.h"

namespace signalbox {

RequestOutcome outcomeOf(int status, std::string_view error)
{
    const std::string_view errorClass = error.substr(0, error.find_first_of(" :"));
    if (status == 429)
        return RequestOutcome::Limited;
    if (status == 499)
        return RequestOutcome::Cancelled;
    if (status >= 1 && status < 400 && error.empty())
        return RequestOutcome::Clear;
    if (status == 504 || status == 408 || errorClass.find("timeout") != std::string_view::npos)
        return RequestOutcome::Timeout;
    // A stream that broke after its 200 is the provider's failure, as is no reply at all.
    return status < 400 || status >= 500 ? RequestOutcome::Failed : RequestOutcome::Other;
}

} // namespace signalbox
