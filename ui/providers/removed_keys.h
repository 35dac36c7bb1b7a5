// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QtCore/QObject>

#include <functional>
#include <map>

namespace signalbox {

class ProviderActions;

// The keychain entries of providers that were removed. They stay as long as the removal can be undone, then they go.
// GUI thread.
class RemovedKeys final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RemovedKeys)

public:
    // `actions` outlives it.
    explicit RemovedKeys(ProviderActions &actions, QObject *parent = nullptr);

    quint64 hold(const ProviderConfig &provider); // a ticket for the two below
    void giveBack(quint64 ticket);                // it was undone
    void remove(quint64 ticket);                  // it can no longer be undone; without effect after giveBack()
    // Removes all that is held. `done` comes when the keychain has answered, at once when there was nothing to ask.
    void settle(std::function<void()> done);

Q_SIGNALS:
    void failed(const QString &message);

private:
    void removeEntry(const std::string &reference);

    ProviderActions &m_actions;
    std::map<quint64, ProviderConfig> m_held;
    quint64 m_lastTicket = 0;
    int m_running = 0;
    std::function<void()> m_whenSettled;
};

} // namespace signalbox
