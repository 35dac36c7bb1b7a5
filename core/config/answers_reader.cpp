// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/answers_reader.h"

#include "core/config/config_checks.h"

#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

#include <array>

namespace signalbox {

namespace {

constexpr Millis leastCheck{600'000};

constexpr std::array<const char *, 3> scopeNames{"off", "decoded", "all"};

bool isLoopback(const std::string &url)
{
    const QString host = QUrl(QString::fromStdString(url)).host();
    return host == QStringLiteral("localhost") || QHostAddress(host).isLoopback();
}

} // namespace

// Prices decide about money, so they are not taken over a line that anybody can write on.
std::string checkCatalogueUrl(const std::string &url)
{
    const std::string wrong = checkBaseUrl(url);
    if (!wrong.empty())
        return wrong;
    if (url.rfind("https://", 0) != 0 && !isLoopback(url))
        return "must begin with https://; http:// is for this machine only";
    return {};
}

void readCatalogueConfig(JsonCursor node, CatalogueConfig &catalogue)
{
    node.allow({"url", "checkEvery"});
    node.require("url");
    node.text("url", catalogue.url);
    if (node.log().failed())
        return;
    if (const std::string wrong = catalogue.url.empty() ? "must not be empty" : checkCatalogueUrl(catalogue.url);
        !wrong.empty())
        node.problem("url", wrong);
    node.duration("checkEvery", catalogue.checkEvery);
    if (catalogue.checkEvery < leastCheck)
        node.problem("checkEvery", "must be at least 10m");
}

void readAnswersConfig(JsonCursor node, AnswersConfig &answers)
{
    node.allow({"repetition"});
    std::string scope = scopeNames[static_cast<size_t>(answers.repetition)];
    node.oneOf("repetition", scope, {scopeNames[0], scopeNames[1], scopeNames[2]});
    for (size_t i = 0; i < scopeNames.size(); ++i) {
        if (scope == scopeNames[i])
            answers.repetition = static_cast<RepetitionScope>(i);
    }
}

void writeCatalogueConfig(JsonTextWriter &out, const CatalogueConfig &catalogue)
{
    if (catalogue == CatalogueConfig())
        return;
    out.key("catalogue");
    out.object([&] {
        out.member("url", catalogue.url, {});
        out.member("checkEvery", catalogue.checkEvery, CatalogueConfig().checkEvery);
    });
}

void writeAnswersConfig(JsonTextWriter &out, const AnswersConfig &answers)
{
    if (answers == AnswersConfig())
        return;
    out.key("answers");
    out.object([&] {
        out.key("repetition");
        out.text(scopeNames[static_cast<size_t>(answers.repetition)]);
    });
}

} // namespace signalbox
