// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/reply_relay.h"

namespace signalbox {

bool ReplyRelay::fail(const Error &, std::string &)
{
    return false;
}

} // namespace signalbox
