// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/media_rules.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace signalbox {

namespace {

constexpr int mostPages = 1000; // no API takes more
constexpr size_t pdfWindow = 256 * 1024;
constexpr double bytesPerPage = 50'000;           // of a PDF whose page tree is compressed
constexpr double mp3BytesPerSecond = 128'000 / 8; // the usual rate of compressed sound
constexpr double videoBytesPerSecond = 2.5e6 / 8; // of video at 720 lines
constexpr double longestSeconds = 24.0 * 3600;

double ceilDiv(double size, double part)
{
    return std::max(1.0, std::ceil(size / part - 1e-9));
}

int64_t tileTokens(const ImageRule &rule, double width, double height, std::string_view detail)
{
    if (detail == "low")
        return rule.base;
    const double fit = std::min(1.0, 2048 / std::max(width, height));
    width *= fit;
    height *= fit;
    const double shrink = std::min(1.0, 768 / std::min(width, height));
    width *= shrink;
    height *= shrink;
    return rule.base + static_cast<int64_t>(ceilDiv(width, 512) * ceilDiv(height, 512)) * rule.each;
}

// Above 1,536 patches the picture is scaled so that they fit, in whole patches of its width.
int64_t patchTokens(const ImageRule &rule, double width, double height)
{
    constexpr double most = 1536;
    double patches = ceilDiv(width, 32) * ceilDiv(height, 32);
    if (patches > most) {
        double scale = std::sqrt(32 * 32 * most / (width * height));
        const double across = width * scale / 32;
        const double down = height * scale / 32;
        scale *= std::min(std::max(1.0, std::floor(across)) / across, std::max(1.0, std::floor(down)) / down);
        patches = std::min(most, ceilDiv(width * scale, 32) * ceilDiv(height * scale, 32));
    }
    return static_cast<int64_t>(std::ceil(patches * rule.factor - 1e-9));
}

int64_t areaTokens(double width, double height)
{
    const double fit = std::min(1.0, 1568 / std::max(width, height));
    return static_cast<int64_t>(std::clamp(std::ceil(width * fit * height * fit / 750), 1.0, 1600.0));
}

int64_t cropTokens(const ImageRule &rule, double width, double height)
{
    if (width <= 384 && height <= 384)
        return rule.each;
    const double side = std::clamp(std::floor(std::min(width, height) / 1.5), 256.0, 768.0);
    return std::min<int64_t>(4096, static_cast<int64_t>(ceilDiv(width, side) * ceilDiv(height, side))) * rule.each;
}

// The largest N of /Count N: the root of the page tree has the sum.
int largestCount(std::string_view bytes)
{
    constexpr std::string_view key = "/Count";
    int most = 0;
    for (size_t at = bytes.find(key); at != std::string_view::npos; at = bytes.find(key, at)) {
        at += key.size();
        while (at < bytes.size() && bytes[at] == ' ')
            ++at;
        int number = 0;
        for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9' && number <= mostPages; ++at)
            number = number * 10 + (bytes[at] - '0');
        most = std::max(most, number);
    }
    return std::min(most, mostPages);
}

// /Type /Page, not /Pages.
int pageObjects(std::string_view bytes)
{
    constexpr std::string_view key = "/Type";
    int pages = 0;
    for (size_t at = bytes.find(key); at != std::string_view::npos; at = bytes.find(key, at)) {
        at += key.size();
        while (at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r'))
            ++at;
        const std::string_view rest = bytes.substr(at, 6);
        if (rest.starts_with("/Page") && (rest.size() < 6 || rest[5] != 's'))
            ++pages;
    }
    return pages;
}

MediaTokens documentTokens(const TokenFamily &family, std::string_view base64)
{
    const int found = base64.empty() ? 0 : pdfPages(base64);
    double pages = found;
    if (found == 0)
        pages = std::clamp(std::ceil(static_cast<double>(base64.size()) * 0.75 / bytesPerPage), 1.0, 1.0 * mostPages);
    if (family.vendor == TokenVendor::Gemini)
        return {static_cast<int64_t>(pages) * 258, found == 0};
    // The middle of the published span for the text, and a page at 96 dots an inch for the picture.
    constexpr int64_t textOfPage = 2250;
    const int64_t perPage = textOfPage + imageTokens(family.image, {816, 1056}, "high");
    return {static_cast<int64_t>(pages) * perPage, true};
}

MediaTokens timedTokens(double bytesSeconds, bool known, double perSecond)
{
    const double seconds = std::clamp(bytesSeconds, 1.0, longestSeconds);
    return {static_cast<int64_t>(std::ceil(seconds * perSecond)), !known};
}

} // namespace

int64_t imageTokens(const ImageRule &rule, ImageSize size, std::string_view detail)
{
    const double width = size.width;
    const double height = size.height;
    switch (rule.kind) {
    case ImageRule::Kind::Tiles:
        return tileTokens(rule, width, height, detail);
    case ImageRule::Kind::Patches:
        return patchTokens(rule, width, height);
    case ImageRule::Kind::Area:
        return areaTokens(width, height);
    case ImageRule::Kind::Crops:
        return cropTokens(rule, width, height);
    }
    return 0;
}

int pdfPages(std::string_view base64)
{
    const Base64View view(base64);
    if (!view.has(0, "%PDF"))
        return 0;
    std::string bytes = view.read(0, pdfWindow);
    const size_t rest = view.size() > pdfWindow ? view.size() - pdfWindow : 0;
    if (rest > 0)
        bytes += view.read(std::max(pdfWindow, view.size() - std::min(view.size(), pdfWindow)), pdfWindow);
    const int counted = largestCount(bytes);
    if (counted > 0 || rest > pdfWindow)
        return counted;
    return std::min(pageObjects(bytes), mostPages);
}

double audioSeconds(std::string_view base64)
{
    const Base64View bytes(base64);
    const auto size = static_cast<double>(bytes.size());
    if (bytes.has(0, "RIFF") && bytes.has(8, "WAVE") && bytes.has(12, "fmt ")) {
        if (const uint32_t perSecond = bytes.little(28, 4))
            return std::max(0.0, size - 44) / perSecond;
    }
    return size / mp3BytesPerSecond;
}

MediaTokens mediaTokens(const TokenFamily &family, const MediaBytes &media)
{
    const bool known = !media.base64.empty();
    switch (media.kind) {
    case MediaKind::Image: {
        const auto size = known ? imageSize(media.base64) : std::nullopt;
        const bool low = family.image.kind == ImageRule::Kind::Tiles && media.detail == "low";
        return {imageTokens(family.image, size.value_or(assumedImage), media.detail), !size && !low};
    }
    case MediaKind::Audio:
        return timedTokens(known ? audioSeconds(media.base64) : assumedSeconds,
                           known && Base64View(media.base64).has(0, "RIFF"),
                           family.vendor == TokenVendor::OpenAi ? 10 : 32);
    case MediaKind::Video:
        return timedTokens(
            known ? static_cast<double>(media.base64.size()) * 0.75 / videoBytesPerSecond : assumedSeconds, false, 300);
    case MediaKind::Document:
        return documentTokens(family, media.base64);
    }
    return {};
}

} // namespace signalbox
