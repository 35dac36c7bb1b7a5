// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/catalogue_view.h"

#include "core/catalogue/catalogue_update.h"
#include "core/catalogue/fact_reader.h"
#include "core/catalogue/price_json.h"
#include "core/dialect/json_writer.h"

#include <QtCore/QUrlQuery>

namespace signalbox {

namespace {

template<class T>
void optional(JsonWriter &out, std::string_view name, const std::optional<T> &value)
{
    if (value)
        out.member(name, *value);
}

void writeKinds(JsonWriter &out, std::string_view name, Modalities modalities)
{
    if (!modalities.known())
        return;
    out.key(name);
    out.beginArray();
    for (const std::string_view kind : modalityNames(modalities))
        out.text(kind);
    out.endArray();
}

void writeFacts(JsonWriter &out, const ModelFacts &facts)
{
    out.member("provider", facts.provider);
    out.member("model", facts.model);
    out.memberUnlessEmpty("name", facts.name);
    optional(out, "contextTokens", facts.contextTokens);
    optional(out, "otherContextTokens", facts.otherContextTokens);
    optional(out, "maxOutputTokens", facts.maxOutputTokens);
    writeKinds(out, "input", facts.input);
    writeKinds(out, "output", facts.output);
    optional(out, "tools", facts.tools);
    optional(out, "reasoning", facts.reasoning);
    out.memberUnlessEmpty("released", facts.released);
    out.memberUnlessEmpty("status", facts.status);
    out.member("source", facts.source);
    out.memberUnlessEmpty("asOf", facts.asOf);
    if (facts.price)
        out.memberRaw("price", priceToJson(*facts.price));
    if (facts.quality.empty())
        return;
    out.key("quality");
    out.beginArray();
    for (const QualityScore &score : facts.quality) {
        out.beginObject();
        out.member("metric", score.metric);
        out.member("score", score.score);
        out.member("source", score.source);
        out.memberUnlessEmpty("asOf", score.asOf);
        out.endObject();
    }
    out.endArray();
}

// What our counts are multiplied by, learnt from what the provider reported.
void writeCalibration(JsonWriter &out, const Calibration::Factor &learnt)
{
    out.key("calibration");
    out.beginObject();
    out.member("factor", learnt.factor);
    out.member("samples", learnt.reports);
    out.member("error", learnt.error);
    out.endObject();
}

void writeMetrics(JsonWriter &out, const QualityFigures &figures)
{
    out.key("metrics");
    out.beginArray();
    for (const QualityMetric &metric : figures.metrics()) {
        out.beginObject();
        out.member("id", metric.id);
        out.member("title", metric.title);
        out.memberUnlessEmpty("label", metric.label);
        out.memberUnlessEmpty("source", metric.source);
        out.memberUnlessEmpty("licence", metric.licence);
        out.memberUnlessEmpty("asOf", metric.asOf);
        out.endObject();
    }
    out.endArray();
}

void writeSummary(JsonWriter &out, const Catalogue &catalogue, int64_t wallMs)
{
    const int age = ageInDays(catalogue, wallMs);
    out.member("asOf", catalogue.asOf());
    out.member("ageDays", age);
    out.member("stale", age > staleAfterDays);
    out.member("staleAfterDays", staleAfterDays);
    out.member("models", catalogue.size());
    out.member("providers", catalogue.providers().size());
    out.key("sources");
    out.beginArray();
    for (const CatalogueSource &source : catalogue.sources()) {
        out.beginObject();
        out.member("id", source.id);
        out.member("package", source.package);
        out.member("licence", source.licence);
        out.member("asOf", source.asOf);
        out.endObject();
    }
    out.endArray();
    writeMetrics(out, catalogue.quality());
}

} // namespace

Result<std::string> catalogueBody(const ModelBook &book, std::string_view query, int64_t wallMs,
                                  const Calibration *calibration)
{
    const QUrlQuery items(QString::fromUtf8(query.data(), static_cast<qsizetype>(query.size())));
    const std::string target = items.queryItemValue(QStringLiteral("model"), QUrl::FullyDecoded).toStdString();
    std::string body;
    JsonWriter out(body);
    out.beginObject();
    if (target.empty()) {
        if (book.catalogue())
            writeSummary(out, *book.catalogue(), wallMs);
    } else {
        const size_t slash = target.find('/');
        if (slash == std::string::npos)
            return Error{"field_invalid", "`model` must be PROVIDER/MODEL, with a configured provider's id.", 400};
        const ModelFactsPtr facts = book.find(target.substr(0, slash), target.substr(slash + 1));
        const auto learnt = calibration ? calibration->factorOf(target.substr(0, slash), target.substr(slash + 1))
                                        : std::optional<Calibration::Factor>();
        if (!facts && !learnt)
            return Error{"model_not_found", "Nothing is known of '" + target + "'.", 404};
        out.member("target", target);
        if (facts)
            writeFacts(out, *facts);
        if (learnt)
            writeCalibration(out, *learnt);
    }
    out.endObject();
    return body;
}

} // namespace signalbox
