// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/codec.h"

#include <algorithm>

namespace signalbox {

namespace {

// /choices/3/delta/x and /choices/0/delta/x are the same kind of field.
std::string withoutNumbers(std::string_view pointer)
{
    std::string plain;
    for (size_t i = 0; i < pointer.size(); ++i) {
        plain += pointer[i];
        if (pointer[i] != '/')
            continue;
        size_t end = i + 1;
        while (end < pointer.size() && pointer[end] >= '0' && pointer[end] <= '9')
            ++end;
        if (end > i + 1 && (end == pointer.size() || pointer[end] == '/')) {
            plain += '*';
            i = end - 1;
        }
    }
    return plain;
}

} // namespace

void ReplyDecoder::noteLosses(const LossReport &report, const boost::json::value &root)
{
    for (LossEntry &entry : report.resolve(root, true)) {
        entry.pointer = withoutNumbers(entry.pointer);
        if (std::find(m_losses.begin(), m_losses.end(), entry) == m_losses.end())
            m_losses.push_back(std::move(entry));
    }
}

const char *contentTypeOf(StreamFraming framing)
{
    switch (framing) {
    case StreamFraming::Ndjson:
        return "application/x-ndjson";
    case StreamFraming::JsonArray:
        return "application/json";
    case StreamFraming::Sse:
        break;
    }
    return "text/event-stream; charset=utf-8";
}

} // namespace signalbox
