// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"

#include <QtCore/QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace signalbox {

struct ReplySample {
    std::string provider, model;
    Dialect dialect = Dialect::OpenAiChat; // of `bytes`
    int64_t atMs = 0;
    std::string bytes; // as the client got them
};

// Looks through replies on a thread of its own with the least priority, and keeps figures by model and hour; no text is
// kept, stored or logged. At most 256 replies or 8 MiB wait: what is beyond is dropped and counted. offer() may be
// called from any thread and costs a moved string.
class RepetitionMeter
{
public:
    using Problem = std::function<void(const std::string &)>; // called on the meter's thread

    RepetitionMeter(QString path, Problem problem);
    ~RepetitionMeter(); // what waits is left out, the figures are written

    static constexpr size_t largestReply = 512U * 1024;
    static constexpr int mostPerSecond = 20;

    // Ask before a reply is copied: at most so many a second are looked at, the others are counted as dropped. Looking
    // costs as much as serving a small request, and a part tells as much of a model as the whole. Gateway thread only.
    bool wants(int64_t nowMs);
    void offer(ReplySample sample);
    struct Counts { // since the start
        int64_t taken = 0;
        int64_t dropped = 0;
    };
    Counts counts() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
