// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_cell.h"

#include <boost/json.hpp>

#include <QtTest/QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace signalbox;
using namespace matrix;
namespace json = boost::json;

Q_DECLARE_METATYPE(signalbox::Dialect)

namespace {

constexpr int rounds = 200;

struct Leaf {
    std::string pointer;
    const json::value *value;
};

std::string escaped(std::string_view key)
{
    std::string text;
    for (const char letter : key)
        text += letter == '~' ? "~0" : letter == '/' ? "~1" : std::string(1, letter);
    return text;
}

void leavesOf(const json::value &value, const std::string &pointer, std::vector<Leaf> &leaves)
{
    if (const json::object *object = value.if_object()) {
        for (const auto &[key, member] : *object)
            leavesOf(member, pointer + "/" + escaped(key), leaves);
    } else if (const json::array *array = value.if_array()) {
        for (size_t i = 0; i < array->size(); ++i)
            leavesOf((*array)[i], pointer + "/" + std::to_string(i), leaves);
    } else if (!value.is_null()) {
        leaves.push_back({pointer, &value});
    }
}

std::string_view lastKey(std::string_view pointer)
{
    return pointer.substr(pointer.rfind('/') + 1);
}

// Consumed without a meaning of their own: they choose a shape, an endpoint or a transport, which the other dialect
// says in its own words; the type of media is a format word there, or read from the bytes. Keys at any depth.
constexpr std::array shapeKeys = {"type", "role", "object", "mimeType", "media_type"};
// Pointers with * for one step.
struct Consumed {
    Dialect dialect;
    const char *pointer;
};
constexpr std::array consumed = {
    Consumed{Dialect::OpenAiChat, "/model"},
    Consumed{Dialect::OpenAiChat, "/stream"},
    Consumed{Dialect::OpenAiChat, "/stream_options/include_usage"},
    Consumed{Dialect::OpenAiChat, "/stream_options/include_obfuscation"},
    Consumed{Dialect::OpenAiResponses, "/model"},
    Consumed{Dialect::OpenAiResponses, "/stream"},
    Consumed{Dialect::OpenAiResponses, "/stream_options/include_obfuscation"},
    Consumed{Dialect::OpenAiResponses, "/include/*"}, // what the reply shows: becomes flags
    Consumed{Dialect::OpenAiResponses, "/input/*/status"},
    Consumed{Dialect::OpenAiResponses, "/input/*/id"}, // names of items, which nothing refers to
    Consumed{Dialect::Anthropic, "/model"},
    Consumed{Dialect::Anthropic, "/stream"},
    Consumed{Dialect::Anthropic, "/service_tier"}, // standard_only: what every other API does unless asked
    Consumed{Dialect::Gemini, "/generationConfig/responseMimeType"},     // JSON: the schema beside it says so
    Consumed{Dialect::Gemini, "/generationConfig/responseModalities/0"}, // text: what every other API answers
    Consumed{Dialect::Gemini, "/toolConfig/functionCallingConfig/mode"}, // a word, converted
    Consumed{Dialect::Ollama, "/model"},
    Consumed{Dialect::Ollama, "/stream"},
    Consumed{Dialect::Ollama, "/messages/*/tool_calls/*/function/index"},
};

bool matches(std::string_view pattern, std::string_view pointer)
{
    while (!pattern.empty() && !pointer.empty()) {
        const size_t patternEnd = std::min(pattern.find('/', 1), pattern.size());
        const size_t pointerEnd = std::min(pointer.find('/', 1), pointer.size());
        if (pattern.substr(0, patternEnd) != "/*" && pattern.substr(0, patternEnd) != pointer.substr(0, pointerEnd))
            return false;
        pattern.remove_prefix(patternEnd);
        pointer.remove_prefix(pointerEnd);
    }
    return pattern.empty() && pointer.empty();
}

bool isConsumed(Dialect dialect, std::string_view pointer)
{
    const std::string_view key = lastKey(pointer);
    if (std::find(shapeKeys.begin(), shapeKeys.end(), key) != shapeKeys.end())
        return true;
    return std::any_of(consumed.begin(), consumed.end(), [&](const Consumed &entry) {
        return entry.dialect == dialect && matches(entry.pointer, pointer);
    });
}

// The scalars of what was sent, and its texts in one piece.
struct Sent {
    explicit Sent(const json::value &root)
    {
        std::vector<Leaf> leaves;
        leavesOf(root, {}, leaves);
        for (const Leaf &leaf : leaves) {
            if (leaf.value->is_string())
                texts += std::string(leaf.value->get_string()) + "\n";
            else if (leaf.value->is_bool())
                (leaf.value->get_bool() ? hasTrue : hasFalse) = true;
            else
                numbers.push_back(leaf.value->to_number<double>());
        }
    }
    bool holds(const json::value &value) const
    {
        if (value.is_string())
            return holdsText(value.get_string());
        if (value.is_bool())
            return value.get_bool() ? hasTrue || texts.find("true") != std::string::npos
                                    : hasFalse || texts.find("false") != std::string::npos;
        const auto number = value.to_number<double>();
        return std::any_of(numbers.begin(), numbers.end(),
                           [number](double other) { return std::abs(other - number) < 1e-9; }) ||
               texts.find(json::serialize(value)) != std::string::npos;
    }
    bool holdsText(std::string_view text) const
    {
        if (const size_t comma = text.find(";base64,"); text.substr(0, 5) == "data:" && comma != text.npos)
            text = text.substr(comma + 8);
        return texts.find(text) != std::string::npos || holdsDocument(text);
    }
    // Arguments: a JSON text here, an object there.
    bool holdsDocument(std::string_view text) const
    {
        boost::system::error_code code;
        const json::value document = json::parse(text, code);
        if (code || !document.is_object())
            return false;
        std::vector<Leaf> leaves;
        leavesOf(document, {}, leaves);
        return std::all_of(leaves.begin(), leaves.end(), [this](const Leaf &leaf) { return holds(*leaf.value); });
    }

    std::string texts;
    std::vector<double> numbers;
    bool hasTrue = false;
    bool hasFalse = false;
};

bool isCovered(const std::vector<LossEntry> &losses, const std::string &pointer)
{
    return std::any_of(losses.begin(), losses.end(), [&](const LossEntry &entry) {
        return !entry.pointer.empty() && pointer.compare(0, entry.pointer.size(), entry.pointer) == 0 &&
               (pointer.size() == entry.pointer.size() || pointer[entry.pointer.size()] == '/');
    });
}

// The random fields' names, all alike, so that a list of them stays short.
std::string withoutMarks(const std::string &text)
{
    const size_t mark = text.find("/zz");
    return mark == std::string::npos ? text : text.substr(0, mark) + "/(unknown)";
}

void objectsOf(json::value &value, std::vector<json::object *> &objects)
{
    if (json::object *object = value.if_object()) {
        objects.push_back(object);
        for (auto &[key, member] : *object)
            objectsOf(member, objects);
    } else if (json::array *array = value.if_array()) {
        for (json::value &element : *array)
            objectsOf(element, objects);
    }
}

// A few fields that no API has, with values that occur nowhere else, in random objects of the request.
void addUnknown(json::value &root, std::mt19937 &random)
{
    const int count = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < count; ++i) {
        std::vector<json::object *> objects;
        objectsOf(root, objects);
        json::object &into = *objects[random() % objects.size()];
        const std::string mark = std::to_string(random());
        const std::string key = "zz" + mark;
        switch (random() % 4) {
        case 0:
            into[key] = "unknown" + mark;
            break;
        case 1:
            into[key] = static_cast<int64_t>(random()) + 1000003;
            break;
        case 2:
            into[key] = json::object{{"inner", "unknown" + mark}};
            break;
        default:
            into[key] = json::array{"unknown" + mark, json::object{{"deep", "unknown2" + mark}}};
        }
    }
}

Request fullRequest(Dialect dialect)
{
    Request request = requestFixture(dialect, Scenario::Stream);
    request.body = fixture(dialect, "full.request.json");
    return request;
}

} // namespace

// Every field of every API, and unknown ones anywhere: what a client wrote is either in what the provider is sent or in
// the loss report.
class TestAccounting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachLeafIsSentOrReported_data()
    {
        QTest::addColumn<Dialect>("client");
        QTest::addColumn<Dialect>("provider");
        for (const Dialect client : allDialects) {
            for (const Dialect provider : allDialects)
                QTest::addRow("%s -> %s", dialectName(client), dialectName(provider)) << client << provider;
        }
    }
    void eachLeafIsSentOrReported()
    {
        QFETCH(Dialect, client);
        QFETCH(Dialect, provider);
        const Request base = fullRequest(client);
        QVERIFY(!base.body.empty());
        std::set<std::string> silent;
        for (int round = 0; round < rounds; ++round) {
            std::mt19937 random(static_cast<unsigned>(round));
            json::value root = json::parse(base.body);
            if (round > 0)
                addUnknown(root, random);
            Request request = base;
            request.body = json::serialize(root);
            checkRound(client, provider, request, silent);
            if (QTest::currentTestFailed())
                return;
        }
        std::string list;
        for (const std::string &pointer : silent)
            list += pointer + "\n";
        QVERIFY2(silent.empty(), ("neither sent nor reported:\n" + list).c_str());
    }

private:
    static void checkRound(Dialect client, Dialect provider, const Request &request, std::set<std::string> &silent)
    {
        LossReport report;
        const Result<Conversation> asked = decode(client, request, report);
        QVERIFY2(asked.has_value(), asked ? "" : asked.error().message.c_str());
        const Quirks quirks = quirksOf(provider);
        const EncodeRequestOptions options{.model = modelOf(provider), .quirks = quirks};
        const Result<EncodedRequest> encoded = codecFor(provider).encodeRequest(*asked, options, report);
        QVERIFY2(encoded.has_value(), encoded ? "" : encoded.error().message.c_str());
        boost::system::error_code code;
        const json::value body = json::parse(encoded->body, code);
        QVERIFY2(!code, encoded->body.c_str());
        const Sent sent(body);
        const std::vector<LossEntry> losses = report.resolve(asked->source->root, false);
        std::vector<Leaf> leaves;
        leavesOf(asked->source->root, {}, leaves);
        for (const Leaf &leaf : leaves) {
            if (!isConsumed(client, leaf.pointer) && !isCovered(losses, leaf.pointer) && !sent.holds(*leaf.value))
                silent.insert(withoutMarks(leaf.pointer + " = " + json::serialize(*leaf.value)));
        }
    }
};

QTEST_GUILESS_MAIN(TestAccounting)
#include "tst_accounting.moc"
