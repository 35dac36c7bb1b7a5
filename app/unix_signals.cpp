// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/unix_signals.h"

#include <QtCore/QSocketNotifier>

#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox {

namespace {

int g_pair[2] = {-1, -1};

// Only async-signal-safe calls are allowed here.
void onSignal(int)
{
    const char byte = 1;
    const ssize_t written = ::write(g_pair[0], &byte, 1);
    static_cast<void>(written);
}

} // namespace

UnixSignals::UnixSignals(QObject *parent) : QObject(parent)
{
    ::signal(SIGPIPE, SIG_IGN);
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, g_pair) != 0)
        return;
    m_notifier = new QSocketNotifier(g_pair[1], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        char bytes[16];
        if (::read(g_pair[1], bytes, sizeof bytes) > 0)
            Q_EMIT quitRequested();
    });
    struct sigaction action {
    };
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
}

UnixSignals::~UnixSignals()
{
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    for (int &end : g_pair) {
        if (end >= 0)
            ::close(end);
        end = -1;
    }
}

} // namespace signalbox
