// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_server.h"

#include <QtCore/QObject>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

// A provider whose answers a test writes: an HttpServer on loopback. Lives on the thread of the test.
class ScriptedProvider final : public QObject
{
    Q_OBJECT

public:
    struct Seen {
        std::string target;
        signalbox::HeaderList headers;
        std::string body;
        bool ended = false;
        bool gone = false;
    };
    // Called when the request is complete; index into seen().
    using Answer = std::function<void(signalbox::HttpExchange &exchange, const Seen &seen)>;

    explicit ScriptedProvider(Answer answer);
    ~ScriptedProvider() override;
    std::string baseUrl() const;
    const std::vector<std::shared_ptr<Seen>> &seen() const { return m_seen; }

private:
    struct Handler;
    Answer m_answer;
    std::vector<std::shared_ptr<Seen>> m_seen;
    std::vector<std::unique_ptr<Handler>> m_handlers;
    signalbox::HttpServer m_server; // goes first: it tells its handlers
};
