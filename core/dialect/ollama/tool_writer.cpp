// SPDX-License-Identifier: GPL-3.0-or-later
// The tools of a request: the other half of MessageWriter.
#include "core/dialect/ollama/message_writer.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::ollama {

namespace {

namespace json = boost::json;

// Ollama reads a schema into its own types and refuses the whole request over a property that is only true or false.
void writeSchema(JsonWriter &writer, const json::value &schema, Node origin, LossReport &losses)
{
    const json::object *object = schema.if_object();
    if (!object) {
        losses.approximate(origin, "Ollama needs an object for each property's schema");
        writer.beginObject();
        return writer.endObject();
    }
    writer.beginObject();
    for (const json::key_value_pair &member : *object) {
        writer.key(member.key());
        const json::object *properties = member.key() == "properties" ? member.value().if_object() : nullptr;
        if (!properties) {
            writer.value(member.value());
            continue;
        }
        writer.beginObject();
        for (const json::key_value_pair &property : *properties) {
            writer.key(property.key());
            writeSchema(writer, property.value(), &property.value(), losses);
        }
        writer.endObject();
    }
    writer.endObject();
}

} // namespace

void MessageWriter::writeTools(const std::vector<std::string_view> &allowed)
{
    const size_t before = m_writer.out().size();
    bool any = false;
    for (const Tool &tool : m_conversation.tools) {
        if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), tool.name) == allowed.end()) {
            m_losses.drop(tool.origin, "not among the tools that may be called");
            continue;
        }
        if (!noteTool(tool))
            continue;
        if (!any) {
            m_writer.key("tools");
            m_writer.beginArray();
            any = true;
        }
        writeTool(tool);
    }
    if (any)
        m_writer.endArray();
    m_size.textBytes += static_cast<int64_t>(m_writer.out().size() - before);
}

// Whether Ollama can have the tool at all.
bool MessageWriter::noteTool(const Tool &tool)
{
    if (tool.cache)
        m_losses.drop(tool.cache->origin, "Ollama caches prompts by itself");
    if (tool.kind == Tool::Kind::Native) {
        m_losses.drop(tool.origin, "a tool that runs at its own provider");
        return false;
    }
    if (tool.strict && *tool.strict)
        m_losses.drop(tool.strict.origin, "Ollama does not hold arguments to their schema");
    if (!tool.nameSpaceDescription.empty())
        m_losses.drop(tool.nameSpaceOrigin, "Ollama has no groups of tools");
    if (tool.deferLoading && *tool.deferLoading)
        m_losses.drop(tool.deferLoading.origin, "Ollama gets all tools at once");
    if (!tool.nameSpace.empty())
        m_losses.approximate(tool.origin, "Ollama's tools have no namespaces");
    if (tool.kind == Tool::Kind::Custom)
        m_losses.approximate(tool.origin, "a tool for free text is declared with one argument \"input\"");
    if (tool.format)
        m_losses.drop(tool.format, "Ollama's tools have no grammar");
    return true;
}

void MessageWriter::writeTool(const Tool &tool)
{
    m_writer.beginObject();
    m_writer.member("type", "function");
    m_writer.key("function");
    m_writer.beginObject();
    m_writer.member("name", tool.name);
    m_writer.memberUnlessEmpty("description", tool.description);
    m_writer.key("parameters");
    writeParameters(tool);
    m_writer.endObject();
    m_writer.endObject();
}

void MessageWriter::writeParameters(const Tool &tool)
{
    if (tool.kind == Tool::Kind::Custom)
        return m_writer.raw(R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
    if (!tool.schema)
        return m_writer.raw(R"({"type":"object","properties":{}})");
    const size_t before = m_losses.size();
    writeSchema(m_writer, *tool.schema, tool.schema, m_losses);
    // A schema that was converted on the way in is no place in the request.
    if (m_losses.size() > before && pointerOf(m_conversation.source->root, tool.schema).empty())
        m_losses.approximate(tool.origin, "Ollama needs an object for each property's schema");
}

} // namespace signalbox::ollama
