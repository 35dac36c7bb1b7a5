// SPDX-License-Identifier: GPL-3.0-or-later
// The vendors' own words. Each row names whose they are; the texts come from their error references and from replies
// that their users published. Statuses are part of a row, so that words quoted from a request never count as the
// provider's own verdict on its key.
#include "core/routing/failure_phrases.h"

#include <algorithm>
#include <array>
#include <string>

namespace signalbox {

namespace {

enum On : uint8_t {
    Bad = 1,       // 400, 412, 413, 422
    Key = 2,       // 401, 403
    Pay = 4,       // 402
    Throttle = 8,  // 429
    Fault = 16,    // 5xx
    Streamed = 32, // inside a reply that began well
    Refused = Bad | Key | Pay | Throttle | Fault | Streamed,
};

enum class In : uint8_t { Word, Message }; // Word: code or type as a whole; Message: somewhere in it

struct Rule {
    uint8_t on;
    In in;
    std::string_view text; // lower case
    FailureClass meaning;
};

// The first that fits wins.
constexpr std::array rules{
    // The request itself: longer than the model takes, or against the rules of use.
    Rule{Refused, In::Word, "context_length_exceeded", FailureClass::Client},          // OpenAI, Groq, OpenRouter
    Rule{Refused, In::Word, "string_above_max_length", FailureClass::Client},          // OpenAI
    Rule{Bad | Throttle, In::Message, "maximum context length", FailureClass::Client}, // OpenAI, vLLM, DeepSeek
    Rule{Bad | Throttle, In::Message, "prompt is too long", FailureClass::Client},     // Anthropic
    Rule{Refused, In::Word, "content_filter", FailureClass::Client},                   // Azure, Moonshot
    Rule{Refused, In::Word, "content_policy_violation", FailureClass::Client},         // OpenAI
    Rule{Refused, In::Word, "moderation_blocked", FailureClass::Client},               // OpenAI images
    Rule{Refused, In::Word, "datainspectionfailed", FailureClass::Client},             // Qwen
    Rule{Refused, In::Word, "data_inspection_failed", FailureClass::Client},           // Qwen, compatible mode
    Rule{Key, In::Message, "violates usage guidelines", FailureClass::Client},         // xAI 403
    Rule{Key, In::Message, "input was flagged", FailureClass::Client},                 // OpenRouter 403
    Rule{Streamed, In::Word, "invalid_request_error", FailureClass::Client},           // OpenAI, Anthropic

    // Too much for this account at once, whatever one waits: others may take it, and smaller ones pass here.
    Rule{Bad | Throttle, In::Message, "request too large for", FailureClass::Unsuitable},      // OpenAI 429, Groq 413
    Rule{Bad | Throttle, In::Message, "required for long context", FailureClass::Unsuitable},  // Anthropic 429
    Rule{Pay, In::Message, "can only afford 0.", FailureClass::Quota},                         // OpenRouter
    Rule{Pay, In::Message, "can only afford", FailureClass::Unsuitable},                       // OpenRouter
    Rule{Pay, In::Message, "prompt tokens limit exceeded", FailureClass::Unsuitable},          // OpenRouter
    Rule{Pay, In::Message, "more credits are required to run this", FailureClass::Unsuitable}, // OpenRouter

    // The key is good, this model is not for it.
    Rule{Key, In::Word, "model_not_found", FailureClass::Unsuitable},                  // OpenAI 403
    Rule{Key, In::Word, "model_not_allowed", FailureClass::Unsuitable},                // gateways
    Rule{Key, In::Word, "model_permission_blocked_org", FailureClass::Unsuitable},     // Groq 403
    Rule{Key, In::Word, "model_permission_blocked_project", FailureClass::Unsuitable}, // Groq 403
    Rule{Key, In::Word, "model.accessdenied", FailureClass::Unsuitable},               // Qwen 403
    Rule{Key, In::Word, "accessdenied.unpurchased", FailureClass::Unsuitable},         // Qwen 403
    Rule{Key, In::Word, "allocationquota.freetieronly", FailureClass::Unsuitable},     // Qwen 403, a model at a time
    Rule{Key, In::Word, "key_model_access_denied", FailureClass::Unsuitable},          // LiteLLM 401, 403
    Rule{Key, In::Word, "team_model_access_denied", FailureClass::Unsuitable},         // LiteLLM 401, 403
    Rule{Key | Bad, In::Message, "access to model", FailureClass::Unsuitable},         // OpenAI, Qwen
    Rule{Key | Bad, In::Message, "access to the model", FailureClass::Unsuitable},     // Bedrock, OpenAI
    Rule{Key, In::Message, "permission to use the specified resource", FailureClass::Unsuitable}, // Anthropic 403

    // Throttles that sound like spent credit. Gemini's text is OpenAI's, but its quotas fill again.
    Rule{Refused, In::Message, "prepayment credits are depleted", FailureClass::Quota},   // Gemini 429
    Rule{Refused, In::Message, "monthly spending cap", FailureClass::Quota},              // Gemini 429
    Rule{Throttle | Streamed, In::Word, "resource_exhausted", FailureClass::RateLimited}, // Gemini, per day as well
    Rule{Throttle, In::Message, "ai.google.dev/gemini-api", FailureClass::RateLimited},   // Gemini, compatible mode
    Rule{Throttle | Key, In::Message, "allocated quota exceeded",
         FailureClass::RateLimited},                                           // Qwen: a rate, not credit
    Rule{Refused, In::Word, "throttlingexception", FailureClass::RateLimited}, // Bedrock
    Rule{Bad | Throttle, In::Word, "servicequotaexceededexception", FailureClass::RateLimited}, // Bedrock

    // Out of credit.
    Rule{Refused, In::Word, "insufficient_quota", FailureClass::Quota},             // OpenAI 429, Perplexity 401
    Rule{Refused, In::Word, "billing_hard_limit_reached", FailureClass::Quota},     // OpenAI 400, 429
    Rule{Refused, In::Word, "billing_not_active", FailureClass::Quota},             // OpenAI 429
    Rule{Refused, In::Word, "billing_error", FailureClass::Quota},                  // Anthropic 402
    Rule{Refused, In::Word, "exceeded_current_quota_error", FailureClass::Quota},   // Moonshot 429
    Rule{Refused, In::Word, "arrearage", FailureClass::Quota},                      // Qwen 400
    Rule{Refused, In::Word, "accountoverdueerror", FailureClass::Quota},            // Volcengine 403
    Rule{Refused, In::Word, "insufficient_balance", FailureClass::Quota},           // resellers
    Rule{Refused, In::Word, "insufficient_credits", FailureClass::Quota},           // resellers
    Rule{Refused, In::Word, "insufficient_funds", FailureClass::Quota},             // Vercel
    Rule{Refused, In::Word, "insufficient_user_quota", FailureClass::Quota},        // one-api, new-api 403
    Rule{Refused, In::Word, "pre_consume_token_quota_failed", FailureClass::Quota}, // one-api, new-api 403
    Rule{Refused, In::Word, "not_enough_balance", FailureClass::Quota},             // Novita 403
    Rule{Refused, In::Word, "payment_required", FailureClass::Quota},               // several
    Rule{Refused, In::Word, "budget_exceeded", FailureClass::Quota},                // LiteLLM 400, 429
    Rule{Refused, In::Word, "billing_disabled", FailureClass::Quota},               // Vertex 403
    Rule{Throttle, In::Word, "1113", FailureClass::Quota},                          // Zhipu, Z.ai 429
    Rule{Refused, In::Message, "credit balance is too low", FailureClass::Quota},   // Anthropic 400
    Rule{Refused, In::Message, "reached your specified api usage limits", FailureClass::Quota}, // Anthropic 400
    Rule{Refused, In::Message, "insufficient balance", FailureClass::Quota},            // DeepSeek 402, MiniMax, Z.ai
    Rule{Refused, In::Message, "balance is insufficient", FailureClass::Quota},         // SiliconFlow 403
    Rule{Refused, In::Message, "insufficient credits", FailureClass::Quota},            // OpenRouter 402
    Rule{Refused, In::Message, "you exceeded your current quota", FailureClass::Quota}, // OpenAI 429
    Rule{Refused, In::Message, "used all available credits", FailureClass::Quota},      // xAI 403, 429
    Rule{Refused, In::Message, "doesn't have any credits", FailureClass::Quota},        // xAI 403
    Rule{Refused, In::Message, "monthly spending limit", FailureClass::Quota},          // xAI, Fireworks 412
    Rule{Refused, In::Message, "failure to pay past invoices", FailureClass::Quota},    // Fireworks 412
    Rule{Refused, In::Message, "exceeded your monthly included credits", FailureClass::Quota}, // Hugging Face
    Rule{Refused, In::Message, "limited to 1000 api calls / month", FailureClass::Quota},      // Cohere trial 429
    Rule{Refused, In::Message, "budget has been exceeded", FailureClass::Quota},               // LiteLLM 400
    Rule{Refused, In::Message, "access denied, please make sure your account is in good standing",
         FailureClass::Quota},                                                // Qwen 400
    Rule{Refused, In::Message, "billing to be enabled", FailureClass::Quota}, // Vertex 403
    Rule{Key | Pay, In::Message, "key limit exceeded", FailureClass::Quota},  // OpenRouter 403
    Rule{Refused, In::Message, "\xe4\xbd\x99\xe9\xa2\x9d\xe4\xb8\x8d\xe8\xb6\xb3",
         FailureClass::Quota}, // "balance short"

    // Keys that are refused with another status than 401 or 403.
    Rule{Refused, In::Word, "api_key_invalid", FailureClass::Credential},                          // Gemini 400
    Rule{Refused, In::Word, "invalid_api_key", FailureClass::Credential},                          // OpenAI and many
    Rule{Refused, In::Word, "incorrect_api_key_error", FailureClass::Credential},                  // Moonshot
    Rule{Refused, In::Word, "invalidapikey", FailureClass::Credential},                            // Qwen
    Rule{Refused, In::Word, "authentication_error", FailureClass::Credential},                     // Anthropic
    Rule{Refused, In::Word, "account_deactivated", FailureClass::Credential},                      // OpenAI
    Rule{Refused, In::Word, "unrecognizedclientexception", FailureClass::Credential},              // Bedrock
    Rule{Refused, In::Word, "expiredtokenexception", FailureClass::Credential},                    // Bedrock 400, 403
    Rule{Bad | Streamed, In::Message, "api key not valid", FailureClass::Credential},              // Gemini 400
    Rule{Bad | Streamed, In::Message, "api key expired", FailureClass::Credential},                // Gemini 400
    Rule{Bad | Streamed, In::Message, "incorrect api key provided", FailureClass::Credential},     // xAI 400
    Rule{Bad | Streamed, In::Message, "user location is not supported", FailureClass::Credential}, // Gemini 400
    Rule{Bad, In::Message, "this organization has been disabled", FailureClass::Credential},       // Anthropic 400
    Rule{Bad, In::Message, "credential is only authorized for", FailureClass::Credential},         // Anthropic 400

    // Too busy, whatever the status.
    Rule{Throttle | Fault | Streamed, In::Word, "overloaded_error", FailureClass::Overloaded},        // Anthropic 529
    Rule{Throttle | Fault | Streamed, In::Word, "engine_overloaded_error", FailureClass::Overloaded}, // Moonshot 429
    Rule{Throttle | Fault | Streamed, In::Word, "server_overloaded", FailureClass::Overloaded},       // several
    Rule{Throttle | Fault | Streamed, In::Word, "serveroverloaded", FailureClass::Overloaded},        // Volcengine 429
    Rule{Throttle | Fault | Streamed, In::Word, "modelnotreadyexception", FailureClass::Overloaded},  // Bedrock 429
    Rule{Fault | Streamed, In::Word, "serviceunavailableexception", FailureClass::Overloaded},        // Bedrock
    Rule{Fault | Streamed, In::Word, "unavailable", FailureClass::Overloaded},                        // Gemini 503
    Rule{Throttle | Fault | Streamed, In::Message, "is overloaded", FailureClass::Overloaded},        // Gemini, MiniMax
    Rule{Throttle | Fault | Streamed, In::Message, "currently overloaded", FailureClass::Overloaded}, // OpenAI
    Rule{Throttle | Fault | Streamed, In::Message, "over capacity", FailureClass::Overloaded},        // Groq, Together
    Rule{Throttle | Fault | Streamed, In::Message, "at capacity", FailureClass::Overloaded},          // xAI

    // Told inside a stream, where no status says it.
    Rule{Streamed, In::Word, "rate_limit_error", FailureClass::RateLimited},    // Anthropic
    Rule{Streamed, In::Word, "rate_limit_exceeded", FailureClass::RateLimited}, // OpenAI
    Rule{Streamed, In::Word, "429", FailureClass::RateLimited},                 // OpenRouter
    Rule{Streamed, In::Word, "permission_error", FailureClass::Credential},     // Anthropic
    Rule{Streamed, In::Word, "timeout_error", FailureClass::Timeout},           // Anthropic
};

uint8_t groupOf(int status)
{
    switch (status) {
    case 400:
    case 412:
    case 413:
    case 422:
        return Bad;
    case 401:
    case 403:
        return Key;
    case 402:
        return Pay;
    case 429:
        return Throttle;
    default:
        if (status >= 500)
            return Fault;
        return status < 400 ? Streamed : 0;
    }
}

std::string lower(std::string_view text)
{
    constexpr size_t longest = 2'000; // what matters stands at the beginning; the rest may be the client's text
    std::string low(text.substr(0, longest));
    for (char &c : low)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return low;
}

} // namespace

std::optional<FailureClass> classifyWords(int status, std::string_view code, std::string_view type,
                                          std::string_view message)
{
    const uint8_t group = groupOf(status);
    if (group == 0)
        return std::nullopt;
    const std::string lowCode = lower(code);
    const std::string lowType = lower(type);
    const std::string lowMessage = lower(message);
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule &rule) {
        if ((rule.on & group) == 0)
            return false;
        if (rule.in == In::Word)
            return rule.text == lowCode || rule.text == lowType;
        return lowMessage.find(rule.text) != std::string::npos;
    });
    return found == rules.end() ? std::nullopt : std::optional(found->meaning);
}

} // namespace signalbox
