// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <array>
#include <string>
#include <vector>

namespace matrix {

enum class Scenario {
    Plain,
    Stream,
    ToolRoundTrip,
    ParallelTools,
    Image,
    ToolResultImage,
    StructuredOutput,
    Thinking,
    StopSequence,
    MaxTokens,
    Limited,
    ServerError,
    Death,
};
inline constexpr std::array allScenarios = {
    Scenario::Plain,        Scenario::Stream,          Scenario::ToolRoundTrip,    Scenario::ParallelTools,
    Scenario::Image,        Scenario::ToolResultImage, Scenario::StructuredOutput, Scenario::Thinking,
    Scenario::StopSequence, Scenario::MaxTokens,       Scenario::Limited,          Scenario::ServerError,
    Scenario::Death};
const char *scenarioName(Scenario scenario); // plain, stream, tool-round-trip …: the fixtures' names

enum class Grade { Yes, Lossy, NotExpressible };

struct Verdict {
    Grade grade = Grade::Yes;
    std::vector<std::string> notes;    // what is lost: "POINTER: reason", "reply: …", "added: …"
    std::vector<std::string> failures; // what must not be, whatever the table says

    std::string text() const; // yes; lossy (n: …); not expressible (…)
};

// Everything one cell of the matrix asks for: request there, reply back, read by the client again.
Verdict runCell(signalbox::Dialect client, signalbox::Dialect provider, Scenario scenario);

// A fixture as text; empty when there is none.
std::string fixture(signalbox::Dialect dialect, const std::string &name);

struct Request {
    std::string body;
    std::string path;
    std::string model;
    bool stream = false;
};
Request requestFixture(signalbox::Dialect dialect, Scenario scenario);
signalbox::Result<signalbox::Conversation> decode(signalbox::Dialect dialect, const Request &request,
                                                  signalbox::LossReport &losses);
// What the encoder wrote, as its own API's server would see it.
Request asReceived(const signalbox::EncodedRequest &encoded);
const char *modelOf(signalbox::Dialect dialect);
// The quirks of the vendor's own service.
signalbox::Quirks quirksOf(signalbox::Dialect dialect);

} // namespace matrix
