// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/removed_keys.h"

#include "ui/data/provider_actions.h"
#include "ui/providers/provider_edit.h"

#include <set>
#include <string>
#include <utility>

namespace signalbox {

RemovedKeys::RemovedKeys(ProviderActions &actions, QObject *parent) : QObject(parent), m_actions(actions) {}

quint64 RemovedKeys::hold(const ProviderConfig &provider)
{
    m_held.emplace(++m_lastTicket, provider);
    return m_lastTicket;
}

void RemovedKeys::giveBack(quint64 ticket)
{
    m_held.erase(ticket);
}

void RemovedKeys::remove(quint64 ticket)
{
    const auto held = m_held.extract(ticket);
    if (held.empty())
        return;
    std::set<std::string> references;
    if (held.mapped().proxyPassword == proxyPasswordReference(held.mapped().id)) // not one that somebody named
        references.insert(held.mapped().proxyPassword);
    for (const CredentialConfig &credential : held.mapped().credentials)
        references.insert(credential.secret);
    for (const std::string &reference : references) {
        // The same id may have been added again meanwhile.
        if (reference.starts_with("keychain:") && !m_actions.config()->usesSecret(reference))
            removeEntry(reference);
    }
}

void RemovedKeys::removeEntry(const std::string &reference)
{
    ++m_running;
    m_actions.removeSecret(reference, this, [this](const Result<void> &removed) {
        --m_running;
        if (!removed && removed.error().code != "secret_not_found")
            Q_EMIT failed(QString::fromStdString(removed.error().message));
        if (m_running == 0 && m_whenSettled)
            std::exchange(m_whenSettled, nullptr)();
    });
}

void RemovedKeys::settle(std::function<void()> done)
{
    while (!m_held.empty())
        remove(m_held.begin()->first);
    if (m_running == 0)
        done();
    else
        m_whenSettled = std::move(done);
}

} // namespace signalbox
