// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/content_decoder.h"

#include "core/dialect/media.h"

#include <boost/json.hpp>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

std::string_view requiredText(ObjectReader &reader, std::string_view key, const json::value &owner)
{
    if (!reader.has(key)) {
        reader.context().fail(&owner, "needs the text " + std::string(key));
        return {};
    }
    return reader.text(key);
}

// Url citations have a canonical form; the other kinds point into OpenAI's own file store.
void decodeCitation(const json::value &value, TextPart &part, DecodeContext &context)
{
    const json::object *object = value.if_object();
    if (!object)
        return context.fail(&value, "must be an object");
    ObjectReader reader(*object, context);
    const std::string_view type = reader.text("type");
    if (type != "url_citation") {
        reader.ignoreRest();
        return context.losses.drop(&value, "a citation of a kind that only OpenAI's API has");
    }
    Citation citation;
    citation.origin = &value;
    citation.url = reader.text("url");
    citation.title = reader.text("title");
    citation.begin = reader.integer("start_index").value;
    citation.end = reader.integer("end_index").value;
    part.citations.push_back(citation);
}

TextPart decodeText(ObjectReader &reader, const json::value &value)
{
    TextPart part;
    part.text = requiredText(reader, "text", value);
    if (const json::array *annotations = reader.array("annotations")) {
        for (const json::value &annotation : *annotations)
            decodeCitation(annotation, part, reader.context());
    }
    reader.ignore("logprobs"); // an echo of the reply
    return part;
}

void setUrl(MediaSource &source, std::string_view url)
{
    if (const std::optional<DataUrl> data = readDataUrl(url)) {
        source.mimeType = data->mimeType;
        source.data = data->data;
    } else {
        source.url = url;
    }
}

MediaPart decodeImage(ObjectReader &reader, const json::value &value)
{
    MediaPart part;
    part.kind = MediaPart::Kind::Image;
    part.detail = reader.text("detail");
    const Node url = reader.peek("image_url");
    if (const json::object *wrapped = url ? url->if_object() : nullptr) {
        // The shape of Chat Completions, which some clients send here too.
        reader.take("image_url");
        ObjectReader inner(*wrapped, reader.context());
        setUrl(part.source, inner.text("url"));
    } else if (url) {
        setUrl(part.source, reader.text("image_url"));
    }
    part.source.fileId = reader.text("file_id");
    if (part.source.data.empty() && part.source.url.empty() && part.source.fileId.empty())
        reader.context().fail(&value, "needs image_url or file_id");
    return part;
}

std::string_view mimeTypeOfName(std::string_view name)
{
    if (name.ends_with(".pdf"))
        return "application/pdf";
    if (name.ends_with(".txt"))
        return "text/plain";
    if (name.ends_with(".md"))
        return "text/markdown";
    return {};
}

MediaPart decodeFile(ObjectReader &reader, const json::value &value)
{
    MediaPart part;
    part.kind = MediaPart::Kind::Document;
    part.source.name = reader.text("filename");
    part.source.fileId = reader.text("file_id");
    part.source.url = reader.text("file_url");
    const std::string_view data = reader.text("file_data");
    if (const std::optional<DataUrl> parsed = readDataUrl(data)) {
        part.source.mimeType = parsed->mimeType;
        part.source.data = parsed->data;
    } else if (!data.empty()) {
        part.source.data = data;
        part.source.mimeType = mimeTypeOfName(part.source.name);
        if (part.source.mimeType.empty())
            part.source.mimeType = sniffMimeType(data);
    }
    if (part.source.data.empty() && part.source.url.empty() && part.source.fileId.empty())
        reader.context().fail(&value, "needs file_data, file_url or file_id");
    return part;
}

MediaPart decodeAudio(ObjectReader &reader, const json::value &value)
{
    MediaPart part;
    part.kind = MediaPart::Kind::Audio;
    const json::object *audio = reader.object("input_audio");
    if (!audio) {
        reader.context().fail(&value, "needs input_audio");
        return part;
    }
    ObjectReader inner(*audio, reader.context());
    part.source.data = requiredText(inner, "data", value);
    const std::string_view format = inner.text("format");
    part.source.mimeType = format == "mp3" ? "audio/mpeg" : "audio/wav";
    return part;
}

void decodePart(const json::value &value, std::vector<Part> &parts, DecodeContext &context)
{
    const json::object *object = value.if_object();
    if (!object)
        return context.fail(&value, "must be an object");
    ObjectReader reader(*object, context);
    const std::string_view type = reader.text("type");
    Part part;
    part.origin = &value;
    if (type == "input_text" || type == "output_text" || type == "text") {
        part.value = decodeText(reader, value);
    } else if (type == "refusal") {
        part.value = RefusalPart{requiredText(reader, "refusal", value)};
    } else if (type == "input_image") {
        part.value = decodeImage(reader, value);
    } else if (type == "input_file") {
        part.value = decodeFile(reader, value);
    } else if (type == "input_audio") {
        part.value = decodeAudio(reader, value);
    } else {
        reader.ignoreRest();
        return context.losses.drop(&value, "content of a type that this gateway does not know");
    }
    if (const Node breakpoint = reader.take("prompt_cache_breakpoint"))
        part.cache = CacheBreakpoint{{}, breakpoint};
    parts.push_back(std::move(part));
}

} // namespace

void decodeContent(Node content, std::vector<Part> &parts, DecodeContext &context)
{
    if (!content)
        return;
    if (const json::string *text = content->if_string()) {
        parts.push_back({TextPart{std::string_view(*text)}, content});
        return;
    }
    const json::array *list = content->if_array();
    if (!list)
        return context.fail(content, "must be a text or a list");
    parts.reserve(parts.size() + list->size());
    for (const json::value &value : *list)
        decodePart(value, parts, context);
}

} // namespace signalbox::openai_responses
