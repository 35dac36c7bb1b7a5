// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/schema.h"
#include "core/dialect/anthropic/settings_writer.h"

#include <boost/json.hpp>

namespace signalbox::anthropic {

void SettingsWriter::writeOutputConfig()
{
    const StructuredOutput *output = m_taker.take(&Settings::output);
    const Node outputOrigin = m_taker.originOf(&Settings::output);
    const bool refused = m_run.refuses("output_config") || m_run.refuses("output_config.format");
    const bool format = output && output->kind == StructuredOutput::Kind::JsonSchema && output->schema && !refused;
    if (output && !format)
        instructFormat(*output, outputOrigin);
    if (!m_effort.empty() && (m_run.refuses("output_config") || m_run.refuses("output_config.effort"))) {
        m_run.losses.drop(m_taker.originOf(&Settings::reasoning), "the provider takes no effort");
        m_effort = {};
    }
    Node taskBudget = nullptr;
    for (const NativeSetting &field : m_run.natives.of(nullptr)) {
        if (field.path == "output_config.task_budget")
            taskBudget = field.value;
    }
    if (!format && m_effort.empty() && !taskBudget)
        return;
    m_writer.key("output_config");
    m_writer.beginObject();
    m_writer.memberUnlessEmpty("effort", m_effort);
    if (format)
        writeOutputFormat(*output);
    if (taskBudget) {
        m_writer.member("task_budget", *taskBudget);
        noteBetas("output_config.task_budget", *taskBudget);
    }
    m_writer.endObject();
}

void SettingsWriter::writeOutputFormat(const StructuredOutput &output)
{
    m_writer.key("format");
    m_writer.beginObject();
    m_writer.member("type", "json_schema");
    m_writer.key("schema");
    writeStrictSchema(*output.schema, m_writer, m_run.losses);
    m_writer.endObject();
    if (!output.name.empty() || !output.description.empty())
        m_run.losses.approximate(m_taker.originOf(&Settings::output),
                                 "sent without name and description: Anthropic's API takes the schema alone");
}

void SettingsWriter::instructFormat(const StructuredOutput &output, Node origin)
{
    m_instruction = "Answer with one JSON object and nothing else, without code fences.";
    if (output.schema)
        m_instruction += "\nIt has to fit this JSON schema: " + jsonText(*output.schema);
    m_run.losses.approximate(origin, "sent as an instruction: the provider has no such setting");
}

} // namespace signalbox::anthropic
