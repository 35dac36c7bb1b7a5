// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtCore/QMetaType>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace signalbox {

// A made-up client of the demo, and its key: random at each start, in memory only.
struct DemoClient {
    std::string id;
    std::string project;
    std::string key;
    std::vector<std::string> models; // what it asks for, the commonest first
    double weight = 1;               // share of the traffic
};

// Everything that --demo runs with.
struct DemoSetup {
    Config config;
    std::vector<DemoClient> traffic; // clients that the traffic generator plays
    std::string userKey;             // of client "you", for the person's own requests; admin
};

struct DemoEndpoint {
    std::string provider; // profile id
    uint16_t port = 0;
};

// Config for the simulated providers that listen at `endpoints`. Callable from any thread.
DemoSetup makeDemoSetup(std::span<const DemoEndpoint> endpoints, const std::string &listenAddress, uint16_t listenPort);

} // namespace signalbox

Q_DECLARE_METATYPE(signalbox::DemoSetup)
