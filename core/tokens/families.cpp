// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/families.h"

#include "core/base/glob.h"

#include <boost/json.hpp>

#include <QFile>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

static void initEncodingsResource()
{
    Q_INIT_RESOURCE(signalbox_vocab);
}

namespace signalbox {

namespace {

using Patterns = std::vector<std::pair<std::string, VocabularyId>>;

void addModels(Patterns &patterns, const boost::json::value &all, const char *key, VocabularyId id)
{
    const auto *models = all.as_object().if_contains(key);
    models = models && models->is_object() ? models->as_object().if_contains("models") : nullptr;
    if (!models || !models->is_array())
        return;
    for (const boost::json::value &model : models->as_array()) {
        if (!model.is_string())
            continue;
        const std::string_view text(model.as_string());
        patterns.emplace_back(text.substr(0, text.find(' ')), id); // a remark may follow
    }
}

const Patterns &encodingsModels()
{
    static const Patterns patterns = [] {
        initEncodingsResource();
        QFile file(QStringLiteral(":/signalbox/vocab/encodings.json"));
        Patterns made;
        if (!file.open(QIODevice::ReadOnly))
            return made;
        boost::system::error_code failure;
        const boost::json::value all = boost::json::parse(file.readAll().toStdString(), failure);
        if (failure || !all.is_object())
            return made;
        addModels(made, all, "o200k_base", VocabularyId::O200k);
        addModels(made, all, "cl100k_base", VocabularyId::Cl100k);
        made.emplace_back("gpt-35-turbo*", VocabularyId::Cl100k); // Azure's spelling
        return made;
    }();
    return patterns;
}

std::string_view bareName(std::string_view model)
{
    if (model.starts_with("ft:"))
        model.remove_prefix(3);
    return model.substr(model.rfind('/') + 1); // npos + 1 is 0
}

struct OwnFactor {
    std::string_view pattern;
    double factor;
    TokenVendor vendor;
};

// The first match counts.
constexpr std::array<OwnFactor, 9> ownFactors = {{{"*claude-*-4-7*", 1.5, TokenVendor::Anthropic},
                                                  {"*claude*", 1.2, TokenVendor::Anthropic},
                                                  {"*gemini*", 1.05, TokenVendor::Gemini},
                                                  {"*gemma*", 1.05, TokenVendor::Other},
                                                  {"*qwen*", 1.05, TokenVendor::Other},
                                                  {"*llama*", 1.05, TokenVendor::Other},
                                                  {"*deepseek*", 1.05, TokenVendor::Other},
                                                  {"*mistral*", 1.1, TokenVendor::Other},
                                                  {"*grok*", 1.05, TokenVendor::Other}}};
constexpr double unknownFactor = 1.1;

struct ImageModel {
    std::string_view pattern;
    ImageRule rule;
};

// platform.openai.com/docs/guides/images-vision, "Calculating costs". The first match counts.
constexpr std::array<ImageModel, 9> imageModels = {{
    {"gpt-4.1-mini*", {ImageRule::Kind::Patches, 0, 1, 1.62}},
    {"gpt-4.1-nano*", {ImageRule::Kind::Patches, 0, 1, 2.46}},
    {"gpt-5*-mini*", {ImageRule::Kind::Patches, 0, 1, 1.62}},
    {"gpt-5*-nano*", {ImageRule::Kind::Patches, 0, 1, 2.46}},
    {"o4-mini*", {ImageRule::Kind::Patches, 0, 1, 1.72}},
    {"gpt-4o-mini*", {ImageRule::Kind::Tiles, 2833, 5667, 1.0}},
    {"gpt-5*", {ImageRule::Kind::Tiles, 70, 140, 1.0}},
    {"o1*", {ImageRule::Kind::Tiles, 75, 150, 1.0}},
    {"o3*", {ImageRule::Kind::Tiles, 75, 150, 1.0}},
}};

ImageRule imageRule(TokenVendor vendor, std::string_view name)
{
    if (vendor == TokenVendor::Anthropic)
        return {ImageRule::Kind::Area, 0, 1, 1.0};
    if (vendor == TokenVendor::Gemini)
        return {ImageRule::Kind::Crops, 0, 258, 1.0};
    const auto *found = std::find_if(imageModels.begin(), imageModels.end(),
                                     [name](const ImageModel &one) { return globMatch(one.pattern, name); });
    return found == imageModels.end() ? ImageRule{} : found->rule;
}

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

} // namespace

TokenFamily tokenFamilyOf(std::string_view model)
{
    const std::string name = lowerCase(bareName(model));
    TokenFamily family;
    const Patterns &known = encodingsModels();
    const auto found =
        std::find_if(known.begin(), known.end(), [&name](const auto &one) { return globMatch(one.first, name); });
    if (found != known.end()) {
        family.vocabulary = found->second;
        family.exact = true;
        family.vendor = TokenVendor::OpenAi;
    } else {
        const auto *own = std::find_if(ownFactors.begin(), ownFactors.end(),
                                       [&name](const OwnFactor &one) { return globMatch(one.pattern, name); });
        family.factor = own == ownFactors.end() ? unknownFactor : own->factor;
        family.vendor = own == ownFactors.end() ? TokenVendor::Other : own->vendor;
    }
    family.image = imageRule(family.vendor, name);
    return family;
}

} // namespace signalbox
