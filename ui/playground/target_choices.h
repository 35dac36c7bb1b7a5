// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/gateway/gateway_host.h"
#include "core/playground/chat_draft.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <vector>

namespace signalbox {

struct TargetChoice {
    ChatTarget target;
    QString label;

    bool operator==(const TargetChoice &) const = default;
};

// Who can be asked: models that routes are for, the routes, and all targets known from routes, facts, prices, health
// and the lists of the providers. Each once. Pure.
std::vector<TargetChoice> targetChoices(const Config &config, const GatewaySnapshot &snapshot,
                                        const QStringList &listed);
QString targetLabel(const ChatTarget &target);
// What somebody wrote: a label of the choices, `provider/model` of a provider in the config, or any model.
ChatTarget targetFromLabel(const QString &text, const std::vector<TargetChoice> &choices, const Config &config);
// Ids of a model list in OpenAI's form; empty where it is none.
QStringList listedModels(const std::string &body);

} // namespace signalbox
