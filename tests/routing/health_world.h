// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/health_book.h"

#include <initializer_list>
#include <string>

namespace signalbox {

// A health book with a clock of its own, and attempts in one line.
class HealthWorld
{
public:
    explicit HealthWorld(uint64_t seed = 7) : book(seed) {}

    static ProviderConfig provider(const char *id, std::initializer_list<CredentialConfig> keys = {})
    {
        ProviderConfig config;
        config.id = id;
        config.baseUrl = std::string("http://") + id + "/v1";
        config.credentials = keys;
        return config;
    }
    static CredentialConfig key(const char *id, double weight = 1) { return {id, std::string("env:") + id, weight}; }
    static AttemptResult result(FailureClass failure, double durationMs = 100)
    {
        AttemptResult made;
        made.failure = failure;
        made.durationMs = durationMs;
        return made;
    }

    void apply() { book.configure(config); }
    void pass(double seconds) { now += static_cast<int64_t>(seconds * 1e9); }
    double inSeconds(int64_t untilNs) const { return static_cast<double>(untilNs - now) / 1e9; }

    // Begins now; the clock goes on for as long as it took.
    void attempt(AttemptKey key, const AttemptResult &ending)
    {
        AttemptResult told = ending;
        told.ticket = book.began(key, now);
        pass(ending.durationMs / 1e3);
        book.ended(key, told, now);
    }
    void attempts(int count, AttemptKey key, FailureClass failure)
    {
        for (int i = 0; i < count; ++i)
            attempt(key, result(failure));
    }
    Availability at(const char *provider, const char *model) { return book.availability(provider, model, now); }
    std::string pick(const char *provider, std::initializer_list<std::string> tried = {}, const char *preferred = "")
    {
        const std::vector<std::string> list(tried);
        return book.pickCredential(provider, list, preferred, now).value_or("none");
    }
    HealthBook::CredentialRow row(const char *provider, const char *credential)
    {
        for (const auto &providerRow : book.providerRows(now)) {
            for (const auto &credentialRow : providerRow.credentials) {
                if (providerRow.id == provider && credentialRow.id == credential)
                    return credentialRow;
            }
        }
        return {};
    }

    HealthBook book;
    Config config;
    int64_t now = 1'000'000'000;
};

} // namespace signalbox
