// SPDX-License-Identifier: GPL-3.0-or-later
// What the page hears from the gateway, the ledger and live tests.
#include "ui/data/gateway_control.h"
#include "ui/data/ledger_feed.h"
#include "ui/providers/provider_card.h"
#include "ui/providers/provider_drawer.h"
#include "ui/providers/provider_keys.h"
#include "ui/providers/providers_page.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDateTime>

#include <array>

namespace signalbox {

void ProvidersPage::takeProbe(quint64 probe, const ProbeReport &report)
{
    const QString id = m_probes.value(probe);
    for (ProviderCard *card : m_cards) {
        if (card->providerId() != id.toStdString() || id.isEmpty())
            continue;
        static const std::array<QString, 4> names{tr("DNS"), tr("TCP and TLS"), tr("Key"), tr("Model list")};
        bool failed = false;
        for (const ProbeStep &step : report.steps) {
            if (step.state != ProbeStep::State::Failed)
                continue;
            failed = true;
            card->setTestResult(
                Signal::Stop,
                tr("Test failed at %1: %2").arg(names.at(size_t(step.name)), QString::fromStdString(step.detail)));
        }
        if (report.finished && !failed)
            card->setTestResult(Signal::Clear, tr("Test passed, %n models", nullptr, int(report.models.size())));
    }
    if (report.finished)
        m_probes.remove(probe);
}

void ProvidersPage::connectKeys()
{
    connect(m_keys, &ProviderKeys::failed, this, &ProvidersPage::showProblem);
    connect(m_keys, &ProviderKeys::refused, this, [this](const QString &words) {
        if (ToastHost *toasts = ToastHost::of(this))
            toasts->show(Signal::Stop, words);
        else
            showProblem(words);
    });
    connect(m_keys, &ProviderKeys::tookAway, this,
            [this](const QString &words, const std::function<void()> &undo, const std::function<void()> &dropped) {
                if (ToastHost *toasts = ToastHost::of(this))
                    toasts->show(Signal::Clear, words, tr("Undo"), undo, dropped);
                else
                    dropped(); // nothing offers to undo it
            });
}

void ProvidersPage::setControl(GatewayControl *control)
{
    m_control = control;
    connect(control, &GatewayControl::snapshotChanged, this, &ProvidersPage::takeSnapshot);
    takeSnapshot();
}

// A rotation goes on while the page is hidden; the rest is drawn for nobody then.
void ProvidersPage::takeSnapshot()
{
    if (!m_control)
        return;
    const SnapshotPtr snapshot = m_control->snapshot();
    if (!m_keys->rotations().empty())
        m_keys->look(snapshot->providers);
    if (m_shown)
        setHealth(snapshot->providers, snapshot->atNs);
}

void ProvidersPage::setHealth(const std::vector<HealthBook::ProviderRow> &rows, int64_t nowNs)
{
    for (ProviderCard *card : m_cards) {
        for (const HealthBook::ProviderRow &row : rows) {
            if (row.id == card->providerId())
                card->setHealth(row, nowNs);
        }
    }
    m_drawer->setHealth(rows, nowNs);
}

// Once a look: it changes little in a minute, and today's part is beside it.
void ProvidersPage::refreshMonth()
{
    if (!m_feed)
        return;
    const QDate today = QDate::currentDate();
    SpendRequest request;
    request.fromMs = QDate(today.year(), today.month(), 1).startOfDay().toMSecsSinceEpoch();
    request.toMs = QDateTime::currentMSecsSinceEpoch();
    request.by = SpendDimension::Provider;
    request.top = 200;
    m_feed->ask<SpendReport>(
        this, [request](LedgerReader &reader) { return reader.spend(request); },
        [this](const Result<SpendReport> &report) {
            if (!report)
                return;
            m_month.clear();
            for (const SpendGroup &group : report->groups)
                m_month[group.name] = {group.total.nanoUsd, group.total.unpriced};
            for (ProviderCard *card : m_cards) {
                const auto &[cost, unpriced] = m_month[card->providerId()];
                card->setMonth(cost, unpriced);
            }
        });
}

} // namespace signalbox
