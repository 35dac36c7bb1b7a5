// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/gateway/admin_desk.h"
#include "core/gateway/catalogue_fetch.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <cstdint>
#include <memory>
#include <string>

namespace signalbox {

class Clock;
class LogSink;

// Newer catalogues while the gateway runs: what is sent to it, what the config's address offers from time to time, and
// the way back. What gives no doubt is taken over by itself when it was fetched; anything else waits for a yes. Lives
// on the gateway thread, owned by the Gateway.
class CatalogueDesk final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CatalogueDesk)

public:
    CatalogueDesk(AdminDesk &desk, HttpClientPool &pool, LogSink &log, const Clock &clock);
    ~CatalogueDesk() override;

    void setConfig(const CatalogueConfig &config);
    // GET and POST /signalbox/v1/catalogue/update. A body is the bytes of a catalogue, or
    // {"apply":true,"digest":"…","yes":true}, {"revert":true}, {"check":true}.
    void status(const AdminDesk::Done &done);
    void post(const std::string &body, const AdminDesk::Done &done);

Q_SIGNALS:
    void changed(std::shared_ptr<const signalbox::Catalogue> catalogue, const QString &problem);

private:
    struct Outcome; // of a job that may have changed the catalogue

    void check();
    void fetched(Result<CatalogueFetch::Fetched> result);
    void noteCheck(const std::string &result, bool warn);
    void run(std::function<Result<DeskAnswer>(DeskTools &, Outcome &)> job, AdminDesk::Done done);

    AdminDesk &m_desk;
    HttpClientPool &m_pool;
    LogSink &m_log;
    const Clock &m_clock;
    CatalogueConfig m_config;
    QTimer m_timer;
    std::unique_ptr<CatalogueFetch> m_fetch;
    std::string m_etag;
    int64_t m_checkedMs = 0;
    std::string m_checkResult;
    bool m_checking = false;
};

// What an offer would change, for people and programs; of long lists the first 500, those to doubt first.
void writeOffer(class JsonWriter &out, const CatalogueUpdater::Offer &offer);

} // namespace signalbox
