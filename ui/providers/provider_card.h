// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/ledger/ledger_reader.h"
#include "core/routing/health/health_book.h"

#include <QtWidgets/QFrame>

class QLabel;
class QLayout;

namespace signalbox {

class Badge;
class NumberLabel;
class Sparkline;
enum class Signal;

// One provider: who, how it does today, its credentials by name. GUI thread.
class ProviderCard final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProviderCard)

public:
    explicit ProviderCard(const ProviderConfig &provider, QWidget *parent = nullptr);

    const std::string &providerId() const { return m_provider.id; }
    void setToday(const LedgerReader::ProviderToday &today);
    void setMonth(int64_t costNanoUsd, int64_t unpriced);
    void setHealth(const HealthBook::ProviderRow &row, int64_t nowNs); // its breaker, keys and quotas now
    void setTestResult(Signal signal, const QString &text);
    QString stateText() const;
    QStringList keyLines() const; // for tests and assistive tools
    QString quotaText() const;
    QSize minimumSizeHint() const override { return {300, QFrame::minimumSizeHint().height()}; }

Q_SIGNALS:
    void editRequested(const QString &id);
    void removeRequested(const QString &id);
    void testRequested(const QString &id);
    void requestsRequested(const QString &id);

private:
    QLayout *makeHead();
    QLayout *makeNumbers();
    QWidget *makeCredentials();
    void showState(Signal signal, const QString &text);
    void openMenu(const QPoint &globalPos);

    ProviderConfig m_provider;
    Badge *m_state;
    NumberLabel *m_spend;
    NumberLabel *m_p95;
    NumberLabel *m_month;
    NumberLabel *m_requests;
    Sparkline *m_spark;
    class QuotaBar *m_tokens;
    class QuotaBar *m_requestsLeft;
    struct Key {
        std::string id;
        class SignalMark *mark = nullptr;
        QLabel *state = nullptr;
    };
    std::vector<Key> m_keys;
    QString m_trafficState; // the badge by traffic, where health has nothing worse to tell
    Signal m_trafficSignal;
    bool m_isBlocked = false;
    QLabel *m_test;
};

} // namespace signalbox
