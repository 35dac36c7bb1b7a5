// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_reply_writer.h"

#include "core/base/byte_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace signalbox {

namespace {

constexpr std::array<std::string_view, 6> ownedFields = {"connection", "content-length",    "date",
                                                         "keep-alive", "transfer-encoding", "trailer"};

bool isOwned(std::string_view name)
{
    return std::any_of(ownedFields.begin(), ownedFields.end(),
                       [name](std::string_view owned) { return headerNameEquals(owned, name); });
}

constexpr uint8_t unsafeInValue = 1;
constexpr uint8_t unsafeInName = 2;

constexpr std::array<uint8_t, 256> unsafeTable = [] {
    std::array<uint8_t, 256> table{};
    for (size_t c = 0; c < table.size(); ++c) {
        const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        const bool noName = c <= 0x20 || c >= 0x7f || c == ':';
        table[c] = static_cast<uint8_t>((control ? unsafeInValue : 0) | (noName ? unsafeInName : 0));
    }
    return table;
}();

bool holds(uint8_t kind, std::string_view text)
{
    unsigned found = 0;
    for (const char c : text)
        found |= unsafeTable[static_cast<unsigned char>(c)];
    return (found & kind) != 0;
}

bool isSafeValue(std::string_view text)
{
    constexpr uint8_t space = 0x20;
    constexpr uint8_t del = 0x7f;
    const auto mayBeUnsafe = [](uint64_t bytes) { return holdsByteBelow(bytes, space) || holdsByte(bytes, del); };
    return !holds(unsafeInValue, text.substr(runOfWords(text, 0, mayBeUnsafe))); // the tab is safe
}

void appendNumber(std::string &out, int64_t value)
{
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<size_t>(end - digits.data()));
}

} // namespace

void appendReplyHead(std::string &out, int status, const HeaderList &headers, const ReplyFraming &framing,
                     std::string_view date)
{
    out.append("HTTP/1.1 ");
    appendNumber(out, status);
    out.append(" ").append(reasonPhrase(status)).append("\r\n");
    for (size_t i = 0; i < headers.size(); ++i) {
        const auto [name, value] = headers[i];
        if (!isOwned(name) && !name.empty() && !holds(unsafeInName, name) && isSafeValue(value))
            out.append(name).append(": ").append(value).append("\r\n");
    }
    out.append("date: ").append(date).append("\r\n");
    if (framing.body == ReplyFraming::Body::Length) {
        out.append("content-length: ");
        appendNumber(out, framing.length);
        out.append("\r\n");
    } else if (framing.body == ReplyFraming::Body::Chunked) {
        out.append("transfer-encoding: chunked\r\n");
    }
    if (!framing.keepAlive)
        out.append("connection: close\r\n");
    else if (framing.sayKeepAlive)
        out.append("connection: keep-alive\r\n");
    out.append("\r\n");
}

void ChunkWriter::append(std::string &out, std::string_view bytes)
{
    if (bytes.empty()) // a chunk of no bytes is the end mark
        return;
    if (m_size == 0) {
        m_at = out.size();
        m_width = 0;
        out.append("\r\n");
    }
    m_size += bytes.size();
    std::array<char, 16> hex;
    const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), m_size, 16).ptr;
    const auto width = static_cast<size_t>(end - hex.data());
    out.replace(m_at, m_width, hex.data(), width);
    m_width = width;
    out.append(bytes);
}

void ChunkWriter::close(std::string &out)
{
    if (m_size > 0)
        out.append("\r\n");
    m_size = 0;
}

void ChunkWriter::finish(std::string &out)
{
    close(out);
    out.append("0\r\n\r\n");
}

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 100:
        return "Continue";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 402:
        return "Payment Required";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 411:
        return "Length Required";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 424:
        return "Failed Dependency";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 499:
        return "Client Closed Request";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    case 529:
        return "Site is overloaded";
    default:
        return "Status";
    }
}

std::string httpDate(int64_t unixSeconds)
{
    using namespace std::chrono;
    static constexpr std::array<const char *, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char *, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const sys_seconds time{seconds(unixSeconds)};
    const sys_days day = floor<std::chrono::days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 40> text;
    const int size =
        std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", days[weekday(day).c_encoding()],
                      static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                      static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return std::string(text.data(), static_cast<size_t>(size));
}

} // namespace signalbox
