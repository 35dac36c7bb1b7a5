// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_cell.h"

#include "matrix_facts.h"
#include "matrix_reply.h"

#include "core/gateway/continuity.h"

#include <boost/json.hpp>

#include <QByteArray>
#include <QFile>
#include <QString>

#include <algorithm>
#include <cstring>

namespace matrix {

using namespace signalbox;

namespace {

bool isRelated(const std::string &a, const std::string &b)
{
    const std::string &shorter = a.size() < b.size() ? a : b;
    const std::string &longer = a.size() < b.size() ? b : a;
    if (longer.compare(0, shorter.size(), shorter) != 0)
        return false;
    return longer.size() == shorter.size() || longer[shorter.size()] == '/';
}

// The facts a scenario is about: when none of them arrives, the cell is not expressible.
bool isPoint(Scenario scenario, Fact::Kind kind)
{
    switch (scenario) {
    case Scenario::ToolRoundTrip:
    case Scenario::ParallelTools:
        return kind == Fact::Kind::Call;
    case Scenario::Image:
        return kind == Fact::Kind::Image;
    case Scenario::ToolResultImage:
        return kind == Fact::Kind::ResultImage;
    case Scenario::StructuredOutput:
        return kind == Fact::Kind::Output;
    case Scenario::Thinking:
        return kind == Fact::Kind::Thinking;
    case Scenario::StopSequence:
        return kind == Fact::Kind::Stop;
    default:
        return kind == Fact::Kind::Text;
    }
}

void replaceAll(std::string &text, const std::string &from, const std::string &to)
{
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// Gemini's clients put the reply's content back as it came.
void replaceModelTurn(const FoldedReply &shown, Request &request)
{
    namespace json = boost::json;
    const json::value reply = json::parse(codecFor(Dialect::Gemini).encodeReply(shown, ReplyOptions()));
    json::value body = json::parse(request.body);
    body.at("contents").at(1) = reply.at("candidates").at(0).at("content");
    request.body = json::serialize(body);
}

// The second turn: the client's fixture, with what the provider thought in the first one in place of the fixture's own
// thinking, as the client was shown it.
void bringBackThinking(Dialect client, Dialect provider, Request &request, Verdict &verdict)
{
    const FoldedReply shown = shownReply(client, provider, Scenario::Thinking, verdict);
    if (client == Dialect::Gemini)
        return replaceModelTurn(shown, request);
    std::string thinking;
    std::string signature;
    for (const FoldedPart &part : shown.choices.front().parts) {
        if (part.kind == ReplyPartKind::Thinking)
            thinking += part.text;
        signature += part.signature;
    }
    LossReport unused;
    const Result<Conversation> first = decode(client, request, unused);
    if (!first || thinking.empty()) {
        verdict.failures.push_back("no thinking came in the first turn");
        return;
    }
    for (const Message &message : first->messages) {
        for (const Part &part : message.parts) {
            const auto *own = part.as<ThinkingPart>();
            if (own && !own->signature.empty())
                replaceAll(request.body, std::string(own->signature), signature);
        }
    }
    replaceAll(request.body, "Two and two make four.", thinking);
}

int count(const Facts &facts, Scenario scenario)
{
    return static_cast<int>(std::count_if(facts.begin(), facts.end(),
                                          [scenario](const Fact &fact) { return isPoint(scenario, fact.kind); }));
}

std::string shown(const Fact &fact)
{
    if (fact.kind == Fact::Kind::Image || fact.kind == Fact::Kind::ResultImage)
        return fact.value.substr(0, fact.value.rfind(' '));
    std::string text = fact.value.size() <= 90 ? fact.value : fact.value.substr(0, 87) + "...";
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

// Encoders may say what their API insists on, and what a reported conversion became.
void judgeAdded(const Fact &fact, Verdict &verdict)
{
    if (fact.kind != Fact::Kind::Setting) {
        verdict.notes.push_back("added: " + shown(fact));
        return;
    }
    static constexpr std::array conversions = {"max tokens ", "effort ", "budget ", "output name "};
    const bool known = std::any_of(conversions.begin(), conversions.end(), [&](const char *start) {
        return fact.value.compare(0, std::strlen(start), start) == 0;
    });
    if (!known)
        verdict.failures.push_back("added: " + shown(fact));
}

void judgeRequest(Dialect client, Dialect provider, Scenario scenario, Verdict &verdict)
{
    Request request = requestFixture(client, scenario);
    if (scenario == Scenario::Thinking)
        bringBackThinking(client, provider, request, verdict);
    LossReport losses;
    Result<Conversation> asked = decode(client, request, losses);
    if (!asked) {
        verdict.failures.push_back("the client's request: " + asked.error().message);
        return;
    }
    readSignatureTags(*asked);
    const Quirks quirks = quirksOf(provider);
    const EncodeRequestOptions options{.model = modelOf(provider), .quirks = quirks};
    const Result<EncodedRequest> encoded = codecFor(provider).encodeRequest(*asked, options, losses);
    if (!encoded) {
        verdict.failures.push_back("encoding: " + encoded.error().message);
        return;
    }
    LossReport unread;
    const Result<Conversation> arrived = decode(provider, asReceived(*encoded), unread);
    if (!arrived) {
        verdict.failures.push_back("the provider's request: " + arrived.error().message + " " + encoded->body);
        return;
    }
    for (const LossEntry &entry : unread.resolve(arrived->source->root, false, arrived->source->copies))
        verdict.failures.push_back("the provider does not know " + entry.pointer + ": " + entry.reason);
    if (arrived->stream != asked->stream)
        verdict.failures.push_back("stream: asked " + std::to_string(asked->stream));

    const std::vector<LossEntry> entries = losses.resolve(asked->source->root, false, asked->source->copies);
    for (const LossEntry &entry : entries)
        verdict.notes.push_back(entry.pointer + " " + lossKindName(entry.kind) + ": " + entry.reason);
    const Facts wanted = factsOf(*asked);
    const Comparison comparison = compare(wanted, factsOf(*arrived));
    int gone = 0; // facts the scenario is about that have no stand-in
    for (const Fact &fact : comparison.missing) {
        const std::string pointer = pointerOf(asked->source->root, fact.origin);
        const auto named = std::find_if(entries.begin(), entries.end(), [&](const LossEntry &entry) {
            return !pointer.empty() && isRelated(entry.pointer, pointer);
        });
        if (named == entries.end())
            verdict.failures.push_back("lost in silence at \"" + pointer + "\": " + shown(fact) + " in " +
                                       encoded->body);
        else if (isPoint(scenario, fact.kind) && named->kind == LossKind::Dropped)
            ++gone;
    }
    for (const Fact &fact : comparison.added)
        judgeAdded(fact, verdict);

    verdict.grade = verdict.notes.empty() ? Grade::Yes : Grade::Lossy;
    const int asks = count(wanted, scenario);
    if (asks == 0)
        verdict.notes.push_back(std::string("client: ") + dialectName(client) + " has no way to say it");
    if (gone == asks)
        verdict.grade = Grade::NotExpressible;
}

} // namespace

const char *scenarioName(Scenario scenario)
{
    static constexpr std::array names = {"plain",
                                         "stream",
                                         "tool-round-trip",
                                         "parallel-tools",
                                         "image",
                                         "tool-result-image",
                                         "structured-output",
                                         "thinking",
                                         "stop-sequence",
                                         "max-tokens",
                                         "429",
                                         "500",
                                         "death"};
    static_assert(names.size() == allScenarios.size());
    return names[static_cast<size_t>(scenario)];
}

std::string Verdict::text() const
{
    if (grade == Grade::Yes)
        return "yes";
    std::string list;
    for (const std::string &note : notes)
        list += (list.empty() ? "" : "; ") + note;
    if (grade == Grade::NotExpressible)
        return "not expressible (" + list + ")";
    return "lossy (" + std::to_string(notes.size()) + ": " + list + ")";
}

Verdict runCell(Dialect client, Dialect provider, Scenario scenario)
{
    Verdict verdict;
    if (scenario == Scenario::Limited || scenario == Scenario::ServerError) {
        judgeError(client, provider, scenario, verdict);
        return verdict;
    }
    judgeRequest(client, provider, scenario, verdict);
    if (scenario == Scenario::Death)
        judgeDeath(client, provider, verdict);
    else
        judgeReply(client, provider, scenario, verdict);
    if (verdict.grade == Grade::Yes && !verdict.notes.empty())
        verdict.grade = Grade::Lossy;
    return verdict;
}

std::string fixture(Dialect dialect, const std::string &name)
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/matrix/") + QLatin1String(dialectName(dialect)) + QLatin1Char('/') +
               QString::fromStdString(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

Request requestFixture(Dialect dialect, Scenario scenario)
{
    const bool cut = scenario == Scenario::Death;
    Request request;
    request.body = fixture(dialect, std::string(scenarioName(cut ? Scenario::Stream : scenario)) + ".request.json");
    request.stream = scenario == Scenario::Stream || scenario == Scenario::ParallelTools ||
                     scenario == Scenario::Thinking || scenario == Scenario::MaxTokens || cut;
    request.model = modelOf(dialect);
    if (dialect == Dialect::Gemini)
        request.path =
            "/v1beta/models/" + request.model + (request.stream ? ":streamGenerateContent" : ":generateContent");
    else if (dialect == Dialect::Ollama)
        request.path = "/api/chat";
    return request;
}

Result<Conversation> decode(Dialect dialect, const Request &request, LossReport &losses)
{
    DecodeRequestOptions options;
    options.path = request.path;
    if (dialect == Dialect::Gemini) {
        options.model = request.model;
        options.stream = request.stream;
    }
    return codecFor(dialect).decodeRequest(request.body, options, losses);
}

Request asReceived(const EncodedRequest &encoded)
{
    Request request;
    request.body = encoded.body;
    request.path = encoded.path.substr(0, encoded.path.find('?'));
    request.stream = request.path.find(":streamGenerateContent") != std::string::npos;
    const size_t begin = request.path.find("/models/");
    if (begin != std::string::npos)
        request.model = request.path.substr(begin + 8, request.path.rfind(':') - begin - 8);
    return request;
}

const char *modelOf(Dialect dialect)
{
    static constexpr std::array models = {"gpt-4.1", "gpt-5.4", "claude-sonnet-4-5", "gemini-2.5-pro", "qwen3:8b"};
    static_assert(models.size() == allDialects.size());
    return models[static_cast<size_t>(dialect)];
}

Quirks quirksOf(Dialect dialect)
{
    Quirks quirks;
    if (dialect == Dialect::OpenAiChat) {
        quirks.maxTokensField = "max_completion_tokens";
        quirks.developerRole = true;
    }
    return quirks;
}

} // namespace matrix
