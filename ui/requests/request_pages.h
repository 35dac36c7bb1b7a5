// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <list>
#include <unordered_map>

namespace signalbox {

// The pages of a long list that are in memory: those looked at last. A stale page is still shown, but counts as not
// there for whoever wants to know what stands in it. Of the table model; GUI thread.
class RequestPages
{
public:
    static constexpr int pageRows = 200;
    static constexpr size_t maxPages = 16;

    struct Look {
        const RequestRow *row = nullptr;
        bool isMissing = false; // its page is to be asked for
    };
    Look look(int64_t position); // its page is the last that would go
    const RequestRow *at(int64_t position) const;
    int64_t positionOf(const std::string &id) const; // -1: not here
    size_t rows() const;

    void keep(int64_t page, std::vector<RequestRow> rows);
    bool has(int64_t page) const { return m_pages.contains(page); }
    bool holds(int64_t page, const std::vector<RequestRow> &rows) const; // exactly these
    void dropFrom(int64_t page);
    void makeStale();
    void clear();

    template<class Use>
    void forEach(Use use) const // (position, row) of what is not stale, in no order
    {
        for (const auto &[page, loaded] : m_pages) {
            for (size_t i = 0; i < loaded.rows.size() && !loaded.stale; ++i)
                use(page * pageRows + int64_t(i), loaded.rows[i]);
        }
    }

private:
    struct Page {
        std::vector<RequestRow> rows;
        std::list<int64_t>::iterator use;
        bool stale = false;
    };

    std::unordered_map<int64_t, Page> m_pages;
    std::list<int64_t> m_use; // most recently used first
};

} // namespace signalbox
