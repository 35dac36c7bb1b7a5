// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/gateway_event_dispatcher.h"

#include <QtCore/QAbstractEventDispatcher>

#ifdef Q_OS_LINUX
#include "core/net/epoll_event_dispatcher.h"
#endif

namespace signalbox {

std::unique_ptr<QAbstractEventDispatcher> createGatewayEventDispatcher()
{
#ifdef Q_OS_LINUX
    return std::make_unique<EpollEventDispatcher>();
#else
    return nullptr;
#endif
}

} // namespace signalbox
