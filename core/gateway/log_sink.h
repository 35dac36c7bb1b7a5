// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

// Where log lines go: stderr, or a file rotated at 16 MiB with five old ones kept. write() may be called from any
// thread and never waits for the disk: a writer thread of its own takes the lines. When lines come faster than they
// can be written, at most 8 MiB wait; what is beyond is dropped and counted in a line of its own.
class LogSink
{
public:
    LogSink();                               // stderr
    explicit LogSink(const QString &folder); // folder/signalbox.log
    ~LogSink();                              // writes what waits

    void write(std::string_view lines); // with their line ends
    // A line about the gateway itself: {"time","level","event","message"}.
    void note(const char *level, const char *event, const std::string &message);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

// 2026-11-22T13:05:00.123Z
std::string isoTime(int64_t wallMs);

} // namespace signalbox
