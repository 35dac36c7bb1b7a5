// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/reply_parts.h"

#include "core/dialect/media.h"

namespace signalbox::gemini {

void writeTextPart(JsonWriter &out, std::string_view text, bool thought, std::string_view signature)
{
    out.beginObject();
    out.member("text", text);
    if (thought)
        out.member("thought", true);
    out.memberUnlessEmpty("thoughtSignature", signature);
    out.endObject();
}

void writeCallPart(JsonWriter &out, std::string_view id, std::string_view name, std::string_view arguments,
                   std::string_view signature)
{
    out.beginObject();
    out.key("functionCall");
    out.beginObject();
    out.member("id", id);
    out.member("name", name);
    out.memberRaw("args", argumentsObject(arguments).json);
    out.endObject();
    out.memberUnlessEmpty("thoughtSignature", signature);
    out.endObject();
}

void writeBlobPart(JsonWriter &out, std::string_view mimeType, std::string_view data)
{
    if (mimeType.empty())
        mimeType = sniffMimeType(data);
    out.beginObject();
    out.key("inlineData");
    out.beginObject();
    out.member("mimeType", mimeType.empty() ? std::string_view("application/octet-stream") : mimeType);
    out.member("data", data);
    out.endObject();
    out.endObject();
}

void writePart(JsonWriter &out, const FoldedPart &part, std::string_view id, std::string_view signature)
{
    const bool own = part.dialect == Dialect::Gemini;
    switch (part.kind) {
    case ReplyPartKind::Text:
    case ReplyPartKind::Refusal:
        if (!part.text.empty())
            writeTextPart(out, part.text, false, signature);
        return;
    case ReplyPartKind::Thinking: {
        // Another provider's signature would come back as if Gemini had made it.
        const std::string_view signed_ = own ? std::string_view(part.signature) : std::string_view();
        if (!part.text.empty() || !signed_.empty())
            writeTextPart(out, part.text, !part.text.empty(), signed_);
        return;
    }
    case ReplyPartKind::ToolCall:
        return writeCallPart(out, part.id.empty() ? id : std::string_view(part.id), part.name, part.text,
                             part.signature);
    case ReplyPartKind::Image:
    case ReplyPartKind::Audio:
        if (!part.transcript.empty())
            writeTextPart(out, part.transcript);
        if (!part.text.empty())
            writeBlobPart(out, part.mimeType, part.text);
        return;
    case ReplyPartKind::Native:
        if (own && !part.text.empty())
            out.raw(part.text);
        return;
    case ReplyPartKind::RedactedThinking:
        return;
    }
}

} // namespace signalbox::gemini
