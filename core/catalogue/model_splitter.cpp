// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/model_splitter.h"

namespace signalbox {

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

class Splitter
{
public:
    explicit Splitter(std::string_view text) : m_text(text) {}

    Result<SplitCatalogue> split()
    {
        if (!findModels())
            return Error{"catalogue_invalid", "/models: is required"};
        const size_t listAt = m_at;
        SplitCatalogue split;
        const std::string problem = readItems(split.items);
        if (!problem.empty())
            return Error{"catalogue_invalid", problem};
        split.head = std::string(m_text.substr(0, listAt)) + ']' + std::string(m_text.substr(m_at));
        return split;
    }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && isSpace(m_text[m_at]))
            ++m_at;
    }

    // At the opening quote; to behind the closing one.
    std::string_view readString()
    {
        const size_t from = ++m_at;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        const size_t to = std::min(m_at, m_text.size());
        m_at = std::min(to + 1, m_text.size());
        return m_text.substr(from, to - from);
    }

    // Behind `"models": [` of the outermost object.
    bool findModels()
    {
        int depth = 0;
        std::string_view word;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"') {
                word = readString();
                continue;
            }
            ++m_at;
            if (c == '[' && depth == 1 && word == "models")
                return true;
            if (c == '{' || c == '[')
                ++depth;
            else if (c == '}' || c == ']')
                --depth;
            else if (c == ',')
                word = {};
        }
        return false;
    }

    // Through the object that begins here. False: it does not end.
    bool skipObject()
    {
        int depth = 0;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"') {
                readString();
                continue;
            }
            ++m_at;
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (depth == 0)
                return true;
        }
        return false;
    }

    // To behind the closing bracket. Returns what is wrong.
    std::string readItems(std::vector<std::string_view> &items)
    {
        for (;;) {
            skipSpace();
            const std::string pointer = "/models/" + std::to_string(items.size());
            if (m_at >= m_text.size())
                return "/models: the list does not end";
            if (m_text[m_at] == ']' && items.empty())
                break;
            if (m_text[m_at] != '{')
                return pointer + ": must be an object";
            const size_t from = m_at;
            if (!skipObject())
                return pointer + ": the object does not end";
            items.push_back(m_text.substr(from, m_at - from));
            skipSpace();
            if (m_at < m_text.size() && m_text[m_at] == ',') {
                ++m_at;
                continue;
            }
            if (m_at >= m_text.size() || m_text[m_at] != ']')
                return pointer + ": is followed by neither a comma nor the list's end";
            break;
        }
        ++m_at;
        return {};
    }

    std::string_view m_text;
    size_t m_at = 0;
};

} // namespace

Result<SplitCatalogue> splitModels(std::string_view text)
{
    return Splitter(text).split();
}

} // namespace signalbox
