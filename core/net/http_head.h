// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox {

// Names compare without case (RFC 9110 section 5.1).
bool sameLetters(std::string_view a, std::string_view b); // of equal size
inline bool headerNameEquals(std::string_view a, std::string_view b)
{
    // The last letters differ more often than the first: x-…, content-…
    constexpr unsigned caseBit = 0x20;
    return a.size() == b.size() && (a.empty() || ((a.back() ^ b.back()) & ~caseBit) == 0) && sameLetters(a, b);
}

// Header fields in the order they came, copied once into one buffer: a head costs two allocations, not two a field.
class HeaderList
{
public:
    struct View {
        std::string_view name;
        std::string_view value;
    };

    void add(std::string_view name, std::string_view value);
    void clear();
    size_t size() const { return m_fields.size(); }
    bool empty() const { return m_fields.empty(); }
    View operator[](size_t i) const;
    std::string_view get(std::string_view name) const; // the first; empty when missing
    bool has(std::string_view name) const;
    size_t count(std::string_view name) const;

private:
    struct Field {
        uint32_t name, nameSize, value, valueSize;
    };
    std::string m_text;
    std::vector<Field> m_fields;
};

struct HttpRequestHead {
    std::string method;
    std::string target; // origin-form, as sent: /v1/models?x=1
    int minorVersion = 1;
    HeaderList headers;

    std::string_view path() const;  // before '?', undecoded
    std::string_view query() const; // after '?', undecoded
};

struct HttpResponseHead {
    int status = 0;
    HeaderList headers;
    int64_t contentLength = -1; // -1: not declared
};

} // namespace signalbox
