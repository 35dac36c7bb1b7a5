// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::ollama {

// Lines of /api/chat or /api/generate. Tool calls and images go out whole, at the end of their part; the last line
// comes with end(), when the usage is known. Only the first choice: the API has no other.
class Encoder final : public ReplyEncoder
{
public:
    explicit Encoder(const ReplyOptions &options);
    void take(const ReplyEvent &event, std::string &out) override;
    void end(std::string &out) override;
    void ping(std::string &out) override;

private:
    struct OpenPart {
        int part = 0;
        ReplyPartKind kind = ReplyPartKind::Text;
        int choice = 0;
        FoldedPart copy; // of what goes out whole
    };

    void setHead(std::string_view model);
    void takeStart(const PartStart &start);
    void takeDelta(const PartDelta &delta, std::string &out);
    void takeEnd(int part, std::string &out);
    void writeText(std::string_view content, std::string_view thinking, Node logprobs, std::string &out);
    void writeWhole(const FoldedPart &part, std::string &out);
    int64_t elapsedNs() const;

    ReplyOptions m_options;
    std::string m_requestId;
    bool m_generate;
    std::string m_head; // {"model":…,"created_at":…
    std::vector<OpenPart> m_open;
    TokenUsage m_usage;
    Finish m_finish;
    std::string m_nativeFinish;
    int m_calls = 0;
    int64_t m_firstNs = 0; // when the first part began
    bool m_over = false;   // nothing may follow
};

// The reply that is not streamed.
std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options);

} // namespace signalbox::ollama
