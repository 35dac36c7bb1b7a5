// SPDX-License-Identifier: GPL-3.0-or-later
// CPU time of translating one agent request (100 KB, 50 tools, a long history) for each pair of dialects.
// Prints Markdown; README.md says how to read it.
#include "core/dialect/codec.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace signalbox;

namespace {

constexpr std::array dialects = {Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Anthropic, Dialect::Gemini,
                                 Dialect::Ollama};
constexpr std::array models = {"gpt-4.1", "gpt-5.4", "claude-sonnet-4-5", "gemini-2.5-pro", "qwen3:8b"};

double cpuMicroseconds()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e6 + double(now.tv_nsec) / 1e3;
}

[[noreturn]] void giveUp(const std::string &why)
{
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

std::string claudeRequest()
{
    std::string text = R"({"model":"claude-sonnet-4-5","max_tokens":64000,"system":"You are an agent.","tools":[)";
    for (int i = 0; i < 50; ++i) {
        text += i > 0 ? "," : "";
        text += R"({"name":"tool_)" + std::to_string(i) + R"(","description":")" + std::string(550, 'd') +
                R"(","input_schema":{"type":"object","properties":{"path":{"type":"string","description":"a path"},)"
                R"("mode":{"type":"string","enum":["read","write"]},"limit":{"type":"integer"},"tags":{"type":"array",)"
                R"("items":{"type":"string"}}},"required":["path"],"additionalProperties":false}})";
    }
    text += R"(],"messages":[{"role":"user","content":"start"})";
    for (int i = 0; i < 60; ++i) {
        const std::string id = "toolu_" + std::to_string(1000 + i);
        text += R"(,{"role":"assistant","content":[{"type":"text","text":"next"},{"type":"tool_use","id":")" + id +
                R"(","name":"tool_1","input":{"path":"/tmp/x","limit":5}}]},{"role":"user","content":[{"type":)"
                R"("tool_result","tool_use_id":")" +
                id + R"(","content":"line one\n)" + std::string(700, 'r') + R"("}]})";
    }
    return text + "]}";
}

struct Body {
    std::string text;
    std::string path;
};

Result<Conversation> decode(size_t dialect, const Body &body, LossReport &losses)
{
    return codecFor(dialects[dialect]).decodeRequest(body.text, {body.path, models[dialect], false}, losses);
}

// The same request as each dialect's clients would send it.
std::vector<Body> requests()
{
    std::vector<Body> bodies(dialects.size());
    const Body claude{claudeRequest(), "/v1/messages"};
    LossReport losses;
    const auto conversation = decode(2, claude, losses);
    if (!conversation)
        giveUp(conversation.error().message);
    for (size_t i = 0; i < dialects.size(); ++i) {
        const Quirks quirks;
        auto made = codecFor(dialects[i]).encodeRequest(*conversation, {models[i], quirks}, losses);
        if (!made)
            giveUp(made.error().message);
        bodies[i] = {std::move(made->body), std::move(made->path)};
    }
    return bodies;
}

struct Spent {
    double decode = 0;
    double encode = 0;
};

// The least of several rounds: what else the machine does only adds.
Spent measure(size_t client, size_t provider, const Body &body, int times)
{
    Spent least{1e12, 1e12};
    const Quirks quirks;
    for (int round = 0; round < 5; ++round) {
        Spent cost;
        for (int i = 0; i < times; ++i) {
            LossReport losses;
            const double begin = cpuMicroseconds();
            const auto conversation = decode(client, body, losses);
            const double between = cpuMicroseconds();
            if (!conversation)
                giveUp(conversation.error().message);
            const auto made =
                codecFor(dialects[provider]).encodeRequest(*conversation, {models[provider], quirks}, losses);
            const double end = cpuMicroseconds();
            if (!made)
                giveUp(made.error().message);
            cost.decode += between - begin;
            cost.encode += end - between;
        }
        least.decode = std::min(least.decode, cost.decode / times);
        least.encode = std::min(least.encode, cost.encode / times);
    }
    return least;
}

} // namespace

int main(int argc, char **argv)
{
    const int times = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
    const std::vector<Body> bodies = requests();
    std::printf("| client → provider | KB | decode µs | encode µs | both µs |\n| --- | --- | --- | --- | --- |\n");
    double worst = 0;
    for (size_t client = 0; client < dialects.size(); ++client) {
        for (size_t provider = 0; provider < dialects.size(); ++provider) {
            const Spent cost = measure(client, provider, bodies[client], times);
            worst = std::max(worst, cost.decode + cost.encode);
            std::printf("| %s → %s | %zu | %.0f | %.0f | %.0f |\n", dialectName(dialects[client]),
                        dialectName(dialects[provider]), bodies[client].text.size() / 1000, cost.decode, cost.encode,
                        cost.decode + cost.encode);
        }
    }
    std::printf("\nworst: %.0f µs\n", worst);
    return 0;
}
