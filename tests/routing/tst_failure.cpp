// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/failure.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

using enum FailureClass;

struct Said {
    const char *name;
    int status;
    const char *code;
    const char *type;
    const char *message;
    FailureClass expected;
};

constexpr Said replies[] = {
    // Out of credit, in all its statuses.
    {"OpenAI", 429, "insufficient_quota", "insufficient_quota",
     "You exceeded your current quota, please check your plan and billing details.", Quota},
    {"OpenAI, hard limit", 400, "billing_hard_limit_reached", "invalid_request_error",
     "Billing hard limit has been reached", Quota},
    {"OpenAI, not active", 429, "billing_not_active", "", "Your account is not active, please check your billing.",
     Quota},
    {"Anthropic", 400, "invalid_request_error", "",
     "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.", Quota},
    {"Anthropic, own limit", 400, "invalid_request_error", "",
     "You have reached your specified API usage limits. You will regain access on 2026-12-01.", Quota},
    {"Anthropic, 402", 402, "billing_error", "", "Payment required", Quota},
    {"DeepSeek", 402, "invalid_request_error", "unknown_error", "Insufficient Balance", Quota},
    {"Moonshot", 429, "exceeded_current_quota_error", "", "Your account is suspended, please check your plan", Quota},
    {"Qwen", 400, "Arrearage", "", "Access denied, please make sure your account is in good standing.", Quota},
    {"OpenRouter", 402, "402", "", "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
     Quota},
    {"OpenRouter, nothing left", 402, "402", "",
     "You requested up to 32000 tokens, but can only afford 0. To increase, visit …", Quota},
    {"OpenRouter, key limit", 403, "403", "", "Key limit exceeded (monthly limit).", Quota},
    {"xAI", 403, "", "", "Your newly created team doesn't have any credits yet.", Quota},
    {"xAI, limit", 429, "", "",
     "Your team has either used all available credits or reached its monthly spending limit.", Quota},
    {"Perplexity", 401, "insufficient_quota", "", "You exceeded your current quota", Quota},
    {"Z.ai", 429, "1113", "", "Insufficient balance or no resource package. Please recharge.", Quota},
    {"Fireworks", 412, "", "", "Account is suspended, possibly due to reaching the monthly spending limit", Quota},
    {"SiliconFlow", 403, "30001", "", "Sorry, your account balance is insufficient", Quota},
    {"Novita", 403, "NOT_ENOUGH_BALANCE", "", "not enough balance", Quota},
    {"Volcengine", 403, "AccountOverdueError", "", "the account has an overdue balance", Quota},
    {"one-api", 403, "insufficient_user_quota", "", "\xe7\x94\xa8\xe6\x88\xb7\xe9\xa2\x9d\xe5\xba\xa6", Quota},
    {"LiteLLM", 400, "400", "budget_exceeded", "Budget has been exceeded! Current cost: 1.2", Quota},
    {"Gemini, prepaid", 429, "RESOURCE_EXHAUSTED", "", "Your prepayment credits are depleted.", Quota},
    {"Vertex", 403, "PERMISSION_DENIED", "", "This API method requires billing to be enabled.", Quota},
    {"by its status", 402, "", "", "", Quota},

    // Throttles, also those that sound like the above.
    {"429", 429, "", "", "", RateLimited},
    {"OpenAI, rate", 429, "rate_limit_exceeded", "tokens", "Rate limit reached for gpt-5 on tokens per min",
     RateLimited},
    {"Gemini, per day", 429, "RESOURCE_EXHAUSTED", "",
     "You exceeded your current quota, please check your plan and billing details. For more information …",
     RateLimited},
    {"Gemini, compatible mode", 429, "429", "",
     "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
     "head to: https://ai.google.dev/gemini-api/docs/rate-limits.",
     RateLimited},
    {"Qwen, rate", 429, "insufficient_quota", "", "Allocated quota exceeded, please increase your quota limit.",
     RateLimited},
    {"Bedrock", 400, "ThrottlingException", "", "Too many requests", RateLimited},
    {"Anthropic, rate", 429, "rate_limit_error", "", "This request would exceed your account's rate limit.",
     RateLimited},

    // Keys.
    {"401", 401, "", "", "", Credential},
    {"403", 403, "", "", "", Credential},
    {"Gemini, key", 400, "API_KEY_INVALID", "", "API key not valid. Please pass a valid API key.", Credential},
    {"Gemini, key, compatible mode", 400, "400", "", "API key not valid. Please pass a valid API key.", Credential},
    {"Gemini, expired", 400, "INVALID_ARGUMENT", "", "API key expired. Please renew the API key.", Credential},
    {"Gemini, country", 400, "FAILED_PRECONDITION", "", "User location is not supported for the API use.", Credential},
    {"xAI, key", 400, "", "", "Incorrect API key provided: ***. You can obtain one from https://console.x.ai.",
     Credential},
    {"OpenAI, key", 401, "invalid_api_key", "invalid_request_error", "Incorrect API key provided", Credential},
    {"Anthropic, disabled", 400, "invalid_request_error", "", "This organization has been disabled.", Credential},
    {"Bedrock, expired", 403, "ExpiredTokenException", "", "The security token is expired", Credential},

    // One model or size only: the key is good for others.
    {"OpenAI, project", 403, "model_not_found", "", "Project `p` does not have access to model `o5`", Unsuitable},
    {"Groq, project", 403, "model_permission_blocked_project", "", "The model is blocked", Unsuitable},
    {"Bedrock, model", 403, "AccessDeniedException", "",
     "You don't have access to the model with the specified model ID.", Unsuitable},
    {"Anthropic, resource", 403, "permission_error", "",
     "Your API key does not have permission to use the specified resource.", Unsuitable},
    {"LiteLLM, model", 401, "401", "key_model_access_denied", "key not allowed to access model", Unsuitable},
    {"Qwen, free tier of a model", 403, "AllocationQuota.FreeTierOnly", "", "The free tier of the model …", Unsuitable},
    {"OpenRouter, too many tokens", 402, "402", "",
     "This request requires more credits, or fewer max_tokens. You requested up to 225702 tokens, but can only afford "
     "92985.",
     Unsuitable},
    {"Groq, larger than a minute", 413, "rate_limit_exceeded", "tokens",
     "Request too large for model `llama` on tokens per minute (TPM): Limit 6000, Requested 7000", Unsuitable},
    {"OpenAI, larger than a minute", 429, "rate_limit_exceeded", "tokens",
     "Request too large for gpt-5 on tokens per min (TPM): Limit 10000, Requested 20000", Unsuitable},

    // Busy.
    {"Anthropic, busy", 529, "overloaded_error", "", "Overloaded", Overloaded},
    {"Anthropic, busy, in a stream", 200, "overloaded_error", "", "Overloaded", Overloaded},
    {"Gemini, busy", 503, "UNAVAILABLE", "", "The model is overloaded. Please try again later.", Overloaded},
    {"Gemini, busy, as 500", 500, "500", "", "The model is overloaded. Please try again later.", Overloaded},
    {"Moonshot, busy", 429, "engine_overloaded_error", "", "The engine is currently overloaded", Overloaded},
    {"Volcengine, busy", 429, "ServerOverloaded", "", "The service is currently unable", Overloaded},
    {"Groq, no room", 498, "", "", "", Overloaded},
    {"503", 503, "", "", "", Overloaded},

    // Theirs.
    {"500", 500, "", "", "", Server},
    {"502", 502, "", "", "<html>", Server},
    {"504", 504, "", "", "", Server},
    {"520", 520, "", "", "", Server},
    {"TGI", 424, "", "", "Generation error", Server},
    {"Google gave up", 499, "CANCELLED", "", "The operation was cancelled.", Server},
    {"a stream's error", 200, "server_error", "", "An error occurred", Server},
    {"a stream's throttle", 200, "rate_limit_error", "", "Slow down", RateLimited},
    {"a stream's refusal", 200, "invalid_request_error", "", "too long", Client},
    {"408", 408, "", "", "", RequestTimeout},
    {"409", 409, "", "", "", Conflict},

    // The client's own: never another's fault.
    {"400", 400, "", "", "", Client},
    {"404", 404, "", "", "", Client},
    {"404, model", 404, "model_not_found", "invalid_request_error", "The model `x` does not exist", Client},
    {"413", 413, "", "", "", Client},
    {"415", 415, "", "", "", Client},
    {"422", 422, "", "", "", Client},
    {"context", 400, "context_length_exceeded", "invalid_request_error",
     "This model's maximum context length is 8192 tokens.", Client},
    {"context at Anthropic", 400, "invalid_request_error", "", "prompt is too long: 210000 tokens > 200000 maximum",
     Client},
    {"context as 429", 429, "", "", "maximum context length is 8192 tokens", Client},
    {"filtered", 400, "content_filter", "", "The response was filtered", Client},
    {"filtered with 403", 403, "403", "", "Your chosen model requires moderation and your input was flagged", Client},
    {"filtered at xAI", 403, "", "", "Content violates usage guidelines.", Client},
    {"Qwen, filtered", 400, "DataInspectionFailed", "", "Input data may contain inappropriate content.", Client},
    {"quotes the words", 404, "", "", "No such file: insufficient balance.txt", Client},
    {"a busy word in a mistake", 400, "", "", "Invalid value: 'the server is overloaded'", Client},
};

} // namespace

class TestFailure final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void repliesAreUnderstood_data()
    {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < std::size(replies); ++i)
            QTest::newRow(replies[i].name) << static_cast<int>(i);
    }

    void repliesAreUnderstood()
    {
        QFETCH(int, index);
        const Said &said = replies[index];
        const FailureClass told = classifyReply(said.status, said.code, said.type, said.message);
        QVERIFY2(told == said.expected, failureName(told));
        // Which of the two members holds the word does not matter, and neither does its case.
        QCOMPARE(classifyReply(said.status, said.type, said.code, said.message), said.expected);
        const QByteArray upper = QByteArray(said.message).toUpper();
        QCOMPARE(classifyReply(said.status, said.code, said.type, upper.constData()), said.expected);
    }

    void names()
    {
        QCOMPARE(failureName(FailureClass::Server), "5xx");
        for (const char *word :
             {"connect", "timeout", "408", "409", "429", "quota", "credential", "overloaded", "5xx"}) {
            const auto set = failuresNamed(word);
            QVERIFY2(set && *set != FailureSet{}, word);
        }
        for (const char *word : {"none", "client", "aborted", "unsuitable", "500", ""})
            QVERIFY2(!failuresNamed(word), word);
    }

    void longMessagesAreCut()
    {
        // What a client wrote may be quoted far behind the provider's own words.
        const std::string message = "Invalid request: " + std::string(5000, 'x') + " insufficient balance";
        QCOMPARE(classifyReply(400, {}, {}, message), FailureClass::Client);
    }
};

QTEST_APPLESS_MAIN(TestFailure)
#include "tst_failure.moc"
