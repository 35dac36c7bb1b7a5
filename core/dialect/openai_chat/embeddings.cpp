// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/embeddings.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"
#include "core/dialect/openai_chat/codec.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/usage.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Little-endian floats, RFC 4648 with padding.
void appendBase64(std::string &out, const std::vector<float> &vector)
{
    std::vector<uint8_t> bytes;
    bytes.reserve(vector.size() * 4 + 2);
    for (const float value : vector) {
        const auto bits = std::bit_cast<uint32_t>(value);
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<uint8_t>(bits >> shift));
    }
    const size_t size = bytes.size();
    bytes.resize((size + 2) / 3 * 3);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const uint32_t three = (uint32_t{bytes[i]} << 16U) | (uint32_t{bytes[i + 1]} << 8U) | bytes[i + 2];
        for (const unsigned shift : {18U, 12U, 6U, 0U})
            out += letters[(three >> shift) & 63U];
    }
    const size_t padding = bytes.size() - size;
    out.replace(out.size() - padding, padding, std::string(padding, '='));
}

std::optional<std::vector<float>> readBase64(std::string_view text)
{
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    std::vector<uint8_t> bytes;
    bytes.reserve(text.size() * 3 / 4);
    uint32_t bits = 0;
    unsigned have = 0;
    for (const char c : text) {
        const size_t value = letters.find(c);
        if (value == std::string_view::npos)
            return std::nullopt;
        bits = (bits << 6U) | static_cast<uint32_t>(value);
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes.push_back(static_cast<uint8_t>(bits >> have));
        }
    }
    if (bytes.size() % 4 != 0)
        return std::nullopt;
    std::vector<float> vector;
    vector.reserve(bytes.size() / 4);
    for (size_t i = 0; i < bytes.size(); i += 4) {
        uint32_t word = 0;
        for (size_t k = 0; k < 4; ++k)
            word |= uint32_t{bytes[i + k]} << (8U * static_cast<unsigned>(k));
        vector.push_back(std::bit_cast<float>(word));
    }
    return vector;
}

void decodeInput(ObjectReader &reader, EmbeddingRequest &request)
{
    const Node input = reader.take("input");
    DecodeContext &context = reader.context();
    if (!input)
        return context.fail(&request.source->root, "input is missing");
    if (const json::string *text = input->if_string()) {
        request.inputs.emplace_back(*text);
        return;
    }
    const json::array *list = input->if_array();
    if (!list || list->empty())
        return context.fail(input, "must be a text or a list with something in it");
    if (list->front().is_number() || list->front().is_array()) {
        request.tokenInputs = input;
        return;
    }
    for (const json::value &item : *list) {
        if (const json::string *text = item.if_string())
            request.inputs.emplace_back(*text);
        else
            context.fail(&item, "must be a text");
    }
}

std::optional<std::vector<float>> readVector(Node embedding)
{
    if (!embedding)
        return std::nullopt;
    if (const json::string *text = embedding->if_string())
        return readBase64(*text);
    const json::array *list = embedding->if_array();
    if (!list)
        return std::nullopt;
    std::vector<float> vector;
    vector.reserve(list->size());
    for (const json::value &number : *list) {
        if (!number.is_number())
            return std::nullopt;
        vector.push_back(number.to_number<float>());
    }
    return vector;
}

// The shortest text that reads back as the same float.
void writeFloats(JsonWriter &json, const std::vector<float> &vector)
{
    json.beginArray();
    for (const float value : vector) {
        if (!std::isfinite(value)) {
            json.null();
            continue;
        }
        std::array<char, 32> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
        json.raw({buffer.data(), static_cast<size_t>(end.ptr - buffer.data())});
    }
    json.endArray();
}

class OpenAiEmbeddings final : public EmbeddingCodec
{
public:
    Result<EmbeddingRequest> decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                           LossReport &losses) const override;
    Result<EncodedRequest> encodeRequest(const EmbeddingRequest &request, const EncodeRequestOptions &options,
                                         LossReport &losses) const override;
    Result<EmbeddingReply> decodeReply(std::string_view body) const override;
    std::string encodeReply(const EmbeddingReply &reply, const EmbeddingRequest &request,
                            const ReplyOptions &options) const override;
};

Result<EmbeddingRequest> OpenAiEmbeddings::decodeRequest(std::string_view body,
                                                         const DecodeRequestOptions & /*options*/,
                                                         LossReport &losses) const
{
    auto source = parseSource(body);
    if (!source)
        return source.error();
    EmbeddingRequest request;
    request.source = *source;
    const json::object *object = request.source->root.if_object();
    if (!object)
        return Error{"json_invalid", "The body must be a JSON object.", 400};
    DecodeContext context{losses, request.source->pool};
    {
        ObjectReader reader(*object, context);
        request.model = reader.text("model");
        decodeInput(reader, request);
        request.dimensions = reader.integer("dimensions");
        if (!request.dimensions)
            request.dimensions = reader.integer("output_dimension"); // Mistral
        request.user = reader.textSetting("user");
        const Setting<std::string_view> format = reader.textSetting("encoding_format");
        request.base64 = format && *format == "base64";
        if (format && *format != "base64" && *format != "float")
            context.fail(format.origin, "must be float or base64");
    }
    if (context.failed())
        return context.error(request.source->root);
    if (request.model.empty())
        return Error{"model_missing", "The request names no model.", 400};
    return request;
}

Result<EncodedRequest> OpenAiEmbeddings::encodeRequest(const EmbeddingRequest &request,
                                                       const EncodeRequestOptions &options, LossReport &losses) const
{
    EncodedRequest encoded;
    encoded.path = "/embeddings";
    JsonWriter json(encoded.body);
    json.beginObject();
    json.member("model", options.model);
    json.key("input");
    if (request.tokenInputs) {
        json.value(*request.tokenInputs);
    } else if (request.inputs.size() == 1 && request.single) {
        json.text(request.inputs.front());
    } else {
        json.beginArray();
        for (const std::string_view input : request.inputs)
            json.text(input);
        json.endArray();
    }
    // Floats are what every server gives without being asked; the client's form is made from them.
    if (request.dimensions && !options.quirks.refuses("dimensions"))
        json.member("dimensions", *request.dimensions);
    else if (request.dimensions)
        losses.drop(request.dimensions.origin, "the provider refuses this setting");
    if (request.user && !options.quirks.refuses("user"))
        json.member("user", *request.user);
    else if (request.user)
        losses.drop(request.user.origin, "the provider refuses this setting");
    json.endObject();
    constexpr const char *unknown = "OpenAI's embeddings know no such setting";
    for (const Setting<std::string_view> *setting : {&request.taskType, &request.title, &request.keepAlive}) {
        if (*setting)
            losses.drop(setting->origin, unknown);
    }
    if (request.truncate)
        losses.drop(request.truncate.origin, unknown);
    return encoded;
}

Result<EmbeddingReply> OpenAiEmbeddings::decodeReply(std::string_view body) const
{
    boost::system::error_code code;
    json::monotonic_resource memory;
    const json::value root = json::parse(body, code, &memory);
    const json::array *data = code ? nullptr : listOf(&root, "data");
    if (!data)
        return Error{"reply_invalid", "The provider's reply holds no embeddings.", 502};
    EmbeddingReply reply;
    reply.model = textOf(&root, "model");
    reply.vectors.resize(data->size());
    for (size_t i = 0; i < data->size(); ++i) {
        const json::value &item = (*data)[i];
        const Node index = memberOf(&item, "index");
        size_t place = i;
        if (index && index->is_int64() && index->get_int64() >= 0)
            place = static_cast<size_t>(index->get_int64());
        auto vector = readVector(memberOf(&item, "embedding"));
        if (!vector || place >= reply.vectors.size())
            return Error{"reply_invalid", "The provider's reply holds an embedding that cannot be read.", 502};
        reply.vectors[place] = std::move(*vector);
    }
    if (const auto usage = readUsage(memberOf(&root, "usage")))
        reply.usage = *usage;
    return reply;
}

std::string OpenAiEmbeddings::encodeReply(const EmbeddingReply &reply, const EmbeddingRequest &request,
                                          const ReplyOptions &options) const
{
    std::string body;
    JsonWriter json(body);
    json.beginObject();
    json.member("id", makeId("embd-", options.requestId, 0)); // Mistral's SDK requires it
    json.member("object", "list");
    json.key("data");
    json.beginArray();
    for (size_t i = 0; i < reply.vectors.size(); ++i) {
        json.beginObject();
        json.member("object", "embedding");
        json.member("index", i);
        json.key("embedding");
        if (request.base64) {
            std::string text;
            appendBase64(text, reply.vectors[i]);
            json.text(text);
        } else {
            writeFloats(json, reply.vectors[i]);
        }
        json.endObject();
    }
    json.endArray();
    json.member("model", reply.model.empty() ? options.model : std::string_view(reply.model));
    const int64_t prompt = reply.usage.input.value_or(0) + reply.usage.cachedInput.value_or(0);
    json.key("usage");
    json.beginObject();
    json.member("prompt_tokens", prompt);
    json.member("total_tokens", prompt);
    json.endObject();
    json.endObject();
    return body;
}

} // namespace

const EmbeddingCodec &embeddingCodec()
{
    static const OpenAiEmbeddings instance;
    return instance;
}

} // namespace signalbox::openai_chat
