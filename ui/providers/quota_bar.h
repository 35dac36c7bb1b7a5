// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/health_book.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QLabel;

namespace signalbox {

// What is left of one limit over all keys of a provider that tell of it. Pure.
struct QuotaSum {
    int64_t limit = 0;
    int64_t left = 0;
    std::optional<int64_t> resetMs; // from now: the first to come

    bool known() const { return limit > 0; }
    double used() const { return known() ? 1 - double(left) / double(limit) : 0; }
};
enum class QuotaKind { Tokens, Requests };
QuotaSum quotaOf(const std::vector<HealthBook::CredentialRow> &keys, QuotaKind kind);

// One limit: name, how much of it is used as a bar, the figures with the time until it is whole again. GUI thread.
class QuotaBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(QuotaBar)

public:
    explicit QuotaBar(const QString &name, QWidget *parent = nullptr);

    void setQuota(const QuotaSum &quota);
    QString text() const;

private:
    class Bar;
    QString m_name;
    Bar *m_bar;
    QLabel *m_text;
};

} // namespace signalbox
