// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/ollama/codec.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

namespace signalbox {

// A conversation with places to report: place("x") is the value of that member.
class Builder
{
public:
    Builder()
    {
        conversation.source = *parseSource(
            R"({"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"schema":{"type":"object","properties":{"z":true,"a":{"type":"string"}}}})");
        conversation.stream = false;
    }
    Node place(const char *name) const { return &conversation.source->root.at(name); }
    Message &message(Role role)
    {
        conversation.messages.push_back({role, {}, nullptr});
        return conversation.messages.back();
    }
    void user(std::string_view text) { message(Role::User).parts.push_back({TextPart{text}}); }
    void encode(const Quirks &quirks = {})
    {
        const auto request = ollama::codec().encodeRequest(conversation, {"m", quirks}, losses);
        QVERIFY2(request, request ? "" : request.error().message.c_str());
        QCOMPARE(request->path, std::string("/api/chat"));
        QVERIFY(request->headers.empty());
        body = request->body;
        tree = boost::json::parse(body);
    }
    QByteArray at(const char *pointer) const
    {
        boost::system::error_code missing;
        const boost::json::value *found = tree.find_pointer(pointer, missing);
        return found ? QByteArray::fromStdString(jsonText(*found)) : QByteArray("missing");
    }
    QByteArrayList lost() const
    {
        QByteArrayList list;
        for (const LossEntry &entry : losses.resolve(conversation.source->root, false))
            list += QByteArray::fromStdString(std::string(lossKindName(entry.kind)) + " " + entry.pointer);
        return list;
    }

    Conversation conversation;
    LossReport losses;
    std::string body;
    boost::json::value tree;
};

} // namespace signalbox
