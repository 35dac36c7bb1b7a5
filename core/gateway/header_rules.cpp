// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/header_rules.h"

#include "core/base/redact.h"
#include "core/config/presets.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

constexpr std::string_view hopHeader = "x-signalbox-hop";

constexpr std::array<std::string_view, 10> hopByHop = {
    "connection",        "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",    "content-length"};

// Names of the caller, of its account at one provider, or of the way here: not the next provider's business.
constexpr std::array<std::string_view, 14> keptFromProvider = {"host",
                                                               "expect",
                                                               "origin",
                                                               "referer",
                                                               "forwarded",
                                                               "via",
                                                               "openai-organization",
                                                               "openai-project",
                                                               "dnt",
                                                               "traceparent",
                                                               "tracestate",
                                                               "accept-encoding",
                                                               "anthropic-organization",
                                                               "x-real-ip"};

constexpr std::array<std::string_view, 8> keptFromClient = {
    "set-cookie", "alt-svc", "strict-transport-security", "date", "server", "nel", "report-to", "retry-after"};

template<size_t N>
bool isOneOf(const std::array<std::string_view, N> &names, std::string_view name)
{
    return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return headerNameEquals(n, name); });
}

bool hasPrefix(std::string_view name, std::string_view prefix)
{
    return name.size() >= prefix.size() && headerNameEquals(name.substr(0, prefix.size()), prefix);
}

// `Connection: close, X-Foo` makes X-Foo hop-by-hop (RFC 9110 section 7.6.1).
bool namedByConnection(std::string_view connection, std::string_view name)
{
    while (!connection.empty()) {
        std::string_view item = connection.substr(0, connection.find(','));
        connection.remove_prefix(std::min(connection.size(), item.size() + 1));
        while (!item.empty() && item.front() == ' ')
            item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ')
            item.remove_suffix(1);
        if (headerNameEquals(item, name))
            return true;
    }
    return false;
}

constexpr std::array<std::string_view, 3> commonAndHarmless = {"content-type", "accept", "user-agent"};

bool mayGoUpstream(std::string_view name, std::string_view connection)
{
    if (isOneOf(commonAndHarmless, name))
        return connection.empty() || !namedByConnection(connection, name);
    if (isOneOf(hopByHop, name) || isOneOf(keptFromProvider, name) || hasPrefix(name, "x-signalbox-") ||
        hasPrefix(name, "x-forwarded-") || hasPrefix(name, "sec-") || hasPrefix(name, "access-control-"))
        return false;
    if (isSensitiveHeader(name) && !headerNameEquals(name, "idempotency-key"))
        return false;
    return connection.empty() || !namedByConnection(connection, name);
}

std::optional<double> number(std::string_view text)
{
    double value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size() || !(value >= 0) || value > 1e9)
        return std::nullopt;
    return value;
}

// Betas, versions and session marks of one vendor mean nothing to another, or worse.
constexpr std::array<std::string_view, 10> dialectPrefixes = {"anthropic-", "openai-",     "x-goog-", "x-stainless-",
                                                              "x-claude-",  "x-codex-",    "x-app",   "x-openai-",
                                                              "x-gemini-",  "x-anthropic-"};

bool belongsToDialect(std::string_view name)
{
    return std::any_of(dialectPrefixes.begin(), dialectPrefixes.end(),
                       [&](std::string_view prefix) { return hasPrefix(name, prefix); });
}

// DESIGN leaves the header to the dialect; presets and the config may say otherwise. Servers that speak Anthropic's API
// without being Anthropic take either form, by their documents, so they are told both.
void addKey(HeaderList &out, const UpstreamTarget &target)
{
    if (target.secret.empty())
        return;
    const Preset *preset = findPreset(target.provider.preset);
    const std::string usual = preset ? preset->auth : std::string();
    std::string_view form = target.provider.auth;
    if (form.empty() && (usual == "api-key" || usual == "x-portkey-api-key"))
        form = usual;
    if (form.empty() && target.dialect == Dialect::Anthropic) {
        out.add("x-api-key", target.secret);
        form = usual == "bearer" ? "bearer" : "none";
    }
    if (form.empty() && target.dialect == Dialect::Gemini && usual != "bearer")
        form = "x-goog-api-key";
    if (form.empty() || form == "bearer")
        out.add("authorization", "Bearer " + std::string(target.secret));
    else if (form != "none")
        out.add(form, target.secret);
}

} // namespace

HeaderList upstreamHeaders(const HttpRequestHead &client, const UpstreamTarget &target)
{
    const ProviderConfig &provider = target.provider;
    HeaderList out;
    const std::string_view connection = client.headers.get("connection");
    for (size_t i = 0; i < client.headers.size(); ++i) {
        const auto [name, value] = client.headers[i];
        const bool replaced = std::any_of(provider.headers.begin(), provider.headers.end(),
                                          [&, n = name](const auto &own) { return headerNameEquals(own.first, n); });
        if (!replaced && mayGoUpstream(name, connection) && !(target.translated && belongsToDialect(name)))
            out.add(name, value);
    }
    for (const auto &[name, value] : provider.headers)
        out.add(name, value);
    addKey(out, target);
    const std::string_view encoding = client.headers.get("accept-encoding");
    if (target.identity || encoding.empty())
        out.add("accept-encoding", "identity");
    else
        out.add("accept-encoding", encoding);
    out.add(hopHeader, std::to_string(target.hops + 1));
    return out;
}

void appendClientHeaders(HeaderList &out, const HttpResponseHead &provider, int64_t nowMs)
{
    const std::string_view connection = provider.headers.get("connection");
    for (size_t i = 0; i < provider.headers.size(); ++i) {
        const auto [name, value] = provider.headers[i];
        if (isOneOf(hopByHop, name) || isOneOf(keptFromClient, name) || hasPrefix(name, "access-control-") ||
            hasPrefix(name, "x-signalbox-") || (!connection.empty() && namedByConnection(connection, name)))
            continue;
        out.add(name, value);
    }
    if (const auto wait = retryAfterMs(provider.headers, nowMs))
        out.add("retry-after", std::to_string((*wait + 999) / 1000));
}

HttpResponseHead translatedHead(const HttpResponseHead &provider, std::string_view contentType)
{
    HttpResponseHead head;
    head.status = provider.status;
    head.headers.add("content-type", contentType);
    for (size_t i = 0; i < provider.headers.size(); ++i) {
        const auto [name, value] = provider.headers[i];
        if (hasPrefix(name, "x-ratelimit-") || hasPrefix(name, "anthropic-ratelimit-") ||
            hasPrefix(name, "retry-after"))
            head.headers.add(name, value);
    }
    return head;
}

std::vector<std::pair<std::string, std::string>> keptHeaders(const HeaderList &headers,
                                                             std::span<const std::string> secrets)
{
    std::vector<std::pair<std::string, std::string>> kept;
    for (size_t i = 0; i < headers.size(); ++i) {
        const auto [name, value] = headers[i];
        kept.emplace_back(name, isSensitiveHeader(name) ? std::string("[redacted]") : redactSecrets(value, secrets));
    }
    return kept;
}

bool headerValueBegins(std::string_view value, std::string_view beginning)
{
    return headerNameEquals(value.substr(0, beginning.size()), beginning);
}

bool tellsLimits(const HeaderList &headers)
{
    for (size_t i = 0; i < headers.size(); ++i) {
        const std::string_view name = headers[i].name;
        if (headerValueBegins(name, "x-ratelimit-") || headerValueBegins(name, "anthropic-ratelimit-") ||
            headerValueBegins(name, "x-tokenlimit-"))
            return true;
    }
    return false;
}

std::optional<int64_t> retryAfterMs(const HeaderList &headers, int64_t nowMs)
{
    if (const auto ms = number(headers.get("retry-after-ms")))
        return std::llround(*ms);
    const std::string_view text = headers.get("retry-after");
    if (text.empty())
        return std::nullopt;
    if (const auto seconds = number(text))
        return std::llround(*seconds * 1000);
    const QString date = QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
    QDateTime when = QLocale::c().toDateTime(date, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!when.isValid())
        return std::nullopt;
    when.setTimeSpec(Qt::UTC);
    return std::max<int64_t>(0, when.toMSecsSinceEpoch() - nowMs);
}

int hopsOf(const HttpRequestHead &head)
{
    return static_cast<int>(number(head.headers.get(hopHeader)).value_or(0));
}

} // namespace signalbox
