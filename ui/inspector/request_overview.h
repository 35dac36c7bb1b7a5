// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/ledger/request_details.h"
#include "ui/inspector/fact_list.h"

namespace signalbox {

// The facts of one request, in sections: who, what, times, what each class of tokens cost and by whose price. GUI
// thread.
class RequestOverview final : public FactList
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestOverview)

public:
    explicit RequestOverview(QWidget *parent = nullptr);
    void setDetail(const RequestDetail &detail, const RequestDetails *kept, bool simulated);

private:
    void addMasked(const RequestDetails &kept);
    void addTimes(const RequestRecord &record);
    void addCost(const RequestDetail &detail, bool simulated);
};

// Why the request went where it went: the way through the route's tree, the targets in their order, and those that
// could not be asked. GUI thread.
class PlanView final : public FactList
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PlanView)

public:
    explicit PlanView(QWidget *parent = nullptr);
    void setRecord(const RequestRecord &record);
};

// What translation dropped, renamed or approximated, with what stood there in the request. GUI thread.
class LossView final : public FactList
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LossView)

public:
    explicit LossView(QWidget *parent = nullptr);
    void setRecord(const RequestRecord &record);
};

// Ids to look for elsewhere, and the headers where they were kept. GUI thread.
class TraceView final : public FactList
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TraceView)

public:
    explicit TraceView(QWidget *parent = nullptr);
    void setRecord(const RequestRecord &record, const RequestDetails *kept);
};

} // namespace signalbox
