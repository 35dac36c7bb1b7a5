// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/reply_events.h"

#include <string>
#include <string_view>

namespace signalbox::openai_responses {

// Where the events of a stream go. Without an output the items are built all the same.
struct ItemWire {
    std::string *out = nullptr;
    int sequence = 0;

    template<class Write>
    void emit(std::string_view type, const Write &write)
    {
        if (!out)
            return;
        out->append("event: ").append(type).append("\ndata: ");
        JsonWriter json(*out);
        json.beginObject();
        json.member("type", type);
        json.member("sequence_number", sequence++);
        write(json);
        json.endObject();
        out->append("\n\n");
    }
    // response.output_item.added or .done
    void emitItem(std::string_view type, int outputIndex, std::string_view item);
};

struct ItemPlace {
    std::string id;
    int outputIndex = 0;
};

// An assistant's message: texts and refusals as its content parts.
class MessageItem
{
public:
    bool isOpen() const { return m_open; }
    bool hasContent() const { return m_contentOpen; }
    ReplyPartKind kind() const { return m_kind; }
    void open(ItemWire &wire, ItemPlace place);
    void beginContent(ItemWire &wire, ReplyPartKind kind);
    void addText(ItemWire &wire, std::string_view text, Node logprobs);
    void addCitation(ItemWire &wire, const Citation &citation);
    void endContent(ItemWire &wire);
    std::string close(ItemWire &wire, std::string_view status);

private:
    void writePlace(JsonWriter &json) const;
    void writePart(JsonWriter &json) const;
    std::string item(std::string_view status) const;

    ItemPlace m_place;
    ReplyPartKind m_kind = ReplyPartKind::Text;
    std::string m_content; // finished parts
    std::string m_text;
    std::string m_annotations;
    std::string m_logprobs; // without brackets
    int m_contentIndex = 0;
    int m_annotationCount = 0;
    bool m_open = false;
    bool m_contentOpen = false;
};

// Thinking, as one summary text: that is what clients show.
class ReasoningItem
{
public:
    void open(ItemWire &wire, ItemPlace place);
    bool isOpen() const { return m_open; }
    void addText(ItemWire &wire, std::string_view text);
    std::string close(ItemWire &wire, std::string_view encryptedContent);

private:
    std::string item(std::string_view encryptedContent, bool done) const;

    ItemPlace m_place;
    std::string m_text;
    bool m_open = false;
};

// A function call or the call of a custom tool.
class CallItem
{
public:
    struct Call {
        std::string callId;
        std::string name;
        std::string nameSpace;
        bool custom = false;
        bool wrapped = false; // the provider knows functions only: the text is in {"input": …}
    };
    void open(ItemWire &wire, ItemPlace place, Call call);
    void addText(ItemWire &wire, std::string_view text);
    std::string close(ItemWire &wire);

private:
    void emitDelta(ItemWire &wire, std::string_view text);
    std::string item(std::string_view status) const;

    ItemPlace m_place;
    Call m_call;
    std::string m_text;
};

// The text in {"input": "…"}; the whole text when it is something else.
std::string unwrappedInput(std::string_view arguments);

} // namespace signalbox::openai_responses
