// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/test_case.h"

#include "core/dialect/json_writer.h"
#include "core/playground/tool_list.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace json = boost::json;

namespace signalbox {

namespace {

// Reads one object, remembers the first mistake; later ones follow from it.
class Fields final
{
public:
    Fields(const json::value &value, std::string pointer, Error &mistake, std::initializer_list<std::string_view> known)
        : m_pointer(std::move(pointer)), m_mistake(mistake)
    {
        m_object = value.if_object();
        if (!m_object) {
            fail({}, "must be an object.");
            return;
        }
        for (const auto &[key, member] : *m_object) {
            if (std::find(known.begin(), known.end(), key) != known.end())
                continue;
            std::string allowed;
            for (const std::string_view name : known)
                allowed.append(allowed.empty() ? "" : ", ").append(name);
            fail(key, "is not known here. Allowed: " + allowed + ".");
            return;
        }
    }

    const json::value *find(std::string_view key) const { return m_object ? m_object->if_contains(key) : nullptr; }
    std::string at(std::string_view key) const { return key.empty() ? m_pointer : m_pointer + "/" + std::string(key); }

    std::string text(std::string_view key)
    {
        const json::value *value = find(key);
        if (value && !value->is_string())
            fail(key, "must be a text.");
        return value && value->is_string() ? std::string(value->get_string()) : std::string();
    }
    std::optional<double> number(std::string_view key, double least, double most)
    {
        const json::value *value = find(key);
        if (!value)
            return std::nullopt;
        const double number = value->is_number() ? value->to_number<double>() : std::nan("");
        if (!(number >= least && number <= most)) {
            fail(key,
                 "must be a number from " + jsonText(json::value(least)) + " to " + jsonText(json::value(most)) + ".");
            return std::nullopt;
        }
        return number;
    }
    template<class Take>
    void list(std::string_view key, const Take &take)
    {
        const json::value *value = find(key);
        if (!value)
            return;
        if (!value->is_array())
            return fail(key, "must be a list.");
        for (size_t i = 0; i < value->get_array().size(); ++i)
            take(value->get_array()[i], at(key) + "/" + std::to_string(i));
    }
    void fail(std::string_view key, const std::string &what)
    {
        if (m_mistake.code.empty())
            m_mistake = {"case_invalid", at(key) + ": " + what, 400};
    }

private:
    const json::object *m_object = nullptr;
    std::string m_pointer;
    Error &m_mistake;
};

void fail(Error &mistake, const std::string &pointer, const std::string &what)
{
    if (mistake.code.empty())
        mistake = {"case_invalid", pointer + ": " + what, 400};
}

void readTree(Fields &fields, std::string_view key, std::string &into, Error &mistake,
              Result<json::value> (*check)(std::string_view, json::storage_ptr))
{
    const json::value *value = fields.find(key);
    if (!value)
        return;
    into = jsonText(*value);
    if (const auto good = check(into, {}); !good)
        fail(mistake, fields.at(key), good.error().message);
}

void readSettings(Fields &top, ChatSettings &to, Error &mistake)
{
    to.system = top.text("system");
    if (const std::string name = top.text("dialect"); !name.empty()) {
        if (const auto dialect = dialectFromName(name))
            to.dialect = *dialect;
        else
            top.fail("dialect", "must be openai-chat, openai-responses, anthropic, gemini or ollama.");
    }
    readTree(top, "tools", to.tools, mistake, parseTools);
    const json::value *value = top.find("settings");
    if (!value)
        return;
    Fields fields(*value, top.at("settings"), mistake,
                  {"temperature", "topP", "maxTokens", "effort", "stop", "schema", "stream"});
    to.temperature = fields.number("temperature", 0, 2);
    to.topP = fields.number("topP", 0, 1);
    if (const auto tokens = fields.number("maxTokens", 1, 1e8))
        to.maxTokens = static_cast<int64_t>(*tokens);
    to.effort = fields.text("effort");
    if (!to.effort.empty() &&
        std::find(std::begin(chatEfforts), std::end(chatEfforts), to.effort) == std::end(chatEfforts))
        fields.fail("effort", "must be none, minimal, low, medium, high, xhigh or max.");
    fields.list("stop", [&](const json::value &stop, const std::string &pointer) {
        if (!stop.is_string() || stop.get_string().empty())
            return fail(mistake, pointer, "must be a text that is not empty.");
        to.stop.emplace_back(stop.get_string());
    });
    readTree(fields, "schema", to.schema, mistake, parseSchema);
    if (const json::value *stream = fields.find("stream")) {
        if (!stream->is_bool())
            fields.fail("stream", "must be true or false.");
        else
            to.stream = stream->get_bool();
    }
}

ChatTurn readTurn(const json::value &value, const std::string &pointer, Error &mistake)
{
    Fields fields(value, pointer, mistake, {"role", "text", "images", "results", "calls"});
    ChatTurn turn;
    const std::string role = fields.text("role");
    if (role != "user" && role != "assistant")
        fields.fail("role", "must be user or assistant.");
    turn.assistant = role == "assistant";
    const std::string text = fields.text("text");
    if (!turn.assistant)
        turn.text = text;
    else if (!text.empty())
        turn.parts.emplace_back().text = text;
    for (const char *key : {"images", "results"}) {
        if (turn.assistant && fields.find(key))
            fields.fail(key, "belongs to a turn of the user.");
    }
    if (!turn.assistant && fields.find("calls"))
        fields.fail("calls", "belongs to a turn of the assistant.");
    fields.list("images", [&](const json::value &image, const std::string &at) {
        Fields inner(image, at, mistake, {"mimeType", "data", "url", "name"});
        turn.images.push_back({inner.text("mimeType"), inner.text("data"), inner.text("url"), inner.text("name")});
        if (turn.images.back().base64.empty() == turn.images.back().url.empty())
            inner.fail({}, "needs either data (base64, with mimeType) or url.");
    });
    fields.list("results", [&](const json::value &result, const std::string &at) {
        Fields inner(result, at, mistake, {"callId", "name", "text"});
        turn.results.push_back({inner.text("callId"), inner.text("name"), inner.text("text")});
    });
    fields.list("calls", [&](const json::value &call, const std::string &at) {
        Fields inner(call, at, mistake, {"id", "name", "arguments"});
        FoldedPart part;
        part.kind = ReplyPartKind::ToolCall;
        part.id = inner.text("id");
        part.name = inner.text("name");
        part.text = inner.text("arguments");
        if (part.name.empty())
            inner.fail("name", "is missing.");
        turn.parts.push_back(std::move(part));
    });
    return turn;
}

AnswerCheck readCheck(const json::value &value, const std::string &pointer, Error &mistake)
{
    using Kind = AnswerCheck::Kind;
    AnswerCheck check;
    const json::object *object = value.if_object();
    if (!object || object->size() != 1) {
        fail(mistake, pointer, "must have one of contains, lacks, equals, matches, json, calls.");
        return check;
    }
    const auto &[key, told] = *object->begin();
    for (const Kind kind : {Kind::Contains, Kind::Lacks, Kind::Equals, Kind::Matches, Kind::Shape, Kind::Calls}) {
        if (key != checkName(kind))
            continue;
        check.kind = kind;
        if (kind == Kind::Shape)
            check.shape = told;
        else if (told.is_string())
            check.text = told.get_string();
        if (const auto valid = validateCheck(check, pointer + "/" + std::string(key)); !valid && mistake.code.empty())
            mistake = {"case_invalid", valid.error().message, 400};
        return check;
    }
    fail(mistake, pointer + "/" + std::string(key),
         "is not known. Allowed: contains, lacks, equals, matches, json, calls.");
    return check;
}

void writeTurn(JsonWriter &out, const ChatTurn &turn)
{
    out.beginObject();
    out.member("role", turn.assistant ? "assistant" : "user");
    out.memberUnlessEmpty("text", turn.said());
    if (!turn.images.empty()) {
        out.key("images");
        out.beginArray();
        for (const ChatImage &image : turn.images) {
            out.beginObject();
            out.memberUnlessEmpty("mimeType", image.mimeType);
            out.memberUnlessEmpty("data", image.base64);
            out.memberUnlessEmpty("url", image.url);
            out.memberUnlessEmpty("name", image.name);
            out.endObject();
        }
        out.endArray();
    }
    if (!turn.results.empty()) {
        out.key("results");
        out.beginArray();
        for (const ChatToolResult &result : turn.results) {
            out.beginObject();
            out.member("callId", result.callId);
            out.member("name", result.name);
            out.member("text", result.text);
            out.endObject();
        }
        out.endArray();
    }
    if (const auto calls = turn.calls(); !calls.empty()) {
        out.key("calls");
        out.beginArray();
        for (const FoldedPart *call : calls) {
            out.beginObject();
            out.member("id", call->id);
            out.member("name", call->name);
            out.member("arguments", call->text);
            out.endObject();
        }
        out.endArray();
    }
    out.endObject();
}

void writeSettings(JsonWriter &out, const ChatSettings &settings)
{
    out.key("settings");
    out.beginObject();
    if (settings.temperature)
        out.member("temperature", *settings.temperature);
    if (settings.topP)
        out.member("topP", *settings.topP);
    if (settings.maxTokens)
        out.member("maxTokens", *settings.maxTokens);
    out.memberUnlessEmpty("effort", settings.effort);
    if (!settings.stop.empty()) {
        out.key("stop");
        out.beginArray();
        for (const std::string &stop : settings.stop)
            out.text(stop);
        out.endArray();
    }
    if (const auto schema = parseSchema(settings.schema); schema)
        out.member("schema", *schema);
    out.member("stream", settings.stream);
    out.endObject();
}

} // namespace

Result<TestCase> readTestCase(std::string_view text)
{
    if (text.size() > largestTestCase)
        return Error{"case_invalid", "A test case has at most 32 MiB.", 400};
    const auto root = parseWritten(text);
    if (!root)
        return root.error();
    Error mistake;
    TestCase made;
    Fields fields(*root, {}, mistake, {"name", "dialect", "system", "settings", "tools", "turns", "targets", "checks"});
    made.name = fields.text("name");
    if (made.name.empty())
        fields.fail("name", "is missing: a test case needs a name.");
    readSettings(fields, made.draft.settings, mistake);
    fields.list("turns", [&](const json::value &turn, const std::string &at) {
        made.draft.turns.push_back(readTurn(turn, at, mistake));
    });
    if (made.draft.turns.empty() || made.draft.turns.back().assistant)
        fields.fail("turns", "must end with a turn of the user.");
    fields.list("targets", [&](const json::value &target, const std::string &at) {
        const ChatTarget read =
            target.is_string() ? chatTargetFromText(std::string_view(target.get_string())) : ChatTarget();
        if (read.name.empty())
            return fail(mistake, at, "must be a model, route:ID or target:PROVIDER/MODEL.");
        made.targets.push_back(read);
    });
    fields.list("checks", [&](const json::value &check, const std::string &at) {
        made.checks.push_back(readCheck(check, at, mistake));
    });
    if (!mistake.code.empty())
        return mistake;
    return made;
}

std::string writeTestCase(const TestCase &testCase)
{
    std::string text;
    JsonWriter out(text);
    const ChatSettings &settings = testCase.draft.settings;
    out.beginObject();
    out.member("name", testCase.name);
    out.member("dialect", dialectName(settings.dialect));
    out.memberUnlessEmpty("system", settings.system);
    writeSettings(out, settings);
    if (const auto tools = parseTools(settings.tools); tools)
        out.member("tools", *tools);
    out.key("turns");
    out.beginArray();
    for (const ChatTurn &turn : testCase.draft.turns)
        writeTurn(out, turn);
    out.endArray();
    out.key("targets");
    out.beginArray();
    for (const ChatTarget &target : testCase.targets)
        out.text(chatTargetText(target));
    out.endArray();
    out.key("checks");
    out.beginArray();
    for (const AnswerCheck &check : testCase.checks) {
        out.beginObject();
        if (check.kind == AnswerCheck::Kind::Shape)
            out.member(checkName(check.kind), check.shape);
        else
            out.member(checkName(check.kind), check.text);
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return text;
}

} // namespace signalbox
