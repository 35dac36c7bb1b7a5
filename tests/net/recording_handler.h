// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_client.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace signalbox::test {

// Remembers all it is told; the hooks let a test act from inside a callback.
class RecordingHandler final : public HttpCallHandler
{
public:
    std::optional<HttpResponseHead> head;
    std::string body;
    int heads = 0;
    int pieces = 0;
    int ends = 0;
    int failures = 0;
    int writables = 0;
    TransportFailure failure = TransportFailure::Closed;
    std::string message;
    int64_t bodyBytes = 0;
    bool keepBody = true;
    std::function<void()> onHead, onBody, onEnd, onFailure, onWritable;
    std::unique_ptr<HttpCall> call;

    bool over() const { return ends + failures > 0; }

    void responseHead(const HttpResponseHead &h) override
    {
        head = h;
        ++heads;
        run(onHead);
    }
    void responseBody(std::string_view bytes) override
    {
        if (keepBody)
            body.append(bytes);
        bodyBytes += static_cast<int64_t>(bytes.size());
        ++pieces;
        run(onBody);
    }
    void responseEnd() override
    {
        ++ends;
        run(onEnd);
    }
    void callFailed(TransportFailure kind, const std::string &text) override
    {
        ++failures;
        failure = kind;
        message = text;
        run(onFailure);
    }
    void requestWritable() override
    {
        ++writables;
        run(onWritable);
    }

private:
    static void run(const std::function<void()> &hook)
    {
        if (hook)
            hook();
    }
};

} // namespace signalbox::test
