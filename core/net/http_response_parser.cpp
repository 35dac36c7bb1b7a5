// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_response_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <optional>
#include <utility>

namespace signalbox {

namespace http = boost::beast::http;
using boost::beast::error_code;

namespace {

std::string_view toStd(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

// Beast's own fields container would copy every field into a node of its own; these callbacks fill ours at once.
class Message final : public http::basic_parser<false>
{
public:
    Message(HttpResponseHead &head, size_t headerLimit, bool replyToHead) : m_head(head)
    {
        header_limit(static_cast<uint32_t>(headerLimit));
        body_limit(boost::none);
        skip(replyToHead);
    }

    std::string_view body;

private:
    void on_request_impl(http::verb, boost::beast::string_view, boost::beast::string_view, int, error_code &) override
    {
    }
    void on_response_impl(int code, boost::beast::string_view, int, error_code &) override
    {
        m_head.status = code;
        m_head.contentLength = -1;
        m_head.headers.clear();
    }
    void on_field_impl(http::field name, boost::beast::string_view nameText, boost::beast::string_view value,
                       error_code &ec) override
    {
        if (m_headDone) // trailers: nobody reads them
            return;
        if (name == http::field::transfer_encoding && !headerNameEquals(toStd(value), "chunked")) {
            ec = http::error::bad_transfer_encoding;
            return;
        }
        m_head.headers.add(toStd(nameText), toStd(value));
    }
    void on_header_impl(error_code &) override
    {
        m_headDone = true;
        if (const auto length = content_length())
            m_head.contentLength = static_cast<int64_t>(*length);
    }
    void on_body_init_impl(const boost::optional<std::uint64_t> &, error_code &) override {}
    std::size_t on_body_impl(boost::beast::string_view bytes, error_code &) override
    {
        body = toStd(bytes);
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code &) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view bytes, error_code &) override
    {
        body = toStd(bytes);
        return bytes.size();
    }
    void on_finish_impl(error_code &) override {}

    HttpResponseHead &m_head;
    bool m_headDone = false;
};

} // namespace

class HttpResponseParser::Engine
{
public:
    HttpResponseHead head;
    std::optional<Message> message;
};

HttpResponseParser::HttpResponseParser(size_t maxHeaderBytes)
    : m_engine(std::make_unique<Engine>()), m_maxHeaderBytes(maxHeaderBytes)
{
    begin(false);
}

HttpResponseParser::~HttpResponseParser() = default;

void HttpResponseParser::begin(bool replyToHead)
{
    m_replyToHead = replyToHead;
    m_headBytes = 0;
    m_inChunkHead = false;
    m_error.clear();
    m_engine->message.emplace(m_engine->head, m_maxHeaderBytes, replyToHead);
}

HttpResponseParser::Step HttpResponseParser::next(std::string_view &input)
{
    if (!m_error.empty())
        return Step::Error;
    for (;;) {
        Message *message = &*m_engine->message;
        if (message->is_done()) {
            if (m_engine->head.status >= 200)
                return Step::End;
            m_engine->message.emplace(m_engine->head, m_maxHeaderBytes, m_replyToHead);
            message = &*m_engine->message;
        }
        if (input.empty())
            return Step::NeedMore;
        // Beast asserts that a last chunk it goes on with has five bytes, though it stops after "0 CR LF" as well.
        if (std::exchange(m_inChunkHead, false) && input.size() < 5 && input.front() == '0') {
            m_inChunkHead = true;
            return Step::NeedMore;
        }
        const bool headWasDone = message->is_header_done();
        message->body = {};
        error_code ec;
        const size_t used = message->put(boost::asio::const_buffer(input.data(), input.size()), ec);
        input.remove_prefix(used);
        // Beast measures its limit from where it goes on, so a head that comes field by field would never reach it.
        if (!headWasDone && (m_headBytes += used) > m_maxHeaderBytes)
            return tooLarge();
        if (ec == http::error::need_more) {
            m_inChunkHead = headWasDone;
            const size_t kept = headWasDone ? input.size() : m_headBytes + input.size();
            return kept > m_maxHeaderBytes ? tooLarge() : Step::NeedMore;
        }
        if (ec == http::error::header_limit)
            return tooLarge();
        if (ec)
            return fail(ec.message());
        if (!headWasDone && message->is_header_done()) {
            if (m_engine->head.status == 101)
                return fail("protocol switch that was not asked for");
            if (m_engine->head.status >= 200)
                return Step::Head;
        } else if (!message->body.empty()) {
            return Step::Body;
        }
    }
}

HttpResponseParser::Step HttpResponseParser::finish()
{
    if (!m_error.empty())
        return Step::Error;
    if (!headDone())
        return fail("closed before the end of the head");
    error_code ec;
    m_engine->message->put_eof(ec);
    return ec ? fail("closed in the middle of the body") : Step::End;
}

const HttpResponseHead &HttpResponseParser::head() const
{
    return m_engine->head;
}

std::string_view HttpResponseParser::body() const
{
    return m_engine->message->body;
}

bool HttpResponseParser::headDone() const
{
    return m_engine->message->is_header_done() && m_engine->head.status >= 200;
}

bool HttpResponseParser::atStart() const
{
    return !m_engine->message->got_some();
}

bool HttpResponseParser::keepAlive() const
{
    return m_engine->message->is_done() && m_engine->message->keep_alive();
}

HttpResponseParser::Step HttpResponseParser::fail(std::string_view why)
{
    m_error = "invalid HTTP response: " + std::string(why);
    return Step::Error;
}

HttpResponseParser::Step HttpResponseParser::tooLarge()
{
    return fail("header larger than " + std::to_string(m_maxHeaderBytes) + " bytes");
}

} // namespace signalbox
