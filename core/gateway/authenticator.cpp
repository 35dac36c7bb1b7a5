// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/authenticator.h"

#include "core/config/instant.h"

#include <QtCore/QByteArray>
#include <QtCore/QtGlobal>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace signalbox {

namespace {

std::string percentDecoded(std::string_view text)
{
    return QByteArray::fromPercentEncoding(QByteArray(text.data(), static_cast<qsizetype>(text.size()))).toStdString();
}

std::string_view queryValue(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
    }
    return {};
}

} // namespace

Authenticator::Digest Authenticator::sha256(std::string_view key)
{
    // OpenSSL 3 looks its algorithms up by name: once for the program and one context a thread, not for each request.
    static EVP_MD *const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                       &EVP_MD_CTX_free);
    Digest digest{};
    const bool hashed = context && EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                        EVP_DigestUpdate(context.get(), key.data(), key.size()) == 1 &&
                        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
    if (!hashed)
        qFatal("OpenSSL cannot compute SHA-256"); // a digest of zeros must never meet a client's
    return digest;
}

Authenticator::Authenticator(const Config &config) : m_mode(config.listen.auth)
{
    for (const ClientConfig &client : config.clients) {
        add(client, client.keySha256, {});
        if (!client.previousKeySha256.empty())
            add(client, client.previousKeySha256, client.previousValidUntilMs.value_or(0));
    }
}

void Authenticator::add(const ClientConfig &client, const std::string &sha256, std::optional<int64_t> graceEndsAtMs)
{
    const QByteArray bytes = QByteArray::fromHex(QByteArray::fromStdString(sha256));
    Known known;
    if (bytes.size() != static_cast<qsizetype>(known.digest.size()))
        return;
    std::copy(bytes.begin(), bytes.end(), known.digest.begin());
    known.caller = {client.id, client.project, client.user, client.admin, KeyLimits::of(client)};
    known.standing = client.revokedAtMs ? Standing::Revoked : client.disabled ? Standing::Disabled : Standing::Good;
    known.expiresAtMs = client.expiresAtMs;
    known.graceEndsAtMs = graceEndsAtMs;
    m_known.push_back(std::move(known));
}

std::optional<Error> Authenticator::refusal(const Known &known, int64_t nowMs)
{
    const std::string whose = "The key of client '" + known.caller.client + "' ";
    if (known.standing == Standing::Revoked)
        return Error{"key_revoked", "This client key was revoked. Ask whoever runs this gateway for a new one.", 401};
    if (known.graceEndsAtMs && nowMs >= *known.graceEndsAtMs)
        return Error{"key_replaced",
                     whose + "was replaced, and the old one worked until " + formatInstant(*known.graceEndsAtMs) +
                         ". Use the new key.",
                     401};
    if (known.standing == Standing::Disabled)
        return Error{"key_disabled", whose + "is switched off. Ask whoever runs this gateway to switch it on.", 401};
    if (known.expiresAtMs && nowMs >= *known.expiresAtMs)
        return Error{"key_expired",
                     whose + "expired at " + formatInstant(*known.expiresAtMs) +
                         ". Ask whoever runs this gateway for a new one.",
                     401};
    return std::nullopt;
}

std::string Authenticator::keyOf(const HttpRequestHead &head)
{
    const std::string_view authorization = head.headers.get("authorization");
    if (authorization.size() > 7 && headerNameEquals(authorization.substr(0, 7), "bearer "))
        return std::string(authorization.substr(authorization.find_first_not_of(' ', 7) == std::string_view::npos
                                                    ? authorization.size()
                                                    : authorization.find_first_not_of(' ', 7)));
    for (const char *name : {"x-api-key", "x-goog-api-key"}) {
        const std::string_view key = head.headers.get(name);
        if (!key.empty())
            return std::string(key);
    }
    return percentDecoded(queryValue(head.query(), "key"));
}

Result<Caller> Authenticator::authenticate(const HttpRequestHead &head, int64_t nowMs) const
{
    const std::string key = keyOf(head);
    const Known *found = nullptr;
    if (!key.empty()) {
        const Digest digest = sha256(key);
        // No early exit: how long it takes must not tell which client, or whether any, came close.
        for (const Known &known : m_known) {
            if (CRYPTO_memcmp(known.digest.data(), digest.data(), digest.size()) == 0)
                found = &known;
        }
    }
    if (found) {
        const bool unlimited =
            found->standing == Standing::Good && !found->expiresAtMs && !found->graceEndsAtMs; // nearly always
        if (unlimited)
            return found->caller;
        if (auto refused = refusal(*found, nowMs))
            return std::move(*refused);
        return found->caller;
    }
    if (m_mode == AuthMode::None)
        return Caller{"anonymous", "default", {}, false, {}};
    if (key.empty())
        return Error{"invalid_api_key", "This gateway needs a client key: send it as 'Authorization: Bearer KEY'.",
                     401};
    return Error{"invalid_api_key",
                 "The client key is not known to this gateway. Provider keys do not work here: use a key made under "
                 "Settings, Client keys.",
                 401};
}

} // namespace signalbox
