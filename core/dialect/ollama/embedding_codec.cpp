// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"
#include "core/dialect/ollama/codec.h"
#include "core/dialect/ollama/errors.h"
#include "core/dialect/ollama/request_decoder.h"
#include "core/dialect/ollama/request_encoder.h"
#include "core/dialect/usage_counts.h"

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace signalbox::ollama {

namespace {

namespace json = boost::json;

constexpr std::string_view noSuchSetting = "Ollama's API has no such setting";

void readInputs(ObjectReader &reader, EmbeddingRequest &request)
{
    const Node input = reader.take("input");
    if (!input)
        return reader.context().fail(nullptr, "The field input is missing.");
    if (const json::string *text = input->if_string()) {
        request.inputs.emplace_back(*text);
        return;
    }
    const json::array *list = input->if_array();
    if (!list)
        return reader.context().fail(input, "must be a text or a list of texts");
    for (const json::value &item : *list) {
        const json::string *text = item.if_string();
        if (!text)
            return reader.context().fail(&item, "must be a text");
        request.inputs.emplace_back(*text);
    }
}

// The shortest digits that read back as the same float.
void writeVector(JsonWriter &writer, const std::vector<float> &vector)
{
    writer.beginArray();
    for (const float number : vector) {
        std::array<char, 32> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
        if (std::isfinite(number))
            writer.raw({buffer.data(), static_cast<size_t>(end.ptr - buffer.data())});
        else
            writer.null();
    }
    writer.endArray();
}

bool readVector(const json::value &value, std::vector<float> &vector)
{
    const json::array *list = value.if_array();
    if (!list)
        return false;
    vector.reserve(list->size());
    for (const json::value &number : *list) {
        if (!number.is_number())
            return false;
        vector.push_back(static_cast<float>(number.to_number<double>()));
    }
    return true;
}

Error invalidReply(const std::string &what)
{
    return {"reply_invalid", "The provider's reply cannot be read: " + what + ".", 502};
}

class OllamaEmbeddings final : public EmbeddingCodec
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

Result<EmbeddingRequest> OllamaEmbeddings::decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                                         LossReport &losses) const
{
    auto source = parseSource(body);
    if (!source)
        return source.error();
    EmbeddingRequest request;
    request.source = *source;
    const json::object *root = request.source->root.if_object();
    if (!root)
        return Error{"field_invalid", "The body must be a JSON object.", 400};
    DecodeContext context{losses, request.source->pool};
    {
        ObjectReader reader(*root, context);
        reader.setReason("unknown field, or one that only Ollama has");
        request.model = reader.text("model");
        request.single = options.path.ends_with("/api/embeddings");
        if (request.single) {
            if (const auto prompt = reader.textSetting("prompt"))
                request.inputs.push_back(*prompt);
            else
                context.fail(nullptr, "The field prompt is missing.");
        } else {
            readInputs(reader, request);
            request.truncate = reader.boolean("truncate");
            request.dimensions = reader.integer("dimensions");
        }
        request.keepAlive = readKeepAlive(reader);
    }
    if (context.failed())
        return context.error(request.source->root);
    if (request.model.empty())
        return Error{"model_missing", "The field model is missing.", 400};
    return request;
}

Result<EncodedRequest> OllamaEmbeddings::encodeRequest(const EmbeddingRequest &request,
                                                       const EncodeRequestOptions &options, LossReport &losses) const
{
    if (request.tokenInputs)
        return Error{"field_invalid", "This provider takes texts only, not lists of tokens.", 400};
    EncodedRequest encoded;
    encoded.path = "/api/embed";
    JsonWriter writer(encoded.body);
    writer.beginObject();
    writer.member("model", options.model);
    writer.key("input");
    writer.beginArray();
    for (const std::string_view input : request.inputs)
        writer.text(input);
    writer.endArray();
    if (request.truncate)
        writer.member("truncate", *request.truncate);
    if (request.dimensions)
        writer.member("dimensions", *request.dimensions);
    if (request.keepAlive) {
        writer.key("keep_alive");
        writeKeepAlive(writer, *request.keepAlive);
    }
    writer.endObject();
    for (const Node origin : {request.user.origin, request.taskType.origin, request.title.origin})
        losses.drop(origin, noSuchSetting);
    return encoded;
}

Result<EmbeddingReply> OllamaEmbeddings::decodeReply(std::string_view body) const
{
    boost::system::error_code failure;
    const json::value root = json::parse(body, failure);
    const json::object *object = failure ? nullptr : root.if_object();
    if (!object)
        return invalidReply("it is not a JSON object");
    if (const json::value *error = object->if_contains("error"); error && !error->is_null())
        return errorOf(*error);
    EmbeddingReply reply;
    if (const json::value *model = object->if_contains("model"); model && model->is_string())
        reply.model = model->get_string();
    if (const json::value *list = object->if_contains("embeddings"); list && list->is_array()) {
        for (const json::value &vector : list->get_array()) {
            if (!readVector(vector, reply.vectors.emplace_back()))
                return invalidReply("a vector is not a list of numbers");
        }
    } else if (const json::value *one = object->if_contains("embedding")) {
        if (!readVector(*one, reply.vectors.emplace_back()))
            return invalidReply("the vector is not a list of numbers");
    } else {
        return invalidReply("it has no vectors");
    }
    reply.usage.input = countAt(object, "prompt_eval_count");
    return reply;
}

std::string OllamaEmbeddings::encodeReply(const EmbeddingReply &reply, const EmbeddingRequest &request,
                                          const ReplyOptions &options) const
{
    std::string body;
    JsonWriter writer(body);
    writer.beginObject();
    if (request.single) {
        writer.key("embedding");
        writeVector(writer, reply.vectors.empty() ? std::vector<float>() : reply.vectors.front());
        writer.endObject();
        return body;
    }
    writer.member("model", reply.model.empty() ? options.model : std::string_view(reply.model));
    writer.key("embeddings");
    writer.beginArray();
    for (const std::vector<float> &vector : reply.vectors)
        writeVector(writer, vector);
    writer.endArray();
    writer.member("total_duration", options.elapsedNs ? options.elapsedNs() : 0);
    writer.member("load_duration", 0);
    if (reply.usage.input)
        writer.member("prompt_eval_count", *reply.usage.input);
    writer.endObject();
    return body;
}

} // namespace

const EmbeddingCodec &embeddingCodec()
{
    static const OllamaEmbeddings instance;
    return instance;
}

} // namespace signalbox::ollama
