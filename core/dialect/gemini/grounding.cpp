// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/grounding.h"

#include "core/dialect/gemini/field_names.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

bool beginsCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

int64_t charactersBefore(std::string_view text, int64_t bytes)
{
    const auto end = static_cast<size_t>(std::clamp<int64_t>(bytes, 0, static_cast<int64_t>(text.size())));
    return std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), beginsCharacter);
}

int64_t bytesBefore(std::string_view text, int64_t characters)
{
    int64_t seen = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (beginsCharacter(text[i]) && seen++ == characters)
            return static_cast<int64_t>(i);
    }
    return static_cast<int64_t>(text.size());
}

// Web, a store of one's own, maps: each names its address and title.
Citation readChunk(const json::value &value, DecodeContext &context)
{
    Citation citation;
    citation.origin = &value;
    const json::object *chunk = value.if_object();
    if (!chunk)
        return citation;
    ObjectReader reader(*chunk, context);
    for (const std::string_view kind : {"web", "retrievedContext", "maps"}) {
        const json::object *source = reader.object(kind);
        if (!source)
            continue;
        ObjectReader sourceReader(*source, context);
        citation.url = sourceReader.text("uri");
        citation.title = sourceReader.text("title");
        citation.citedText = sourceReader.text("text");
        sourceReader.ignoreRest(); // domain, place ids: further names of the same source
    }
    return citation;
}

void readSupport(const json::value &value, std::string_view text, const std::vector<Citation> &chunks,
                 std::vector<Citation> &citations, DecodeContext &context)
{
    const json::object *support = value.if_object();
    if (!support)
        return;
    ObjectReader reader(*support, context);
    reader.ignore("confidenceScores");
    std::optional<int64_t> begin;
    std::optional<int64_t> end;
    if (const json::object *segment = reader.object("segment")) {
        ObjectReader segmentReader(*segment, context);
        begin = segmentReader.integer("startIndex").value.value_or(0);
        end = segmentReader.integer("endIndex").value;
        segmentReader.ignoreRest(); // its text and part say nothing new
    }
    const json::array *indices = reader.array("groundingChunkIndices");
    if (!indices)
        return;
    for (const json::value &index : *indices) {
        if (!index.is_int64() || index.get_int64() < 0 || index.get_int64() >= static_cast<int64_t>(chunks.size()))
            continue;
        Citation citation = chunks[static_cast<size_t>(index.get_int64())];
        if (end) {
            citation.begin = charactersBefore(text, *begin);
            citation.end = charactersBefore(text, *end);
        }
        citations.push_back(citation);
    }
}

} // namespace

std::vector<Citation> readGrounding(const json::object &metadata, std::string_view text, DecodeContext &context)
{
    std::vector<Citation> chunks;
    std::vector<Citation> citations;
    ObjectReader reader(metadata, context);
    reader.ignore("webSearchQueries");
    if (const json::array *list = reader.array("groundingChunks")) {
        for (const json::value &chunk : *list)
            chunks.push_back(readChunk(chunk, context));
    }
    if (const json::array *list = reader.array("groundingSupports")) {
        for (const json::value &support : *list)
            readSupport(support, text, chunks, citations, context);
    }
    return citations.empty() ? chunks : citations;
}

std::vector<Citation> readCitations(const json::object &metadata, std::string_view text, DecodeContext &context)
{
    std::vector<Citation> citations;
    ObjectReader reader(metadata, context);
    const json::array *list = reader.array(reader.has("citations") ? "citations" : "citationSources");
    if (!list)
        return citations;
    for (const json::value &value : *list) {
        const json::object *source = value.if_object();
        if (!source)
            continue;
        ObjectReader sourceReader(*source, context);
        Citation citation;
        citation.origin = &value;
        citation.url = sourceReader.text("uri");
        citation.title = sourceReader.text("title");
        const std::optional<int64_t> begin = sourceReader.integer("startIndex").value;
        const std::optional<int64_t> end = sourceReader.integer("endIndex").value;
        if (end) {
            citation.begin = charactersBefore(text, begin.value_or(0));
            citation.end = charactersBefore(text, *end);
        }
        citations.push_back(citation);
    }
    return citations;
}

void writeGrounding(JsonWriter &out, const std::vector<FoldedPart::CitationCopy> &citations, std::string_view text)
{
    if (citations.empty())
        return;
    out.key("groundingMetadata");
    out.beginObject();
    out.key("groundingChunks");
    out.beginArray();
    for (const FoldedPart::CitationCopy &citation : citations) {
        out.beginObject();
        out.key("web");
        out.beginObject();
        out.member("uri", citation.url);
        out.memberUnlessEmpty("title", citation.title);
        out.endObject();
        out.endObject();
    }
    out.endArray();
    out.key("groundingSupports");
    out.beginArray();
    for (size_t i = 0; i < citations.size(); ++i) {
        if (!citations[i].begin || !citations[i].end)
            continue;
        const int64_t begin = bytesBefore(text, *citations[i].begin);
        const int64_t end = std::max(begin, bytesBefore(text, *citations[i].end));
        out.beginObject();
        out.key("segment");
        out.beginObject();
        out.member("startIndex", begin);
        out.member("endIndex", end);
        out.member("text", text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
        out.endObject();
        out.key("groundingChunkIndices");
        out.beginArray();
        out.integer(static_cast<int64_t>(i));
        out.endArray();
        out.endObject();
    }
    out.endArray();
    out.endObject();
}

} // namespace signalbox::gemini
