// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/request_scan.h"

#include <boost/json.hpp>
#include <simdjson.h>

#include <algorithm>
#include <vector>

namespace signalbox::openai_chat {

namespace {

namespace ondemand = simdjson::ondemand;

Error fieldError(std::string code, std::string message)
{
    return {std::move(code), std::move(message), 400};
}

// simdjson says that a text is broken but not where; Boost.JSON stops at the byte.
Error describeBrokenJson(std::string_view body)
{
    boost::json::stream_parser parser;
    boost::system::error_code failure;
    const size_t at = parser.write_some(body.data(), body.size(), failure);
    if (!failure)
        parser.finish(failure);
    const std::string_view before = body.substr(0, std::min(at, body.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const std::string where =
        "line " + std::to_string(line) + ", column " + std::to_string(before.size() - lineStart + 1);
    if (body.empty())
        return fieldError("json_invalid", "The request body is empty; a JSON object was expected.");
    return fieldError("json_invalid", "The request body is not valid JSON at " + where + ": " +
                                          (failure ? failure.message() : std::string("an object was expected")) + ".");
}

class Scanner
{
public:
    explicit Scanner(std::string_view body) : m_body(body) {}

    Result<RequestScan> run()
    {
        constexpr size_t large = 1UL << 20;
        if (m_body.size() > large) { // a body with images is not held twice while it is translated and sent
            std::vector<char> padded;
            ondemand::parser parser;
            return scan(padded, parser);
        }
        thread_local std::vector<char> padded;
        thread_local ondemand::parser parser;
        return scan(padded, parser);
    }

private:
    Result<RequestScan> scan(std::vector<char> &padded, ondemand::parser &parser)
    {
        // On-demand reads up to SIMDJSON_PADDING bytes past the end.
        padded.resize(m_body.size() + simdjson::SIMDJSON_PADDING);
        std::copy(m_body.begin(), m_body.end(), padded.begin());
        std::fill(padded.begin() + static_cast<std::ptrdiff_t>(m_body.size()), padded.end(), ' ');
        m_base = padded.data();
        ondemand::document document;
        ondemand::object object;
        std::string_view whole;
        if (parser.iterate(m_base, m_body.size(), padded.size()).get(document) || document.get_object().get(object) ||
            object.raw_json().get(whole) || object.reset().error())
            return describeBrokenJson(m_body);
        const auto end = static_cast<size_t>(whole.data() + whole.size() - m_base);
        m_scan.closingBrace = m_body.substr(0, end).find_last_of('}');
        if (m_scan.closingBrace == std::string_view::npos ||
            m_body.find_first_not_of(" \t\r\n", m_scan.closingBrace + 1) != std::string_view::npos)
            return describeBrokenJson(m_body);
        if (!readFields(object))
            return m_error.code.empty() ? describeBrokenJson(m_body) : m_error;
        return std::move(m_scan);
    }

    bool readFields(ondemand::object &object)
    {
        m_scan.emptyObject = true;
        for (auto entry : object) {
            m_scan.emptyObject = false;
            std::string_view key;
            ondemand::value value;
            if (entry.unescaped_key().get(key) || entry.value().get(value))
                return false;
            if (key == "model"            ? !readModel(value)
                : key == "stream"         ? !readStream(value)
                : key == "stream_options" ? !readStreamOptions(value)
                : key == "user"           ? !readUser(value)
                                          : false)
                return false;
        }
        return true;
    }

    RequestScan::Span span(std::string_view token) const
    {
        const auto begin = static_cast<size_t>(token.data() - m_base);
        size_t size = token.size();
        while (size > 0 && (token[size - 1] == ' ' || token[size - 1] == '\n' || token[size - 1] == '\r' ||
                            token[size - 1] == '\t'))
            --size;
        return {begin, begin + size};
    }

    bool refuse(std::string code, std::string message)
    {
        m_error = fieldError(std::move(code), std::move(message));
        return false;
    }

    bool refuseRepeated(std::string_view name)
    {
        return refuse("field_repeated", "The field '" + std::string(name) + "' stands more than once in the request.");
    }

    bool readModel(ondemand::value value)
    {
        if (m_scan.modelToken.present())
            return refuseRepeated("model");
        const std::string_view token = value.raw_json_token();
        std::string_view text;
        if (value.get_string().get(text))
            return refuse("field_type", "The field 'model' must be a string.");
        m_scan.model = text;
        m_scan.modelToken = span(token);
        return true;
    }

    bool readStream(ondemand::value value)
    {
        if (m_seenStream)
            return refuseRepeated("stream");
        m_seenStream = true;
        if (value.is_null())
            return true;
        m_scan.streamPresent = true;
        bool stream = false;
        if (value.get_bool().get(stream))
            return refuse("field_type", "The field 'stream' must be true or false.");
        m_scan.stream = stream;
        return true;
    }

    bool readUser(ondemand::value value)
    {
        std::string_view text;
        if (!value.get_string().get(text))
            m_scan.user = text;
        return true;
    }

    bool readStreamOptions(ondemand::value value)
    {
        if (m_scan.streamOptions.present())
            return refuseRepeated("stream_options");
        ondemand::json_type type;
        if (value.type().get(type))
            return false;
        if (type != ondemand::json_type::object) {
            m_scan.streamOptions = span(value.raw_json_token());
            return true;
        }
        ondemand::object options;
        std::string_view raw;
        if (value.get_object().get(options) || options.raw_json().get(raw))
            return false;
        m_scan.streamOptions = span(raw);
        m_scan.streamOptionsIsObject = true;
        m_scan.streamOptionsIsEmpty = true;
        if (options.reset().error())
            return false;
        for (auto entry : options) {
            m_scan.streamOptionsIsEmpty = false;
            std::string_view key;
            ondemand::value option;
            if (entry.unescaped_key().get(key) || entry.value().get(option))
                return false;
            if (key != "include_usage")
                continue;
            m_scan.includeUsageToken = span(option.raw_json_token());
            bool wanted = false;
            if (!option.get_bool().get(wanted))
                m_scan.includeUsage = wanted;
        }
        return true;
    }

    std::string_view m_body;
    const char *m_base = nullptr;
    RequestScan m_scan;
    Error m_error;
    bool m_seenStream = false;
};

struct Edit {
    size_t begin;
    size_t end;
    std::string text;
};

Edit usageEdit(const RequestScan &scan)
{
    if (scan.includeUsageToken.present())
        return {scan.includeUsageToken.begin, scan.includeUsageToken.end, "true"};
    if (scan.streamOptionsIsObject) {
        const size_t inside = scan.streamOptions.begin + 1;
        return {inside, inside, scan.streamOptionsIsEmpty ? "\"include_usage\":true" : "\"include_usage\":true,"};
    }
    if (scan.streamOptions.present())
        return {scan.streamOptions.begin, scan.streamOptions.end, "{\"include_usage\":true}"};
    return {scan.closingBrace, scan.closingBrace,
            std::string(scan.emptyObject ? "" : ",") + "\"stream_options\":{\"include_usage\":true}"};
}

} // namespace

Result<RequestScan> scanRequest(std::string_view body)
{
    return Scanner(body).run();
}

std::string spliceRequest(std::string_view body, const RequestScan &scan, std::string_view model, bool askForUsage)
{
    std::vector<Edit> edits;
    if (scan.modelToken.present() && model != scan.model)
        edits.push_back(
            {scan.modelToken.begin, scan.modelToken.end, boost::json::serialize(boost::json::string(model))});
    if (askForUsage && scan.stream && !scan.includeUsage)
        edits.push_back(usageEdit(scan));
    std::sort(edits.begin(), edits.end(), [](const Edit &a, const Edit &b) { return a.begin < b.begin; });

    std::string out;
    out.reserve(body.size() + 64);
    size_t at = 0;
    for (const Edit &edit : edits) {
        out.append(body.substr(at, edit.begin - at)).append(edit.text);
        at = edit.end;
    }
    return out.append(body.substr(at));
}

} // namespace signalbox::openai_chat
