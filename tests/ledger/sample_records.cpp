// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ledger/sample_records.h"

#include "core/base/ids.h"
#include "core/ledger/phase_times.h"

#include <array>

namespace signalbox::test {

RequestRecord sampleRecord(int64_t i, int64_t startedAtMs)
{
    constexpr std::array<int, 8> statuses{200, 200, 200, 429, 502, 504, 400, 499};
    RequestRecord r;
    r.id = makeUuid7(startedAtMs);
    r.startedAtMs = startedAtMs;
    r.project = i % 3 == 0 ? "default" : "team";
    r.client = "laptop";
    r.user = "ann";
    r.dialect = "openai-chat";
    r.route = "main";
    r.requestedModel = "gpt-5";
    r.provider = i % 2 == 0 ? "openai" : "box";
    r.model = "model-" + std::to_string(i % 5);
    r.credential = "main";
    r.status = statuses[static_cast<size_t>(i % 8)];
    r.error = r.status >= 400 ? "upstream_error: it broke" : "";
    r.stream = i % 2 == 0;
    if (i % 4 != 0)
        r.ttftMs = 50.5 + static_cast<double>(i % 100);
    r.durationMs = 100.25 + static_cast<double>(i % 1000);
    r.overheadUs = 42;
    r.usage = {100 + i, 20, std::nullopt, 7 + i, 3};
    if (i % 5 != 0)
        r.cost = {1'000'000 + i, CostState::Estimated, "config:*"};
    r.losses = {{"/messages/0/content/1", "dropped", "no images there", false},
                {"/choices/*/logprobs", "dropped", "no place for it", true}};
    r.lossCount = static_cast<int>(r.losses.size());
    r.plan = R"({"route":"r","targets":[{"target":"box/m1"}]})";
    r.traceId = makeTraceId();
    r.spanId = makeSpanId();
    r.tag = i % 3 == 0 ? "#chat" : "#code";
    r.session = "s" + std::to_string(i % 7);
    AttemptRecord attempt;
    attempt.provider = "first";
    attempt.model = r.model;
    attempt.credential = "c";
    attempt.status = 503;
    attempt.errorClass = "upstream_error";
    attempt.startedAtMs = startedAtMs;
    attempt.connectMs = 1.5;
    attempt.durationMs = 9;
    attempt.retryAfterMs = 2'000;
    r.attempts.push_back(attempt);
    attempt.n = 2;
    attempt.provider = r.provider;
    attempt.status = r.status;
    attempt.errorClass.clear();
    attempt.ttfbMs = 33;
    attempt.retryAfterMs.reset();
    attempt.usage = r.usage;
    attempt.cost = r.cost;
    r.attempts.push_back(attempt);
    r.phases = packPhases({120, 180, 260, {{260, 300, -1, false}, {9'400, 9'900, 60'000 + i, true}}});
    return r;
}

} // namespace signalbox::test
