// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/multipart_scan.h"

#include <algorithm>
#include <cctype>

namespace signalbox::openai_chat {

namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// True for `content-disposition: form-data; name="model"` without a filename.
bool isModelPart(std::string_view head)
{
    const std::string text = lower(head);
    const size_t at = text.find("content-disposition:");
    if (at == std::string::npos)
        return false;
    const std::string line = text.substr(at, text.find("\r\n", at) - at);
    if (line.find("filename") != std::string::npos)
        return false;
    return line.find("; name=\"model\"") != std::string::npos || line.find(";name=\"model\"") != std::string::npos ||
           line.ends_with("; name=model");
}

} // namespace

std::string multipartBoundary(std::string_view contentType)
{
    const std::string text = lower(contentType);
    if (text.rfind("multipart/", 0) != 0)
        return {};
    const size_t at = text.find("boundary=");
    if (at == std::string::npos)
        return {};
    std::string_view value = contentType.substr(at + 9);
    if (!value.empty() && value.front() == '"') {
        value.remove_prefix(1);
        return std::string(value.substr(0, value.find('"')));
    }
    value = value.substr(0, value.find(';'));
    while (!value.empty() && value.back() == ' ')
        value.remove_suffix(1);
    return std::string(value);
}

std::optional<MultipartModel> findMultipartModel(std::string_view body, std::string_view boundary)
{
    if (boundary.empty())
        return std::nullopt;
    const std::string delimiter = "--" + std::string(boundary);
    for (size_t at = body.find(delimiter); at != std::string_view::npos; at = body.find(delimiter, at + 1)) {
        const bool atLineStart = at == 0 || (at >= 2 && body.substr(at - 2, 2) == "\r\n");
        const size_t headBegin = body.find("\r\n", at);
        if (!atLineStart || headBegin == std::string_view::npos)
            continue;
        const size_t headEnd = body.find("\r\n\r\n", headBegin);
        if (headEnd == std::string_view::npos)
            return std::nullopt;
        if (!isModelPart(body.substr(headBegin, headEnd - headBegin)))
            continue;
        const size_t begin = headEnd + 4;
        const size_t end = body.find("\r\n" + delimiter, begin);
        if (end == std::string_view::npos)
            return std::nullopt;
        return MultipartModel{std::string(body.substr(begin, end - begin)), begin, end};
    }
    return std::nullopt;
}

} // namespace signalbox::openai_chat
