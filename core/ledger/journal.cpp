// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/journal.h"

#include "core/ledger/record_codec.h"

#include <QtCore/QFile>

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr size_t headBytes = 8;
constexpr int64_t largestFile = 1LL << 30;
constexpr int64_t largestKeptFile = 8LL << 20;
constexpr uint32_t largestRecord = 1U << 28;

uint32_t checksum(std::string_view bytes)
{
    return static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef *>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// Calls take(record) for each whole frame of the file; where the last one ends.
template<class Take>
int64_t walk(const QString &path, Take take)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    std::string payload;
    for (;;) {
        const qint64 end = file.pos();
        uint32_t head[2];
        if (file.read(reinterpret_cast<char *>(head), sizeof head) != sizeof head || head[0] > largestRecord ||
            head[0] > file.size() - file.pos())
            return end;
        payload.resize(head[0]);
        if (file.read(payload.data(), head[0]) != static_cast<qint64>(head[0]) || checksum(payload) != head[1])
            return end;
        auto record = decodeRecord(payload);
        if (!record)
            return end;
        take(std::move(*record));
    }
}

} // namespace

bool appendFrame(const RequestRecord &record, std::string &out, RecordBodies bodies)
{
    const size_t begin = out.size();
    out.append(headBytes, '\0');
    encodeRecord(record, out, bodies);
    const std::string_view payload = std::string_view(out).substr(begin + headBytes);
    if (payload.size() > largestRecord) {
        out.resize(begin);
        return false;
    }
    const uint32_t head[2] = {static_cast<uint32_t>(payload.size()), checksum(payload)};
    std::memcpy(out.data() + begin, head, sizeof head);
    return true;
}

bool FrameWalker::next(RequestRecord &record)
{
    uint32_t size = 0;
    if (m_left.size() < headBytes) {
        m_left = {};
        return false;
    }
    std::memcpy(&size, m_left.data(), sizeof size);
    const std::string_view payload = m_left.substr(headBytes, size);
    m_left.remove_prefix(headBytes + payload.size());
    return decodeRecord(payload, record);
}

Journal::Journal(const QString &databasePath, WriteFunction write) : m_write(std::move(write))
{
    m_files[0].path = databasePath % QStringLiteral(".journal-0");
    m_files[1].path = databasePath % QStringLiteral(".journal-1");
    if (!m_write)
        m_write = [](int descriptor, const void *bytes, size_t size, off_t at) {
            return ::pwrite(descriptor, bytes, size, at);
        };
}

Journal::~Journal()
{
    for (File &file : m_files) {
        if (file.size == 0)
            shrink(file);
        if (file.descriptor >= 0)
            ::close(file.descriptor);
    }
}

bool Journal::open()
{
    bool good = true;
    for (File &file : m_files) {
        file.descriptor = ::open(QFile::encodeName(file.path).constData(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        good = good && file.descriptor >= 0;
        if (file.descriptor < 0)
            continue;
        file.size = walk(file.path, [](const RequestRecord &) {});
        file.highWater = ::lseek(file.descriptor, 0, SEEK_END);
    }
    return good;
}

bool Journal::append(std::string_view frames)
{
    File &file = m_files[static_cast<size_t>(m_active)];
    if (file.descriptor < 0 || file.size > largestFile)
        return false;
    const auto size = static_cast<int64_t>(frames.size());
    std::string_view bytes = frames;
    if (file.size + size < file.highWater) {
        m_ended.assign(frames).append(headBytes, '\0');
        bytes = m_ended;
    }
    const ssize_t written = m_write(file.descriptor, bytes.data(), bytes.size(), file.size);
    file.highWater = std::max<int64_t>(file.highWater, file.size + std::max<ssize_t>(written, 0));
    if (written == static_cast<ssize_t>(bytes.size())) {
        file.size += size;
        return true;
    }
    if (written > 0 && ::ftruncate(file.descriptor, file.size) == 0) // gives the room back
        file.highWater = file.size;
    return false;
}

bool Journal::shrink(File &file)
{
    if (file.highWater > 0 && ::ftruncate(file.descriptor, 0) != 0)
        return false;
    file.highWater = 0;
    return true;
}

int Journal::turn()
{
    const int resting = m_active;
    m_active = 1 - m_active;
    return resting;
}

bool Journal::clear(int generation)
{
    File &file = m_files[static_cast<size_t>(generation)];
    if (file.descriptor < 0)
        return false;
    constexpr char end[headBytes] = {};
    const bool kept = file.highWater > 0 && file.highWater <= largestKeptFile &&
                      ::pwrite(file.descriptor, end, sizeof end, 0) == static_cast<ssize_t>(sizeof end);
    if (!kept && !shrink(file))
        return false;
    file.size = 0;
    return true;
}

std::vector<RequestRecord> Journal::read(int generation) const
{
    return readFile(m_files[static_cast<size_t>(generation)].path);
}

std::vector<RequestRecord> Journal::readFile(const QString &path)
{
    std::vector<RequestRecord> records;
    walk(path, [&](RequestRecord &&record) { records.push_back(std::move(record)); });
    return records;
}

} // namespace signalbox
