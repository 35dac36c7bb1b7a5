// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

class QAbstractEventDispatcher;

namespace signalbox {

// The event dispatcher for the gateway thread: epoll on Linux (DESIGN section 4 has the measurements), null elsewhere
// (Qt's default is then used). Hand it to QThread::setEventDispatcher() before the thread starts.
std::unique_ptr<QAbstractEventDispatcher> createGatewayEventDispatcher();

} // namespace signalbox
