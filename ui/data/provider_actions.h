// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"

#include <QtCore/QObject>

#include <functional>

namespace signalbox {

// What the pages may change: secrets, config, a live test of a provider, a plan explained. A seam, so that pages can be
// tested without gateway, keychain and file. GUI thread; `done` is dropped when `context` has died.
class ProviderActions : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProviderActions)

public:
    using Done = std::function<void(Result<void>)>;
    using QObject::QObject;

    virtual ConfigPtr config() const = 0;
    virtual QString configPath() const = 0;
    virtual Result<void> apply(Config next, const QString &why) = 0;
    virtual void writeSecret(const std::string &reference, const std::string &secret, QObject *context, Done done) = 0;
    virtual void removeSecret(const std::string &reference, QObject *context, Done done) = 0;
    using Answer = std::function<void(Result<std::string>)>;
    // Where a request (OpenAI chat, as JSON) with these tags would go, and why: the answer of the explain contract.
    virtual void explain(const std::string &request, const std::string &tags, QObject *context, Answer done) = 0;
    // The same of a config that is not applied; those that know of no draft answer by the running one.
    virtual void explainDraft(const ConfigPtr & /*draft*/, const std::string &request, const std::string &tags,
                              QObject *context, Answer done)
    {
        explain(request, tags, context, std::move(done));
    }
    virtual quint64 probe(const ProviderConfig &provider, const std::string &secret) = 0;

Q_SIGNALS:
    void configChanged(signalbox::ConfigPtr config);
    void saveFailed(const QString &message);
    void probeProgress(quint64 probe, const signalbox::ProbeReport &report);
};

} // namespace signalbox
