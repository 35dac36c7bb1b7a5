// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/repetition/completion_text.h"

#include <boost/json.hpp>

namespace signalbox {

namespace {

namespace json = boost::json;

const json::value *member(const json::value *value, const char *key)
{
    const json::object *object = value ? value->if_object() : nullptr;
    return object ? object->if_contains(key) : nullptr;
}

const json::value *first(const json::value *value)
{
    const json::array *list = value ? value->if_array() : nullptr;
    return list && !list->empty() ? &list->front() : nullptr;
}

std::string_view textOf(const json::value *value)
{
    const json::string *text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

// Parts of a list that have a text, of one type where it is named.
void addParts(const json::value *parts, std::string_view type, std::string &out)
{
    const json::array *list = parts ? parts->if_array() : nullptr;
    for (const json::value &part : list ? *list : json::array()) {
        const json::value *thought = member(&part, "thought");
        if ((type.empty() || textOf(member(&part, "type")) == type) && !(thought && thought->is_bool()))
            out += textOf(member(&part, "text"));
    }
}

void addResponses(const json::value &value, std::string &out)
{
    const std::string_view type = textOf(member(&value, "type"));
    if (type == "response.output_text.delta")
        out += textOf(member(&value, "delta"));
    if (!type.empty())
        return;
    const json::value *output = member(&value, "output");
    const json::array *items = output ? output->if_array() : nullptr;
    for (const json::value &item : items ? *items : json::array()) {
        if (textOf(member(&item, "type")) == "message")
            addParts(member(&item, "content"), "output_text", out);
    }
}

void addText(Dialect dialect, const json::value &value, std::string &out)
{
    switch (dialect) {
    case Dialect::OpenAiChat: {
        const json::value *choice = first(member(&value, "choices"));
        out += textOf(member(member(choice, "message"), "content"));
        out += textOf(member(member(choice, "delta"), "content"));
        out += textOf(member(choice, "text"));
        return;
    }
    case Dialect::OpenAiResponses:
        return addResponses(value, out);
    case Dialect::Anthropic:
        addParts(member(&value, "content"), "text", out);
        if (textOf(member(&value, "type")) == "content_block_delta")
            out += textOf(member(member(&value, "delta"), "text"));
        return;
    case Dialect::Gemini:
        return addParts(member(member(first(member(&value, "candidates")), "content"), "parts"), {}, out);
    case Dialect::Ollama:
        out += textOf(member(member(&value, "message"), "content"));
        out += textOf(member(&value, "response"));
        return;
    }
}

bool addDocument(Dialect dialect, std::string_view text, std::string &out)
{
    json::error_code failed;
    const json::value value = json::parse(text, failed);
    if (failed)
        return false;
    if (const json::array *list = value.if_array()) {
        for (const json::value &part : *list)
            addText(dialect, part, out);
    } else {
        addText(dialect, value, out);
    }
    return true;
}

} // namespace

std::string completionText(Dialect dialect, std::string_view reply)
{
    std::string out;
    const size_t begin = reply.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return out;
    if ((reply[begin] == '{' || reply[begin] == '[') && addDocument(dialect, reply, out))
        return out;
    while (!reply.empty()) {
        const size_t end = reply.find_first_of("\r\n");
        std::string_view line = reply.substr(0, end);
        reply.remove_prefix(end == std::string_view::npos ? reply.size() : end + 1);
        if (line.starts_with("data:"))
            line.remove_prefix(5);
        const size_t brace = line.find_first_not_of(" ,[");
        if (brace != std::string_view::npos && line[brace] == '{')
            addDocument(dialect, line.substr(brace), out);
    }
    return out;
}

} // namespace signalbox
