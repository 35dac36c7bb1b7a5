// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/embeddings.h"

#include "core/dialect/gemini/field_names.h"
#include "core/dialect/gemini/model_family.h"
#include "core/dialect/gemini/usage.h"
#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <array>
#include <charconv>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

constexpr std::string_view noSetting = "Gemini's embeddings have no such setting";

Error invalidReply(std::string_view what)
{
    return {"reply_invalid", "The provider's embeddings are not what its API promises: " + std::string(what) + '.',
            502};
}

class RequestReader
{
public:
    RequestReader(EmbeddingRequest &request, DecodeContext &context) : m_request(request), m_context(context) {}

    void readBatch(ObjectReader &reader, const json::array &requests)
    {
        reader.ignore("model");
        for (const json::value &value : requests) {
            const json::object *one = value.if_object();
            if (!one) {
                m_context.fail(&value, "must be an object");
                continue;
            }
            ObjectReader oneReader(*one, m_context);
            readOne(oneReader, &value);
        }
    }

    void readOne(ObjectReader &reader, Node origin)
    {
        reader.ignore("model");
        const json::object *content = reader.object("content");
        if (!content)
            return m_context.fail(origin, "content is required");
        readContent(*content, origin);
        // One setting for the whole batch: other dialects know no more.
        keep(m_request.taskType, reader.textSetting(spelled(reader, "taskType", "task_type")));
        keep(m_request.title, reader.textSetting("title"));
        keep(m_request.dimensions, reader.integer(spelled(reader, "outputDimensionality", "output_dimensionality")));
    }

private:
    template<class T>
    void keep(Setting<T> &setting, const Setting<T> &found)
    {
        if (!found)
            return;
        if (setting && *setting != *found)
            m_context.losses.drop(found.origin, "one value for all texts: that of the first");
        else if (!setting)
            setting = found;
    }

    void readContent(const json::object &content, Node origin)
    {
        ObjectReader reader(content, m_context);
        reader.ignore("role");
        const json::array *parts = reader.array("parts");
        if (!parts)
            return m_context.fail(origin, "content needs parts");
        std::string_view only;
        std::string joined;
        size_t count = 0;
        for (const json::value &value : *parts) {
            const json::object *part = value.if_object();
            if (!part)
                return m_context.fail(&value, "must be an object");
            ObjectReader partReader(*part, m_context);
            const Setting<std::string_view> text = partReader.textSetting("text");
            if (!text)
                continue; // what it holds instead is noted as lost
            only = *text;
            if (count++ > 0)
                joined += '\n';
            joined += *text;
        }
        if (count == 0)
            return m_context.fail(origin, "only texts can be embedded");
        m_request.inputs.push_back(count == 1 ? only : m_context.pool.keep(std::move(joined)));
    }

    EmbeddingRequest &m_request;
    DecodeContext &m_context;
};

void writeOne(JsonWriter &out, const EmbeddingRequest &request, std::string_view input, std::string_view model)
{
    out.beginObject();
    out.member("model", model);
    out.key("content");
    out.beginObject();
    out.key("parts");
    out.beginArray();
    out.beginObject();
    out.member("text", input);
    out.endObject();
    out.endArray();
    out.endObject();
    if (request.taskType)
        out.member("taskType", *request.taskType);
    if (request.title)
        out.member("title", *request.title);
    if (request.dimensions)
        out.member("outputDimensionality", *request.dimensions);
    out.endObject();
}

Result<std::vector<float>> readVector(const json::value &value)
{
    const json::object *embedding = value.if_object();
    const json::value *values = embedding ? embedding->if_contains("values") : nullptr;
    const json::array *list = values ? values->if_array() : nullptr;
    if (!list)
        return invalidReply("values are missing");
    std::vector<float> vector;
    vector.reserve(list->size());
    for (const json::value &number : *list) {
        if (!number.is_number())
            return invalidReply("a value is not a number");
        vector.push_back(static_cast<float>(number.to_number<double>()));
    }
    return vector;
}

void writeVector(JsonWriter &out, const std::vector<float> &vector)
{
    out.beginObject();
    out.key("values");
    out.beginArray();
    std::array<char, 32> buffer{};
    for (const float value : vector) { // the shortest form of a float, not of its double
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
        out.raw(std::string_view(buffer.data(), static_cast<size_t>(end.ptr - buffer.data())));
    }
    out.endArray();
    out.endObject();
}

class GeminiEmbeddings final : public EmbeddingCodec
{
public:
    Result<EmbeddingRequest> decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                           LossReport &losses) const override
    {
        Result<std::shared_ptr<ConversationSource>> source = parseSource(body);
        if (!source)
            return source.error();
        EmbeddingRequest request;
        request.source = std::move(*source);
        const json::value &root = request.source->root;
        const json::object *object = root.if_object();
        if (!object)
            return Error{"json_invalid", "The body must be a JSON object.", 400};
        if (options.model.empty())
            return Error{"model_missing", "The path names no model: /v1beta/models/MODEL:embedContent.", 400};
        request.model = request.source->pool.keep(std::string(options.model));
        DecodeContext context{losses, request.source->pool};
        {
            ObjectReader reader(*object, context);
            RequestReader requestReader(request, context);
            if (const json::array *requests = reader.array("requests")) {
                requestReader.readBatch(reader, *requests);
                if (requests->empty())
                    context.fail(reader.peek("requests"), "must not be empty");
            } else {
                request.single = true;
                requestReader.readOne(reader, &root);
            }
        }
        if (context.failed())
            return context.error(root);
        return request;
    }

    Result<EncodedRequest> encodeRequest(const EmbeddingRequest &request, const EncodeRequestOptions &options,
                                         LossReport &losses) const override
    {
        if (request.tokenInputs)
            return Error{"field_invalid", "Gemini embeds texts, not token ids.", 400};
        losses.drop(request.user.origin, noSetting);
        losses.drop(request.keepAlive.origin, noSetting);
        losses.drop(request.truncate.origin, noSetting);
        const std::string model = modelPath(options.model);
        const bool single = request.single && request.inputs.size() == 1;
        EncodedRequest encoded;
        encoded.path = '/' + model + (single ? ":embedContent" : ":batchEmbedContents");
        JsonWriter out(encoded.body);
        if (single) {
            writeOne(out, request, request.inputs.front(), model);
            return encoded;
        }
        out.beginObject();
        out.key("requests");
        out.beginArray();
        for (const std::string_view input : request.inputs)
            writeOne(out, request, input, model);
        out.endArray();
        out.endObject();
        return encoded;
    }

    Result<EmbeddingReply> decodeReply(std::string_view body) const override
    {
        boost::system::error_code code;
        const json::value root = json::parse(body, code);
        const json::object *object = code ? nullptr : root.if_object();
        if (!object)
            return invalidReply("not a JSON object");
        EmbeddingReply reply;
        if (const json::value *one = object->if_contains("embedding")) {
            Result<std::vector<float>> vector = readVector(*one);
            if (!vector)
                return vector.error();
            reply.vectors.push_back(std::move(*vector));
        } else if (const json::value *list = object->if_contains("embeddings"); list && list->is_array()) {
            for (const json::value &value : list->get_array()) {
                Result<std::vector<float>> vector = readVector(value);
                if (!vector)
                    return vector.error();
                reply.vectors.push_back(std::move(*vector));
            }
        } else {
            return invalidReply("no embeddings");
        }
        if (const json::value *usage = object->if_contains("usageMetadata"); usage && usage->is_object()) {
            LossReport losses;
            TextPool pool;
            DecodeContext context{losses, pool};
            reply.usage.input = readUsage(usage->get_object(), context).input;
        }
        return reply;
    }

    std::string encodeReply(const EmbeddingReply &reply, const EmbeddingRequest &request,
                            const ReplyOptions &) const override
    {
        std::string body;
        JsonWriter out(body);
        out.beginObject();
        if (request.single && reply.vectors.size() == 1) {
            out.key("embedding");
            writeVector(out, reply.vectors.front());
        } else {
            out.key("embeddings");
            out.beginArray();
            for (const std::vector<float> &vector : reply.vectors)
                writeVector(out, vector);
            out.endArray();
        }
        if (reply.usage.input) {
            out.key("usageMetadata");
            out.beginObject();
            out.member("promptTokenCount", *reply.usage.input);
            out.member("totalTokenCount", *reply.usage.input);
            out.endObject();
        }
        out.endObject();
        return body;
    }
};

} // namespace

const EmbeddingCodec &embeddingCodec()
{
    static const GeminiEmbeddings codec;
    return codec;
}

} // namespace signalbox::gemini
