// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/authenticator.h"

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
        const QByteArray bytes = QByteArray::fromHex(QByteArray::fromStdString(client.keySha256));
        Known known;
        if (bytes.size() != static_cast<qsizetype>(known.digest.size()))
            continue;
        std::copy(bytes.begin(), bytes.end(), known.digest.begin());
        known.caller = {client.id, client.project, client.user, client.admin};
        m_known.push_back(std::move(known));
    }
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

Result<Caller> Authenticator::authenticate(const HttpRequestHead &head) const
{
    const std::string key = keyOf(head);
    const Caller *found = nullptr;
    if (!key.empty()) {
        const Digest digest = sha256(key);
        // No early exit: how long it takes must not tell which client, or whether any, came close.
        for (const Known &known : m_known) {
            if (CRYPTO_memcmp(known.digest.data(), digest.data(), digest.size()) == 0)
                found = &known.caller;
        }
    }
    if (found)
        return *found;
    if (m_mode == AuthMode::None)
        return Caller{"anonymous", "default", {}, false};
    if (key.empty())
        return Error{"invalid_api_key", "This gateway needs a client key: send it as 'Authorization: Bearer KEY'.",
                     401};
    return Error{"invalid_api_key",
                 "The client key is not known to this gateway. Provider keys do not work here: use a key made under "
                 "Settings, Client keys.",
                 401};
}

} // namespace signalbox
