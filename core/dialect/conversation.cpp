// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/conversation.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace json = boost::json;

namespace {

constexpr std::array<const char *, allDialects.size()> dialectNames = {"openai-chat", "openai-responses", "anthropic",
                                                                       "gemini", "ollama"};

Error syntaxError(std::string_view body, size_t at, const boost::system::error_code &code)
{
    const std::string_view before = body.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const size_t lineBegin = before.rfind('\n');
    const size_t column = lineBegin == std::string_view::npos ? at + 1 : at - lineBegin;
    return {"json_invalid",
            "The body is not valid JSON: line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
                code.message() + ".",
            400};
}

} // namespace

const char *dialectName(Dialect dialect)
{
    return dialectNames[static_cast<size_t>(dialect)];
}

std::optional<Dialect> dialectFromName(std::string_view name)
{
    for (const Dialect dialect : allDialects) {
        if (name == dialectName(dialect))
            return dialect;
    }
    return std::nullopt;
}

std::string_view Conversation::toolNameOf(std::string_view callId) const
{
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
        for (const Part &part : message->parts) {
            const ToolCallPart *call = part.as<ToolCallPart>();
            if (call && call->id == callId)
                return call->name;
        }
    }
    return {};
}

size_t Conversation::leadingInstructions() const
{
    const auto other = std::find_if(messages.begin(), messages.end(), [](const Message &message) {
        return message.role != Role::System && message.role != Role::Developer;
    });
    return static_cast<size_t>(other - messages.begin());
}

Result<std::shared_ptr<ConversationSource>> parseSource(std::string_view body)
{
    auto source = std::make_shared<ConversationSource>();
    json::parse_options options;
    options.max_depth = 128;
    json::stream_parser parser(json::storage_ptr(), options);
    parser.reset(&source->memory);
    boost::system::error_code code;
    const size_t read = parser.write_some(body.data(), body.size(), code);
    if (code)
        return syntaxError(body, read, code);
    parser.finish(code);
    if (code)
        return syntaxError(body, body.size(), code);
    const std::string_view rest = body.substr(read);
    if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos)
        return Error{"json_invalid", "The body goes on after its JSON value.", 400};
    source->root = parser.release();
    return source;
}

std::vector<NativeSetting> SettingsTaker::takeNative(Dialect dialect)
{
    m_takenNative = dialect;
    std::vector<NativeSetting> taken;
    std::copy_if(m_settings.native.begin(), m_settings.native.end(), std::back_inserter(taken),
                 [dialect](const NativeSetting &setting) { return setting.dialect == dialect; });
    return taken;
}

void SettingsTaker::report(std::string_view reason)
{
    m_settings.forEach([&](const auto &setting) {
        if (setting && std::find(m_taken.begin(), m_taken.end(), &setting) == m_taken.end())
            m_losses.drop(setting.origin, reason);
    });
    for (const NativeSetting &setting : m_settings.native) {
        if (setting.dialect != m_takenNative)
            m_losses.drop(setting.value, reason);
    }
}

} // namespace signalbox
