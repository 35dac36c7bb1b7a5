// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/answers/answers_data.h"

#include "core/gateway/gateway_host.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// One answer in one sentence with its numbers. Pure values.
struct AnswerCard {
    enum class Link { None, Requests, Projects, Providers, Reconcile };

    QString id;
    QString icon;
    QString subject;    // whom it is about, said first; may be empty
    QString text;       // goes on after the subject
    QString method;     // how it was worked out, and from what
    bool known = false; // false: the text says what is missing
    bool caution = false;
    Link link = Link::None;
    QString filter; // of Link::Requests, in the list's language

    QString sentence() const { return subject.isEmpty() ? text : subject + u' ' + text; }
};

AnswerCard fastestCard(const AnswersData &data);
AnswerCard costDriverCard(const AnswersData &data);
AnswerCard repetitionCard(const AnswersData &data);
AnswerCard savingsCard(const AnswersData &data);
// What is nearest to its end: keys' quotas, budgets, client keys that run out.
AnswerCard limitsCard(const GatewaySnapshot &snapshot, const Config &config, qint64 nowMs);
AnswerCard reconcileCard();

QString sizeClassText(int sizeClass); // "under 10,000 tokens"

} // namespace signalbox
