// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_request_parser.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace signalbox {

namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;

constexpr size_t maxFields = 256;
// A chunk-size line with its extensions; Beast itself would wait for its end for ever.
constexpr size_t maxChunkLine = 8 * 1024;

constexpr HttpRequestParser::Failure badRequest(std::string_view message)
{
    return {400, message};
}

bool isTokenStart(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr std::array<bool, 256> notOfHosts = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view(" \t,/@?#\\\"<>"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

// Beast frames the message; this class stores the head and refuses what Beast lets through.
class FramingParser final : public http::basic_parser<true>
{
public:
    FramingParser(HttpRequestHead &head, const HttpRequestParser::Limits &limits) : m_head(head)
    {
        m_head.method.clear();
        m_head.target.clear();
        m_head.headers.clear();
        header_limit(static_cast<std::uint32_t>(limits.headerBytes + 4));
        body_limit(limits.bodyBytes);
    }

    std::string_view body;
    HttpRequestParser::Failure failure;
    bool hasTransferEncoding = false;
    bool expectsContinue = false;
    bool chunkSeen = false; // a CRLF stands before the next chunk line
    uint64_t chunkLeft = 0;

private:
    void refuse(const HttpRequestParser::Failure &why, ErrorCode &ec)
    {
        failure = why;
        ec = http::error::bad_value;
    }

    void on_request_impl(http::verb, boost::beast::string_view method, boost::beast::string_view target, int version,
                         ErrorCode &ec) override
    {
        m_head.method.assign(method.data(), method.size());
        m_head.target.assign(target.data(), target.size());
        m_head.minorVersion = version - 10;
        const auto isBad = [](unsigned char c) { return c <= 0x20 || c >= 0x7f; };
        if (std::any_of(target.begin(), target.end(), isBad))
            refuse(badRequest("control or non-ASCII character in the request target"), ec);
    }

    void on_response_impl(int, boost::beast::string_view, int, ErrorCode &) override {}

    void on_field_impl(http::field name, boost::beast::string_view nameText, boost::beast::string_view value,
                       ErrorCode &ec) override
    {
        if (m_headDone)
            return; // trailers are checked by Beast and dropped
        if (m_head.headers.size() >= maxFields)
            return refuse({431, "too many header fields"}, ec);
        const std::string_view text(value.data(), value.size());
        switch (name) {
        case http::field::content_length:
            if (std::exchange(m_hasLength, true) || hasTransferEncoding)
                return refuse(badRequest("more than one message length"), ec);
            if (text.find_first_not_of("0123456789") != std::string_view::npos)
                return refuse(badRequest("Content-Length is not a number"), ec);
            break;
        case http::field::transfer_encoding:
            if (std::exchange(hasTransferEncoding, true) || m_hasLength)
                return refuse(badRequest("more than one message length"), ec);
            if (!headerNameEquals(text, "chunked"))
                return refuse(badRequest("Transfer-Encoding must be chunked"), ec);
            if (m_head.minorVersion == 0)
                return refuse(badRequest("Transfer-Encoding needs HTTP/1.1"), ec);
            break;
        case http::field::host:
            if (std::exchange(m_hasHost, true))
                return refuse(badRequest("more than one Host"), ec);
            if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return notOfHosts[c]; }))
                return refuse(badRequest("Host is not a host"), ec);
            break;
        case http::field::expect:
            if (!headerNameEquals(text, "100-continue"))
                return refuse({417, "this expectation is not supported"}, ec);
            expectsContinue = m_head.minorVersion == 1;
            break;
        default:
            break;
        }
        m_head.headers.add({nameText.data(), nameText.size()}, text);
    }

    void on_header_impl(ErrorCode &ec) override
    {
        m_headDone = true;
        if (!m_hasHost && m_head.minorVersion == 1)
            return refuse(badRequest("Host is missing"), ec);
        checkTarget(ec);
    }

    void checkTarget(ErrorCode &ec)
    {
        std::string &target = m_head.target;
        if (m_head.method == "CONNECT")
            return refuse({405, "this is not a forward proxy: CONNECT is not supported"}, ec);
        if (m_head.method == "TRACE")
            return refuse({501, "TRACE is not supported"}, ec);
        if (target.starts_with('/') || (target == "*" && m_head.method == "OPTIONS"))
            return;
        constexpr std::string_view scheme = "http://";
        if (target.size() <= scheme.size() || !headerNameEquals(std::string_view(target).substr(0, 7), scheme))
            return refuse(badRequest("the request target must be a path"), ec);
        const size_t slash = target.find_first_of("/?#", scheme.size());
        const size_t end = slash == std::string::npos ? target.size() : slash;
        // Two different answers to "which host?" are how a check of Host is walked around.
        const std::string_view authority = std::string_view(target).substr(scheme.size(), end - scheme.size());
        if (authority.empty() || (m_hasHost && !headerNameEquals(authority, m_head.headers.get("host"))))
            return refuse(badRequest("Host differs from the request target"), ec);
        target.erase(0, end);
        if (!target.starts_with('/'))
            target.insert(target.begin(), '/');
    }

    void on_body_init_impl(boost::optional<std::uint64_t> const &, ErrorCode &) override {}

    std::size_t on_body_impl(boost::beast::string_view bytes, ErrorCode &) override
    {
        body = {bytes.data(), bytes.size()};
        return bytes.size();
    }

    // Beast takes a line feed inside a quoted extension, where others see the end of the line.
    void on_chunk_header_impl(std::uint64_t size, boost::beast::string_view extensions, ErrorCode &ec) override
    {
        chunkSeen = true;
        chunkLeft = size;
        const auto isControl = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; };
        if (std::any_of(extensions.begin(), extensions.end(), isControl))
            refuse(badRequest("control character in a chunk extension"), ec);
    }

    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view bytes, ErrorCode &) override
    {
        chunkLeft -= bytes.size();
        body = {bytes.data(), bytes.size()};
        return bytes.size();
    }

    void on_finish_impl(ErrorCode &) override {}

    HttpRequestHead &m_head;
    bool m_headDone = false;
    bool m_hasLength = false;
    bool m_hasHost = false;
};

HttpRequestParser::Failure failureOf(const ErrorCode &ec)
{
    if (ec == http::error::body_limit)
        return {413, "the request body is larger than the limit"};
    if (ec == http::error::header_limit)
        return {431, "the request head is larger than the limit"};
    if (ec == http::error::bad_version)
        return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
    if (ec == http::error::bad_chunk || ec == http::error::bad_chunk_extension)
        return badRequest("bad chunk in the request body");
    if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length)
        return badRequest("bad Content-Length");
    if (ec == http::error::bad_transfer_encoding)
        return badRequest("bad Transfer-Encoding");
    if (ec == http::error::need_more) // of a piece that is complete
        return badRequest("bad chunk in the request body");
    return badRequest("the request is not well-formed HTTP");
}

} // namespace

struct HttpRequestParser::Private {
    enum class Phase { Head, Body, End, Done, Failed };

    Limits limits;
    HttpRequestHead head;
    std::optional<FramingParser> framing;
    Failure failure;
    Phase phase = Phase::Head;
    size_t scanned = 0;   // of the head: bytes already looked at
    size_t lineStart = 0; // of the line that `scanned` is in
    size_t skipped = 0;   // empty lines before the request line
    size_t chunkScanned = 0;

    Step fail(const Failure &why)
    {
        failure = why;
        phase = Phase::Failed;
        return Step::Failed;
    }
    std::optional<size_t> headEnd(std::string_view input);
    Step readHead(std::string_view &input);
    Step readBody(std::string_view &input);
    bool chunkLineIsComplete(std::string_view input);
};

HttpRequestParser::HttpRequestParser(const Limits &limits) : d(std::make_unique<Private>())
{
    reset(limits);
}

HttpRequestParser::~HttpRequestParser() = default;

void HttpRequestParser::reset(const Limits &limits)
{
    d->limits = limits;
    d->framing.emplace(d->head, limits);
    d->phase = Private::Phase::Head;
    d->scanned = d->lineStart = d->skipped = d->chunkScanned = 0;
    d->failure = {};
}

HttpRequestParser::Step HttpRequestParser::next(std::string_view &input)
{
    switch (d->phase) {
    case Private::Phase::Head:
        return d->readHead(input);
    case Private::Phase::Body:
        return d->readBody(input);
    case Private::Phase::End:
        d->phase = Private::Phase::Done;
        return Step::End;
    case Private::Phase::Done:
        return Step::NeedMore;
    case Private::Phase::Failed:
        break;
    }
    return Step::Failed;
}

// The size of the head with its empty line, or nothing while it is not complete (or failed). Beast unfolds
// continuation lines and forgives some line ends, so lines are checked here, each byte once.
std::optional<size_t> HttpRequestParser::Private::headEnd(std::string_view input)
{
    for (;;) {
        const size_t lf = input.find('\n', scanned);
        const size_t end = lf == std::string_view::npos ? input.size() : lf;
        const char *cr = static_cast<const char *>(std::memchr(input.data() + scanned, '\r', end - scanned));
        const size_t crAt = cr ? static_cast<size_t>(cr - input.data()) : end;
        if (crAt + 1 < end || (lf != std::string_view::npos && crAt == end)) {
            fail(badRequest("bare CR or LF in the request head"));
            return {};
        }
        if (lf == std::string_view::npos) {
            scanned = crAt;
            return {};
        }
        if (lf + 1 > limits.headerBytes) {
            fail({431, "the request head is larger than the limit"});
            return {};
        }
        if (crAt == lineStart)
            return lf + 1;
        if (lineStart > 0 && (input[lineStart] == ' ' || input[lineStart] == '\t')) {
            fail(badRequest("folded header line"));
            return {};
        }
        scanned = lineStart = lf + 1;
    }
}

HttpRequestParser::Step HttpRequestParser::Private::readHead(std::string_view &input)
{
    // RFC 9112 section 2.2: empty lines before the request line are skipped; some clients end a body with one.
    while (scanned == 0 && input.starts_with("\r\n")) {
        input.remove_prefix(2);
        skipped += 2;
        if (skipped > 16)
            return fail(badRequest("too many empty lines before the request"));
    }
    if (input.empty() || input == "\r")
        return Step::NeedMore;
    if (!isTokenStart(input.front())) // TLS or another protocol: no need to wait for its first LF
        return fail(badRequest("the request is not well-formed HTTP"));

    const std::optional<size_t> size = headEnd(input);
    if (phase == Phase::Failed)
        return Step::Failed;
    if (!size) {
        if (input.size() >= limits.headerBytes)
            return fail({431, "the request head is larger than the limit"});
        return Step::NeedMore;
    }
    ErrorCode ec;
    const size_t used = framing->put(boost::asio::const_buffer(input.data(), *size), ec);
    input.remove_prefix(*size);
    if (ec || used != *size || !framing->is_header_done()) {
        if (framing->failure.status)
            return fail(framing->failure);
        return fail(ec && ec != http::error::need_more ? failureOf(ec) : badRequest("the request head is incomplete"));
    }
    phase = framing->is_done() ? Phase::End : Phase::Body;
    return Step::Head;
}

// Whether the chunk line at the front, and for the last chunk also its trailer, is all there. Beast is shown only
// whole ones: it asserts on some pieces of the last chunk.
bool HttpRequestParser::Private::chunkLineIsComplete(std::string_view input)
{
    const size_t start = framing->chunkSeen ? 2 : 0;
    if (input.size() <= start)
        return false;
    const size_t lf = input.find('\n', chunkScanned ? chunkScanned : start);
    if (lf == std::string_view::npos) {
        chunkScanned = input.size();
        return false;
    }
    chunkScanned = lf;
    const std::string_view line = input.substr(start, lf - start);
    const size_t afterZeros = line.find_first_not_of('0');
    const bool isLast = afterZeros != 0 && afterZeros != std::string_view::npos &&
                        std::string_view("\r; \t").find(line[afterZeros]) != std::string_view::npos;
    return !isLast || input.find("\r\n\r\n", lf - 1) != std::string_view::npos;
}

HttpRequestParser::Step HttpRequestParser::Private::readBody(std::string_view &input)
{
    while (!input.empty()) {
        const bool chunkLine = framing->chunked() && framing->chunkLeft == 0;
        if (chunkLine && !chunkLineIsComplete(input)) {
            if (input.size() > std::max(limits.headerBytes, maxChunkLine))
                return fail(badRequest("chunk line or trailer too long"));
            return Step::NeedMore;
        }
        chunkScanned = 0;
        framing->body = {};
        ErrorCode ec;
        const size_t used = framing->put(boost::asio::const_buffer(input.data(), input.size()), ec);
        input.remove_prefix(used);
        if (framing->is_done())
            phase = Phase::End;
        if (framing->failure.status)
            return fail(framing->failure);
        if (ec)
            return fail(failureOf(ec));
        if (!framing->body.empty())
            return Step::Body;
        if (phase == Phase::End) {
            phase = Phase::Done;
            return Step::End;
        }
    }
    return Step::NeedMore;
}

const HttpRequestHead &HttpRequestParser::head() const
{
    return d->head;
}

std::string_view HttpRequestParser::body() const
{
    return d->framing->body;
}

bool HttpRequestParser::keepAlive() const
{
    return d->framing->keep_alive();
}

bool HttpRequestParser::expectsContinue() const
{
    return d->framing->expectsContinue && d->phase == Private::Phase::Body;
}

int64_t HttpRequestParser::bodyLeft() const
{
    if (d->framing->chunked())
        return -1;
    return static_cast<int64_t>(d->framing->content_length_remaining().value_or(0));
}

const HttpRequestParser::Failure &HttpRequestParser::failure() const
{
    return d->failure;
}

bool HttpRequestParser::endIsDue() const
{
    return d->phase == Private::Phase::End;
}

} // namespace signalbox
