// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/journal.h"

#include "core/ledger/record_codec.h"

#include <QtCore/QFile>

#include <zlib.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr size_t headBytes = 8;
constexpr int64_t largestFile = 1LL << 30;
constexpr uint32_t largestRecord = 1U << 28;

uint32_t checksum(std::string_view bytes)
{
    return static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef *>(bytes.data()), static_cast<uInt>(bytes.size())));
}

} // namespace

bool appendFrame(const RequestRecord &record, std::string &out)
{
    const size_t begin = out.size();
    out.append(headBytes, '\0');
    encodeRecord(record, out);
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
        m_write = [](int descriptor, const void *bytes, size_t size) { return ::write(descriptor, bytes, size); };
}

Journal::~Journal()
{
    for (const File &file : m_files) {
        if (file.descriptor >= 0)
            ::close(file.descriptor);
    }
}

bool Journal::open()
{
    bool good = true;
    for (File &file : m_files) {
        file.descriptor =
            ::open(QFile::encodeName(file.path).constData(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
        good = good && file.descriptor >= 0;
        if (file.descriptor >= 0)
            file.size = ::lseek(file.descriptor, 0, SEEK_END);
    }
    return good;
}

bool Journal::append(std::string_view frames)
{
    File &file = m_files[static_cast<size_t>(m_active)];
    if (file.descriptor < 0 || file.size > largestFile)
        return false;
    const ssize_t written = m_write(file.descriptor, frames.data(), frames.size());
    if (written == static_cast<ssize_t>(frames.size())) {
        file.size += written;
        return true;
    }
    // A torn frame would hide all that come after it.
    if (written > 0 && ::ftruncate(file.descriptor, file.size) != 0)
        file.size += written;
    return false;
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
    if (file.descriptor < 0 || ::ftruncate(file.descriptor, 0) != 0)
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
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return records;
    std::string payload;
    for (;;) {
        uint32_t head[2];
        if (file.read(reinterpret_cast<char *>(head), sizeof head) != sizeof head || head[0] > largestRecord ||
            head[0] > file.size() - file.pos())
            break;
        payload.resize(head[0]);
        if (file.read(payload.data(), head[0]) != static_cast<qint64>(head[0]) || checksum(payload) != head[1])
            break;
        auto record = decodeRecord(payload);
        if (!record)
            break;
        records.push_back(std::move(*record));
    }
    return records;
}

} // namespace signalbox
