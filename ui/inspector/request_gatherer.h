// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QObject>

#include <functional>
#include <vector>

namespace signalbox {

class RequestSource;

// Several requests with all that was kept of them, read one after another: the newest that match a filter, up to
// `most` of them or `mostBytes` of bodies. Deletes itself when it is done. Child of its context; GUI thread.
class RequestGatherer final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestGatherer)

public:
    struct Gathered {
        std::vector<RequestRecord> records;
        bool more = false; // that match, and were left out
        QString problem;   // the ledger could not be read
    };
    using Done = std::function<void(Gathered)>;

    static constexpr int most = 500;
    static constexpr size_t mostBytes = 64U * 1024 * 1024;

    // `source` outlives the context; `done` comes once, later.
    static void gather(RequestSource &source, const RequestFilter &filter, QObject *context, Done done);

private:
    RequestGatherer(RequestSource &source, QObject *context, Done done);
    void next();
    void finish();

    RequestSource &m_source;
    Done m_done;
    std::vector<std::string> m_ids; // the next one is at the back
    Gathered m_gathered;
    size_t m_bytes = 0;
};

} // namespace signalbox
