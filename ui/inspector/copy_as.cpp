// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/copy_as.h"

#include "core/dialect/dialect.h"
#include "core/ledger/request_details.h"

#include <boost/json.hpp>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

namespace json = boost::json;

// Inside single quotes a shell reads nothing but the closing quote.
QString shellQuoted(QString text)
{
    return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
}

// Layout only: the text between the tokens changes, the tokens never do, so numbers keep all their digits.
std::string indented(std::string_view text)
{
    std::string out;
    int depth = 0;
    bool inString = false;
    const auto line = [&] { out.append("\n").append(size_t(std::max(depth, 0)) * 2, ' '); };
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            out += c;
            if (c == '\\' && i + 1 < text.size())
                out += text[++i];
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
            out += c;
        } else if (c == '{' || c == '[') {
            out += c;
            const size_t next = text.find_first_not_of(" \t\r\n", i + 1);
            if (next != std::string_view::npos && (text[next] == '}' || text[next] == ']')) {
                out += text[next];
                i = next;
                continue;
            }
            ++depth;
            line();
        } else if (c == '}' || c == ']') {
            --depth;
            line();
            out += c;
        } else if (c == ',') {
            out += c;
            line();
        } else if (c == ':') {
            out += ": ";
        } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            out += c;
        }
    }
    return out;
}

template<class T>
json::value maybe(const std::optional<T> &value)
{
    return value ? json::value(*value) : json::value(nullptr);
}

json::object usageJson(const TokenUsage &usage)
{
    return {{"input", maybe(usage.input)},
            {"cached_input", maybe(usage.cachedInput)},
            {"cache_write", maybe(usage.cacheWrite)},
            {"output", maybe(usage.output)},
            {"reasoning", maybe(usage.reasoning)}};
}

json::array attemptsJson(const RequestRecord &record)
{
    json::array list;
    for (const AttemptRecord &attempt : record.attempts)
        list.push_back(json::object{{"n", attempt.n},
                                    {"provider", attempt.provider},
                                    {"model", attempt.model},
                                    {"credential", attempt.credential},
                                    {"status", attempt.status},
                                    {"error_class", attempt.errorClass},
                                    {"started_at", attempt.startedAtMs},
                                    {"connect_ms", maybe(attempt.connectMs)},
                                    {"ttfb_ms", maybe(attempt.ttfbMs)},
                                    {"duration_ms", attempt.durationMs},
                                    {"tokens", usageJson(attempt.usage)},
                                    {"cost_nanousd", maybe(attempt.cost.nanoUsd)},
                                    {"cost_state", costStateName(attempt.cost.state)}});
    return list;
}

json::array lossesJson(const RequestRecord &record)
{
    json::array list;
    for (const LossRecord &loss : record.losses)
        list.push_back(
            {{"pointer", loss.pointer}, {"kind", loss.kind}, {"reason", loss.reason}, {"reply", loss.reply}});
    return list;
}

} // namespace

const StoredBody *keptBody(const RequestRecord &record, StoredBody::Kind kind)
{
    const auto found = std::find_if(record.bodies.begin(), record.bodies.end(),
                                    [kind](const StoredBody &body) { return body.kind == kind; });
    return found == record.bodies.end() ? nullptr : &*found;
}

QString prettyJson(const std::string &bytes)
{
    boost::system::error_code problem;
    json::stream_parser parser;
    parser.write(bytes, problem);
    if (!problem)
        parser.finish(problem);
    return QString::fromStdString(problem ? bytes : indented(bytes));
}

QString requestPath(const RequestRecord &record)
{
    if (const auto kept = detailsOf(record); kept && !kept->path.empty())
        return QString::fromStdString(kept->path);
    switch (dialectFromName(record.dialect).value_or(Dialect::OpenAiChat)) {
    case Dialect::OpenAiResponses:
        return u"/v1/responses"_s;
    case Dialect::Anthropic:
        return u"/v1/messages"_s;
    case Dialect::Gemini:
        return u"/v1beta/models/"_s + QString::fromStdString(record.requestedModel) +
               (record.stream ? u":streamGenerateContent?alt=sse"_s : u":generateContent"_s);
    case Dialect::Ollama:
        return u"/api/chat"_s;
    case Dialect::OpenAiChat:
        break;
    }
    return u"/v1/chat/completions"_s;
}

QString copyAsCurl(const RequestRecord &record, const QString &gatewayUrl)
{
    QString text = u"curl "_s + shellQuoted(gatewayUrl + requestPath(record));
    text += u" \\\n  -H \"Authorization: Bearer $SIGNALBOX_API_KEY\""_s;
    text += u" \\\n  -H 'Content-Type: application/json'"_s;
    if (record.dialect == "anthropic")
        text += u" \\\n  -H 'anthropic-version: 2023-06-01'"_s;
    const StoredBody *body = keptBody(record, StoredBody::Kind::ClientRequest);
    if (body && !body->cut)
        text += u" \\\n  --data-raw "_s + shellQuoted(QString::fromStdString(body->bytes));
    return text;
}

std::string requestJson(const RequestRecord &record)
{
    const json::object object{{"id", record.id},
                              {"started_at", record.startedAtMs},
                              {"project", record.project},
                              {"client", record.client},
                              {"dialect", record.dialect},
                              {"route", record.route},
                              {"requested_model", record.requestedModel},
                              {"provider", record.provider},
                              {"model", record.model},
                              {"credential", record.credential},
                              {"status", record.status},
                              {"error", record.error},
                              {"stream", record.stream},
                              {"cache", record.cache},
                              {"ttft_ms", maybe(record.ttftMs)},
                              {"duration_ms", record.durationMs},
                              {"overhead_us", record.overheadUs},
                              {"losses", lossesJson(record)},
                              {"tokens", usageJson(record.usage)},
                              {"cost_nanousd", maybe(record.cost.nanoUsd)},
                              {"cost_state", costStateName(record.cost.state)},
                              {"price_id", record.cost.priceId},
                              {"trace_id", record.traceId},
                              {"session", record.session},
                              {"user", record.user},
                              {"tag", record.tag},
                              {"attempts", attemptsJson(record)}};
    return json::serialize(object);
}

QString copyAsJson(const RequestRecord &record)
{
    return prettyJson(requestJson(record));
}

} // namespace signalbox
