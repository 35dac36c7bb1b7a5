// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config_reader.h"

#include <QtCore/QString>

#include <algorithm>
#include <memory>

namespace signalbox {

// Texts in single quotes: moc loses count of the braces in raw strings.
inline std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

inline ConfigPtr configWith(const std::string &routes)
{
    const auto config = readConfig(
        quoted("{'version':1,'providers':[{'id':'a','dialect':'openai-chat','baseUrl':'http://127.0.0.1:1/v1'},"
               "{'id':'b','dialect':'openai-chat','baseUrl':'http://127.0.0.1:2/v1'}],'routes':" +
               routes + "}"));
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return std::make_shared<const Config>(*config);
}

inline const std::string weighted = "[{'id':'main','match':{'model':'gpt-*'},'to':{'fallback':[{'weighted':["
                                    "{'weight':3,'to':{'target':'a/x'}},{'weight':1,'to':{'target':'b/y'}}],"
                                    "'shift':{'p95Above':'3s'}},{'target':'b/z'}]}}]";

} // namespace signalbox
