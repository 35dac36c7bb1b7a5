// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_client.h"

#include <QtCore/QByteArray>

#include <vector>

namespace signalbox {

class ClientConnection;

// What the pool keeps for one origin. Lives as long as the pool, at the same address.
struct OriginState {
    HttpOrigin origin;
    std::vector<ClientConnection *> idle; // the one used last is at the back and goes out first
    QByteArray sessionTicket;             // of the newest TLS session, to resume it
};

} // namespace signalbox
