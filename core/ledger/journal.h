// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/record_codec.h"

#include <QtCore/QString>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace signalbox {

// Appends the record in its frame: length, CRC-32, bytes. False: it is too large, nothing was added.
bool appendFrame(const RequestRecord &record, std::string &out, RecordBodies bodies = RecordBodies::With);

// Walks frames that this program made and kept in memory: their sums are not looked at again.
class FrameWalker
{
public:
    explicit FrameWalker(std::string_view frames) : m_left(frames) {}
    bool next(RequestRecord &record); // uses the record's memory again; false: no more
    bool atEnd() const { return m_left.empty(); }

private:
    std::string_view m_left;
};

// Append-only files beside the database which hold what is not committed yet: two generations, one being written while
// the rows of the other are being committed. Each record is framed by length and CRC-32, so a torn end is recognised.
// A generation that is cleared keeps its bytes, which are written over: a file that grows anew each time needs
// new pages for each write. An empty frame ends what counts; should it be torn, rows that the database has already are
// replayed. Not thread-safe: the ledger's mutex guards append() and turn(); the writer alone touches the generation at
// rest.
class Journal
{
public:
    // As pwrite(2); tests fill the disk with it.
    using WriteFunction = std::function<ssize_t(int, const void *, size_t, off_t)>;

    explicit Journal(const QString &databasePath, WriteFunction write = {});
    ~Journal();
    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    bool open();                          // false: no file could be made; append() then fails
    bool append(std::string_view frames); // one pwrite(2); false: nothing was added

    int active() const { return m_active; }
    int turn(); // the other generation becomes active (it must be empty); returns the one at rest
    bool isEmpty(int generation) const { return m_files[static_cast<size_t>(generation)].size == 0; }
    bool clear(int generation);
    std::vector<RequestRecord> read(int generation) const; // up to the first frame that is not whole
    static std::vector<RequestRecord> readFile(const QString &path);

private:
    struct File {
        QString path;
        int descriptor = -1;
        int64_t size = 0;      // of the frames
        int64_t highWater = 0; // of the file: behind the frames may be what was committed long ago
    };
    bool shrink(File &file);
    std::array<File, 2> m_files;
    int m_active = 0;
    WriteFunction m_write;
    std::string m_ended; // kept for its memory
};

} // namespace signalbox
