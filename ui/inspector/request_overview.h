// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtWidgets/QScrollArea>

class QFormLayout;

namespace signalbox {

// The facts of one request, in sections: who, what, what translation lost, times, tokens, cost. Never wider than its
// place: what is long breaks or is cut with the whole in its tool tip. GUI thread.
class RequestOverview final : public QScrollArea
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestOverview)

public:
    explicit RequestOverview(QWidget *parent = nullptr);
    void setRecord(const RequestRecord &record, bool simulated);

private:
    void head(const QString &title);
    void row(const QString &label, const QString &value);
    void idRow(const QString &label, const QString &value);   // one line, its end cut off when there is no room
    void wideRow(const QString &label, const QString &value); // the value under its label
    void addWhy(const RequestRecord &record);
    void addLosses(const RequestRecord &record);
    void addTokens(const TokenUsage &usage);
    void addCost(const Cost &cost, bool simulated);

    QFormLayout *m_rows;
};

} // namespace signalbox
