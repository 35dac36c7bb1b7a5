// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/log_sink.h"

#include "core/base/clock.h"
#include "core/base/json_line.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <thread>

namespace signalbox {

namespace {

constexpr size_t waitingLimit = 8U * 1024 * 1024;
constexpr qint64 fileLimit = 16LL * 1024 * 1024;
constexpr int oldFiles = 5;
constexpr auto gather = std::chrono::milliseconds(100); // lines of this long leave in one write

void rotate(const QString &path)
{
    const auto numbered = [&](int n) -> QString { return path + u'.' + QString::number(n); };
    QFile::remove(numbered(oldFiles));
    for (int n = oldFiles - 1; n >= 1; --n)
        QFile::rename(numbered(n), numbered(n + 1));
    QFile::rename(path, numbered(1));
}

} // namespace

struct LogSink::Private {
    explicit Private(QString logPath) : path(std::move(logPath)), thread([this] { run(); }) {}

    void run()
    {
        std::unique_lock lock(mutex);
        while (true) {
            wake.wait(lock, [this] { return !waiting.empty() || stopping; });
            if (waiting.empty())
                return;
            if (!stopping)
                wake.wait_for(lock, gather, [this] { return stopping; });
            std::string text;
            text.swap(waiting);
            const int64_t lost = dropped;
            dropped = 0;
            lock.unlock();
            if (lost > 0) {
                JsonLine line;
                line.text("time", isoTime(SystemClock().wallMs()))
                    .text("level", "warn")
                    .text("event", "log_lines_dropped")
                    .number("count", lost);
                text += line.take();
            }
            put(text);
            lock.lock();
        }
    }

    void put(const std::string &text)
    {
        if (path.isEmpty()) {
            // A closed stderr must not end the gateway; there is nowhere left to tell it.
            if (std::fwrite(text.data(), 1, text.size(), stderr) == text.size())
                std::fflush(stderr);
            return;
        }
        if (!file.isOpen()) {
            file.setFileName(path);
            if (!file.open(QIODevice::WriteOnly | QIODevice::Append))
                return;
            file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        }
        file.write(text.data(), static_cast<qint64>(text.size()));
        file.flush();
        if (file.size() > fileLimit) {
            file.close();
            rotate(path);
        }
    }

    QString path; // empty: stderr
    QFile file;
    std::mutex mutex;
    std::condition_variable wake;
    std::string waiting;
    int64_t dropped = 0;
    bool stopping = false;
    std::thread thread;
};

LogSink::LogSink() : d(std::make_unique<Private>(QString())) {}

LogSink::LogSink(const QString &folder)
{
    QDir().mkpath(folder);
    d = std::make_unique<Private>(folder + QStringLiteral("/signalbox.log"));
}

LogSink::~LogSink()
{
    {
        const std::lock_guard lock(d->mutex);
        d->stopping = true;
    }
    d->wake.notify_one();
    d->thread.join();
}

void LogSink::write(std::string_view lines)
{
    bool wasEmpty = false;
    {
        const std::lock_guard lock(d->mutex);
        if (d->waiting.size() + lines.size() > waitingLimit) {
            d->dropped += std::count(lines.begin(), lines.end(), '\n');
            return;
        }
        wasEmpty = d->waiting.empty();
        d->waiting += lines;
    }
    if (wasEmpty)
        d->wake.notify_one();
}

void LogSink::note(const char *level, const char *event, const std::string &message)
{
    JsonLine line;
    line.text("time", isoTime(SystemClock().wallMs()))
        .text("level", level)
        .text("event", event)
        .text("message", message);
    write(line.take());
}

std::string isoTime(int64_t wallMs)
{
    // The part down to the second changes once in a thousand calls of a busy gateway.
    thread_local int64_t knownSecond = -1;
    thread_local std::string known;
    const int64_t second = wallMs / 1000;
    if (second != knownSecond) {
        const auto seconds = static_cast<time_t>(second);
        tm parts{};
        gmtime_r(&seconds, &parts);
        char text[40];
        known.assign(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts));
        knownSecond = second;
    }
    std::string text = known;
    const auto ms = static_cast<int>(wallMs % 1000);
    text[text.size() - 4] = static_cast<char>('0' + ms / 100);
    text[text.size() - 3] = static_cast<char>('0' + ms / 10 % 10);
    text[text.size() - 2] = static_cast<char>('0' + ms % 10);
    return text;
}

} // namespace signalbox
