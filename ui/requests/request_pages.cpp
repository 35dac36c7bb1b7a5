// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_pages.h"

namespace signalbox {

RequestPages::Look RequestPages::look(int64_t position)
{
    const auto found = m_pages.find(position / pageRows);
    if (found == m_pages.end())
        return {nullptr, true};
    m_use.splice(m_use.begin(), m_use, found->second.use);
    const auto place = size_t(position % pageRows);
    const bool there = place < found->second.rows.size();
    return {there ? &found->second.rows[place] : nullptr, found->second.stale};
}

const RequestRow *RequestPages::at(int64_t position) const
{
    const auto found = m_pages.find(position / pageRows);
    const auto place = size_t(position % pageRows);
    const bool there = found != m_pages.end() && !found->second.stale && place < found->second.rows.size();
    return there ? &found->second.rows[place] : nullptr;
}

int64_t RequestPages::positionOf(const std::string &id) const
{
    int64_t found = -1;
    forEach([&](int64_t position, const RequestRow &row) {
        if (row.id == id)
            found = position;
    });
    return found;
}

size_t RequestPages::rows() const
{
    size_t rows = 0;
    for (const auto &[page, loaded] : m_pages)
        rows += loaded.rows.size();
    return rows;
}

void RequestPages::keep(int64_t page, std::vector<RequestRow> rows)
{
    if (const auto found = m_pages.find(page); found != m_pages.end()) {
        found->second.rows = std::move(rows);
        found->second.stale = false;
        return;
    }
    while (m_pages.size() >= maxPages) {
        m_pages.erase(m_use.back());
        m_use.pop_back();
    }
    m_use.push_front(page);
    m_pages.emplace(page, Page{std::move(rows), m_use.begin()});
}

bool RequestPages::holds(int64_t page, const std::vector<RequestRow> &rows) const
{
    const auto found = m_pages.find(page);
    return found != m_pages.end() && !found->second.stale && found->second.rows == rows;
}

void RequestPages::dropFrom(int64_t page)
{
    std::erase_if(m_pages, [this, page](const auto &held) {
        if (held.first < page)
            return false;
        m_use.erase(held.second.use);
        return true;
    });
}

void RequestPages::makeStale()
{
    for (auto &[page, loaded] : m_pages)
        loaded.stale = true;
}

void RequestPages::clear()
{
    m_pages.clear();
    m_use.clear();
}

} // namespace signalbox
