// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/gemini/model_family.h"
#include "core/dialect/json_writer.h"

namespace signalbox::gemini {

// Settings → generationConfig. Lives for one encoding.
class ConfigEncoder
{
public:
    ConfigEncoder(const EncodeRequestOptions &options, SettingsTaker &taker, std::span<const NativeSetting> natives,
                  JsonWriter &out);

    // Members of the object that is open; `schemaAllowed` is false where the model takes no schema beside functions.
    void write(bool schemaAllowed);

private:
    void writeSampling();
    void writeStops();
    void writeThinking();
    void writeLevel(const Reasoning &reasoning, Node origin);
    void writeBudget(const Reasoning &reasoning, Node origin);
    void writeOutput();
    void writeModalities();

    const EncodeRequestOptions &m_options;
    SettingsTaker &m_taker;
    std::span<const NativeSetting> m_natives;
    JsonWriter &m_out;
    ModelFamily m_family;
};

} // namespace signalbox::gemini
