// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_random.h"
#include "app/demo/simulated_provider.h"
#include "core/net/http_server.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// An error in OpenAI's shape.
std::string simulatedError(std::string_view message, std::string_view type, std::string_view code = {});

// One answer of a simulated provider. Lives on the demo thread; child of its provider; deletes itself when the answer
// is out or the client is gone. A whole answer is under 300 KB, so a slow reader cannot make it grow without bound.
class SimulatedReply final : public QObject, public HttpRequestHandler
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SimulatedReply)

public:
    enum class Kind { Chat, Embeddings };
    SimulatedReply(HttpExchange &exchange, Kind kind, SimulatedFate fate, DemoRandom random, QObject *parent);

    void requestBody(std::string_view bytes) override;
    void requestEnd() override;
    void clientGone() override;
    void clientWritable() override {}

private:
    void answer(); // the first byte is due
    void answerChat();
    void answerEmbeddings();
    void sendPieces();
    void finishStream();
    void fail(int status, std::string_view message, std::string_view type);
    void replyWhole(const std::string &body);
    void done();
    std::string chunk(std::string_view content, bool first, bool last) const;

    HttpExchange *m_exchange; // null once answered or gone
    Kind m_kind;
    SimulatedFate m_fate;
    DemoRandom m_random;
    QTimer m_timer;
    std::string m_body;
    std::string m_id;
    std::string m_model;
    std::string m_format; // of embeddings
    bool m_stream = false;
    bool m_wantsUsage = false;
    bool m_streaming = false;
    int m_inputs = 1;
    int64_t m_promptTokens = 0;
    int64_t m_cachedTokens = 0;
    std::vector<std::string> m_pieces;
    size_t m_sent = 0;
};

} // namespace signalbox
