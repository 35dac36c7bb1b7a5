// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::openai_chat {

// Finds the field `model` in the beginning of a multipart/form-data body (RFC 7578), so that an upload can be routed
// while the rest still arrives.
struct MultipartModel {
    std::string value;
    size_t begin = 0; // of the value in the scanned bytes
    size_t end = 0;
};

// The boundary of a content-type; empty when it is no multipart type or has none.
std::string multipartBoundary(std::string_view contentType);

// nullopt: not (yet) there in full. Pure.
std::optional<MultipartModel> findMultipartModel(std::string_view body, std::string_view boundary);

} // namespace signalbox::openai_chat
