// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/repetition_view.h"

#include "core/dialect/json_writer.h"
#include "core/gateway/answer_query.h"
#include "core/gateway/log_sink.h"
#include "core/repetition/repetition_store.h"

#include <algorithm>

namespace signalbox {

namespace {

const char *scopeText(RepetitionScope scope)
{
    switch (scope) {
    case RepetitionScope::Off:
        return "nothing (answers.repetition is off)";
    case RepetitionScope::Decoded:
        return "whole and translated replies, at most 20 a second; streams that pass as they are with "
               "answers.repetition: all";
    case RepetitionScope::All:
        return "all replies, at most 20 a second";
    }
    return "";
}

void writeModel(JsonWriter &out, const ModelRepetition &model)
{
    out.beginObject();
    out.member("provider", model.provider);
    out.member("model", model.model);
    out.member("samples", model.sums.samples);
    out.member("repeated_share", model.repeatedShare());
    out.member("looping", model.sums.looping);
    out.member("near_duplicates", model.sums.nearDuplicates);
    out.member("too_short", model.sums.tooShort);
    out.member("enough", model.enough());
    out.endObject();
}

} // namespace

Result<DeskAnswer> repetitionAnswer(const QString &path, const std::string &query, int64_t nowMs, RepetitionScope scope,
                                    RepetitionMeter::Counts counts)
{
    const auto asked = AnswerQuery::read(query, {"range", "from", "to", "zone"});
    if (!asked)
        return asked.error();
    const auto zone = asked->zone();
    if (!zone)
        return zone.error();
    const auto range = asked->range(nowMs, *zone, "7d");
    if (!range)
        return range.error();
    const auto models = readRepetition(path, range->fromMs, range->toMs);
    if (!models)
        return models.error();
    DeskAnswer answer;
    JsonWriter out(answer.body);
    out.beginObject();
    out.member("from", isoTime(range->fromMs));
    out.member("to", isoTime(range->toMs));
    out.member("looked_at", scopeText(scope));
    out.member("method",
               "share of runs of four words that were there before in the same completion; near-duplicates by "
               "SimHash among a model's last 256; whole hours of UTC");
    out.member("taken_since_start", counts.taken);
    out.member("dropped_since_start", counts.dropped);
    out.key("repeats_most");
    const auto most =
        std::find_if(models->begin(), models->end(), [](const ModelRepetition &model) { return model.enough(); });
    if (most == models->end())
        out.null();
    else
        writeModel(out, *most);
    out.key("models");
    out.beginArray();
    for (const ModelRepetition &model : *models)
        writeModel(out, model);
    out.endArray();
    out.endObject();
    return answer;
}

} // namespace signalbox
