// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client_request.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace signalbox {

namespace {

constexpr std::array<bool, 256> makeTokenTable()
{
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c)
        table[static_cast<size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c)
        table[static_cast<size_t>(c)] = table[static_cast<size_t>(c - 32)] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

constexpr std::array<bool, 256> tokenTable = makeTokenTable();

bool isToken(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return tokenTable[static_cast<unsigned char>(c)]; });
}

bool isTarget(std::string_view text)
{
    return !text.empty() && (text.front() == '/' || text == "*") && std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
    });
}

bool isFieldValue(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// Framing is ours: a second content-length from the caller would desynchronise the connection.
bool isOurs(std::string_view name)
{
    switch (name.size()) {
    case 4:
        return headerNameEquals(name, "host");
    case 10:
        return headerNameEquals(name, "connection");
    case 14:
        return headerNameEquals(name, "content-length");
    case 17:
        return headerNameEquals(name, "transfer-encoding");
    default:
        return false;
    }
}

void appendNumber(std::string &out, uint64_t number, int base = 10)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
    out.append(digits, end);
}

void appendHost(std::string &out, const HttpOrigin &origin)
{
    const bool ipv6 = origin.host.find(':') != std::string::npos;
    if (ipv6)
        out += '[';
    out += origin.host;
    if (ipv6)
        out += ']';
    if (origin.port != (origin.tls ? 443 : 80)) {
        out += ':';
        appendNumber(out, origin.port);
    }
}

bool expectsBody(std::string_view method)
{
    return method == "POST" || method == "PUT" || method == "PATCH";
}

Error refused(std::string message)
{
    return {"request_invalid", std::move(message), 0};
}

} // namespace

Result<std::string> serializeRequest(HttpClientRequest &request)
{
    if (!isToken(request.method))
        return refused("the method is not a token");
    if (!isTarget(request.target))
        return refused("the request target must begin with / and hold no spaces or control characters");
    if (request.origin.host.empty() || !isFieldValue(request.origin.host))
        return refused("the host is not valid");

    size_t size = request.method.size() + request.target.size() + request.origin.host.size() + 96;
    for (size_t i = 0; i < request.headers.size(); ++i)
        size += request.headers[i].name.size() + request.headers[i].value.size() + 4;
    std::string out;
    constexpr size_t largeBody = 256UL * 1024;
    const bool inPlace = !request.streamBody && request.body.size() > largeBody;
    out.reserve(inPlace ? size : size + request.body.size());
    out.append(request.method).append(1, ' ').append(request.target).append(" HTTP/1.1\r\nhost: ");
    appendHost(out, request.origin);
    out += "\r\n";
    for (size_t i = 0; i < request.headers.size(); ++i) {
        const HeaderList::View header = request.headers[i];
        if (!isToken(header.name))
            return refused("a header name is not a token");
        if (!isFieldValue(header.value))
            return refused("the header " + std::string(header.name) + " holds a line break");
        if (isOurs(header.name))
            continue;
        out.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    if (request.streamBody && request.streamLength < 0) {
        out += "transfer-encoding: chunked\r\n";
    } else {
        const uint64_t length = request.streamBody ? static_cast<uint64_t>(request.streamLength) : request.body.size();
        if (length > 0 || expectsBody(request.method)) {
            out += "content-length: ";
            appendNumber(out, length);
            out += "\r\n";
        }
    }
    out += "\r\n";
    if (inPlace) {
        request.body.insert(0, out);
        out = std::move(request.body);
    } else if (!request.streamBody) {
        out += request.body;
    }
    // In place: a string alone would as well convert to an Error.
    return Result<std::string>(boost::system::in_place_value, std::move(out));
}

void appendChunk(std::string &out, std::string_view bytes)
{
    if (bytes.empty())
        return;
    appendNumber(out, bytes.size(), 16);
    out.append("\r\n").append(bytes).append("\r\n");
}

} // namespace signalbox
