// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/gateway_control.h"
#include "ui/data/provider_actions.h"
#include "ui/requests/request_source.h"

#include <QtCore/QTimer>

#include <algorithm>

namespace signalbox {

// Rows of a ledger that is only arithmetic: row at position p from the newest is number count - 1 - p.
class FakeSource final : public RequestSource
{
public:
    int64_t count = 0;
    int slices = 0;
    int details = 0;
    RequestFilter lastFilter;
    std::function<void()> onSlice; // while the question is under way

    static RequestRow row(int64_t number)
    {
        RequestRow row;
        row.rowid = number + 1;
        row.id = "id-" + std::to_string(number);
        row.startedAtMs = 1'700'000'000'000 + number * 1000;
        row.client = "docs-chat";
        row.requestedModel = "gpt-5";
        row.provider = "openai";
        row.model = "gpt-5";
        row.status = number % 7 == 0 ? 429 : 200;
        row.attempts = 1 + int(number % 2);
        row.ttftMs = 410;
        row.durationMs = 4800;
        row.usage.input = 37'214;
        row.cost.nanoUsd = 18'200'000;
        row.cost.state = CostState::Exact;
        return row;
    }

    void slice(const RequestFilter &filter, int64_t offset, int limit, bool, QObject *context, SliceDone done) override
    {
        ++slices;
        lastFilter = filter;
        RequestSlice slice;
        slice.count = count;
        slice.total = count;
        if (onSlice)
            onSlice();
        for (int64_t at = offset; at < std::min(offset + limit, count); ++at)
            slice.rows.push_back(row(count - 1 - at));
        QTimer::singleShot(0, context, [slice, done] { done(slice); });
    }

    // In the order of the rows' numbers, whatever is asked for.
    std::optional<RequestOrder> lastOrder;
    int64_t ranks = 0; // 0: all; kept of those that match
    bool rankedWhole = true;
    uint64_t rankedVersion = 1;
    void ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset, int limit, bool,
                QObject *context, SliceDone done) override
    {
        ++slices;
        lastFilter = filter;
        lastOrder = order;
        RequestSlice slice;
        slice.matching = slice.total = count;
        slice.count = ranks > 0 ? std::min(ranks, count) : count;
        slice.complete = rankedWhole;
        slice.version = rankedVersion;
        for (int64_t at = offset; at < std::min(offset + limit, slice.count); ++at)
            slice.rows.push_back(row(order.descending ? count - 1 - at : at));
        QTimer::singleShot(0, context, [slice, done] { done(slice); });
    }

    void detail(const std::string &id, QObject *context, DetailDone done) override
    {
        ++details;
        RequestDetail detail;
        detail.record.id = id;
        detail.record.status = 200;
        QTimer::singleShot(0, context, [detail, done] { done(std::optional<RequestDetail>(detail)); });
    }
};

class FakeActions final : public ProviderActions
{
public:
    ConfigPtr now = std::make_shared<const Config>();
    QStringList log;
    QStringList removed; // references
    std::string secret;
    std::string secretReference;
    std::optional<Error> keychainError;
    std::optional<Error> configError;
    ProviderConfig probed;

    ConfigPtr config() const override { return now; }
    QString configPath() const override { return QStringLiteral("/home/me/.config/signalbox/gateway.json"); }

    Result<void> apply(Config next, const QString &) override
    {
        log += QStringLiteral("config");
        if (configError)
            return *configError;
        now = std::make_shared<const Config>(std::move(next));
        Q_EMIT configChanged(now);
        return {};
    }

    void writeSecret(const std::string &reference, const std::string &value, QObject *context, Done done) override
    {
        log += QStringLiteral("secret");
        secretReference = reference;
        secret = value;
        QTimer::singleShot(0, context, [done, error = keychainError] {
            if (error)
                done(*error);
            else
                done({});
        });
    }

    void removeSecret(const std::string &reference, QObject *context, Done done) override
    {
        log += QStringLiteral("remove");
        removed += QString::fromStdString(reference);
        QTimer::singleShot(0, context, [done, error = keychainError] {
            if (error)
                done(*error);
            else
                done({});
        });
    }

    std::string explained; // the request asked last
    std::string explainedTags;
    Result<std::string> explanation{std::string("{}")};

    void explain(const std::string &request, const std::string &tags, QObject *context, Answer done) override
    {
        explained = request;
        explainedTags = tags;
        QTimer::singleShot(0, context, [done, answer = explanation] { done(answer); });
    }

    ConfigPtr explainedDraft; // null: the running routes were asked
    void explainDraft(const ConfigPtr &draft, const std::string &request, const std::string &tags, QObject *context,
                      Answer done) override
    {
        explainedDraft = draft;
        explain(request, tags, context, std::move(done));
    }

    quint64 probe(const ProviderConfig &provider, const std::string &) override
    {
        probed = provider;
        return 7;
    }
};

class FakeControl final : public GatewayControl
{
public:
    SnapshotPtr now = std::make_shared<const GatewaySnapshot>();
    ConfigPtr settings = std::make_shared<const Config>();

    void start() override {}
    void stop() override {}
    GatewayState state() const override { return GatewayState::Running; }
    SnapshotPtr snapshot() const override { return now; }
    ConfigPtr config() const override { return settings; }
    QDateTime configAppliedAt() const override { return QDateTime::currentDateTime(); }
    std::vector<std::string> cancelled; // ids of requests
    void cancelRequests(const std::vector<std::string> &ids) override
    {
        cancelled.insert(cancelled.end(), ids.begin(), ids.end());
    }
    std::vector<std::string> acknowledged; // ids of alerts
    void acknowledgeAlerts(const std::vector<std::string> &ids) override
    {
        acknowledged.insert(acknowledged.end(), ids.begin(), ids.end());
    }
};

} // namespace signalbox
