// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/providers/key_rotation.h"

#include <QtCore/QObject>

#include <functional>

namespace signalbox {

class ProviderActions;
class RemovedKeys;

// Adds, weighs, rotates and removes the keys of providers: the keychain first, the config second. Rotations go on until
// the new key has answered, also over restarts of the program. GUI thread.
class ProviderKeys final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProviderKeys)

public:
    using Done = std::function<void(const Result<void> &)>;
    // Both outlive it.
    ProviderKeys(ProviderActions &actions, RemovedKeys &removed, QObject *parent = nullptr);

    // `secret` is the key itself; or `reference` names where it is (env:NAME), and nothing is written.
    void add(const std::string &provider, const std::string &id, const std::string &secret,
             const std::string &reference, double weight, Done done);
    void rotate(const std::string &provider, const std::string &oldKey, const std::string &secret,
                const std::string &reference, Done done);
    Result<void> setWeight(const std::string &provider, const std::string &key, double weight);
    Result<void> remove(const std::string &provider, const std::string &key);
    Result<void> endRotation(const KeyRotation &rotation);    // without waiting
    Result<void> giveUpRotation(const KeyRotation &rotation); // back to the old key

    const std::vector<KeyRotation> &rotations() const { return m_rotations; }
    const KeyRotation *rotationOf(const std::string &provider, const std::string &key) const; // old or new
    void look(const std::vector<HealthBook::ProviderRow> &providers);                         // at how the new ones do

Q_SIGNALS:
    // Something was taken away; undo() brings it back, keep its secret until dropped() says that it cannot.
    void tookAway(const QString &words, std::function<void()> undo, std::function<void()> dropped);
    void refused(const QString &words); // a new key does not work
    void failed(const QString &message);

private:
    void write(const std::string &reference, const std::string &secret, std::function<Result<void>()> then, Done done);
    Result<void> takeAway(const std::string &provider, const std::string &key, const Config &next, const QString &why,
                          const QString &words);
    void forget(const KeyRotation &rotation);
    void save() const;

    ProviderActions &m_actions;
    RemovedKeys &m_removed;
    std::vector<KeyRotation> m_rotations;
    std::vector<KeyRotation> m_told; // refused, and said so
};

} // namespace signalbox
