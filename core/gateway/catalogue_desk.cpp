// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/catalogue_desk.h"

#include "core/base/clock.h"
#include "core/config/json_cursor.h"
#include "core/config/json_text.h"
#include "core/dialect/json_writer.h"
#include "core/gateway/log_sink.h"

#include <algorithm>

namespace signalbox {

namespace {

using namespace std::chrono_literals;

constexpr auto firstCheck = 60s; // a start has better to do
constexpr size_t longestCommand = 4096;
constexpr size_t mostShown = 500;

struct Command {
    bool apply = false;
    bool revert = false;
    bool check = false;
    bool yes = false;
    std::string digest;
};

// Absent: the body is no command, so it is a catalogue.
Result<std::optional<Command>> readCommand(const std::string &body)
{
    if (body.size() > longestCommand)
        return std::optional<Command>();
    const auto parsed = parseStrictJson(body);
    const boost::json::object *object = parsed ? parsed->if_object() : nullptr;
    if (!object || !(object->contains("apply") || object->contains("revert") || object->contains("check")))
        return std::optional<Command>();
    ProblemLog log;
    JsonCursor root(*parsed, {}, log);
    Command command;
    root.allow({"apply", "revert", "check", "yes", "digest"});
    root.flag("apply", command.apply);
    root.flag("revert", command.revert);
    root.flag("check", command.check);
    root.flag("yes", command.yes);
    root.text("digest", command.digest, 64);
    if (!log.failed() && command.apply + command.revert + command.check != 1)
        log.report("", "exactly one of `apply`, `revert` and `check` must be true");
    if (!log.failed() && command.apply)
        root.require("digest");
    if (log.failed())
        return Error{"field_invalid", log.message(), 400};
    return std::optional(command);
}

std::string summary(const CatalogueDiff &diff)
{
    return std::to_string(diff.changed) + " models changed, " + std::to_string(diff.added) + " came, " +
           std::to_string(diff.removed) + " went";
}

void writeChange(JsonWriter &out, const CatalogueChange &change)
{
    constexpr const char *kinds[] = {"added", "removed", "changed"};
    out.beginObject();
    out.member("kind", kinds[static_cast<size_t>(change.kind)]);
    out.member("provider", change.provider);
    out.member("model", change.model);
    if (change.kind == CatalogueChange::Kind::Changed) {
        out.member("fact", change.fact);
        out.member("before", change.before);
        out.member("after", change.after);
    }
    if (change.factor != 0)
        out.member("factor", change.factor);
    if (change.needsYes)
        out.member("needs_yes", true);
    out.endObject();
}

Result<DeskAnswer> said(const std::string &key, const std::string &text)
{
    DeskAnswer answer;
    JsonWriter out(answer.body);
    out.beginObject();
    out.member(key, true);
    out.member("message", text);
    out.endObject();
    return answer;
}

} // namespace

void writeOffer(JsonWriter &out, const CatalogueUpdater::Offer &offer)
{
    out.beginObject();
    out.member("digest", offer.digest);
    out.member("asOf", offer.asOf);
    out.member("added", offer.diff.added);
    out.member("removed", offer.diff.removed);
    out.member("changed", offer.diff.changed);
    out.member("needs_yes", offer.diff.needsYes());
    out.key("doubts");
    out.beginArray();
    for (const std::string &doubt : offer.diff.doubts)
        out.text(doubt);
    out.endArray();
    std::vector<const CatalogueChange *> changes;
    for (const CatalogueChange &change : offer.diff.changes)
        changes.push_back(&change);
    std::stable_partition(changes.begin(), changes.end(), [](const CatalogueChange *c) { return c->needsYes; });
    out.member("changes_total", changes.size());
    out.key("changes");
    out.beginArray();
    for (size_t i = 0; i < std::min(changes.size(), mostShown); ++i)
        writeChange(out, *changes[i]);
    out.endArray();
    out.endObject();
}

struct CatalogueDesk::Outcome {
    std::optional<CatalogueFiles::Loaded> loaded; // set: this is in force now
    std::string checked;                          // what a check came to
    bool doubtful = false;
};

CatalogueDesk::CatalogueDesk(AdminDesk &desk, HttpClientPool &pool, LogSink &log, const Clock &clock)
    : m_desk(desk), m_pool(pool), m_log(log), m_clock(clock)
{
    connect(&m_timer, &QTimer::timeout, this, &CatalogueDesk::check);
}

CatalogueDesk::~CatalogueDesk() = default;

void CatalogueDesk::setConfig(const CatalogueConfig &config)
{
    if (config == m_config)
        return;
    m_config = config;
    m_etag.clear();
    if (m_config.url.empty())
        m_timer.stop();
    else
        m_timer.start(std::min<std::chrono::milliseconds>(firstCheck, m_config.checkEvery));
}

void CatalogueDesk::run(std::function<Result<DeskAnswer>(DeskTools &, Outcome &)> job, AdminDesk::Done done)
{
    auto outcome = std::make_shared<Outcome>();
    m_desk.ask([job = std::move(job), outcome](DeskTools &tools) { return job(tools, *outcome); },
               [this, outcome, done = std::move(done)](Result<DeskAnswer> answer) {
                   if (outcome->loaded)
                       Q_EMIT changed(outcome->loaded->catalogue, QString::fromStdString(outcome->loaded->problem));
                   if (!outcome->checked.empty())
                       noteCheck(outcome->checked, outcome->doubtful);
                   done(std::move(answer));
               });
}

void CatalogueDesk::status(const AdminDesk::Done &done)
{
    const auto write = [config = m_config, at = m_checkedMs, result = m_checkResult](DeskTools &tools,
                                                                                    Outcome &) -> Result<DeskAnswer> {
        DeskAnswer answer;
        JsonWriter out(answer.body);
        out.beginObject();
        out.member("own", tools.catalogue().files().hasOwn());
        out.member("can_revert", tools.catalogue().files().canRevert());
        out.member("url", config.url);
        if (!config.url.empty())
            out.member("check_every_seconds", config.checkEvery.count() / 1000);
        if (at > 0) {
            out.member("checked_at", isoTime(at));
            out.member("check_result", result);
        }
        out.key("pending");
        if (const auto &offer = tools.catalogue().pending())
            writeOffer(out, *offer);
        else
            out.null();
        out.endObject();
        return answer;
    };
    run(write, done);
}

void CatalogueDesk::post(const std::string &body, const AdminDesk::Done &done)
{
    const auto command = readCommand(body);
    if (!command)
        return done(command.error());
    if (!*command) {
        const auto offer = [bytes = QByteArray::fromStdString(body)](DeskTools &tools, Outcome &) -> Result<DeskAnswer> {
            const auto offered = tools.catalogue().offer(bytes);
            if (!offered)
                return offered.error();
            DeskAnswer answer;
            JsonWriter out(answer.body);
            writeOffer(out, *offered);
            return answer;
        };
        return run(offer, done);
    }
    if ((*command)->check) {
        if (m_config.url.empty())
            return done(Error{"field_invalid", "There is no address to ask: set `catalogue.url` first.", 400});
        check();
        return done(said("checking", "The answer is at GET /signalbox/v1/catalogue/update in a moment."));
    }
    run(
        [wanted = **command](DeskTools &tools, Outcome &outcome) -> Result<DeskAnswer> {
            std::string text = "The catalogue before is in force again.";
            if (wanted.revert) {
                if (const auto reverted = tools.catalogue().revert(); !reverted)
                    return reverted.error();
            } else {
                const auto applied = tools.catalogue().take(wanted.digest, wanted.yes);
                if (!applied)
                    return applied.error();
                text = summary(*applied);
            }
            outcome.loaded = tools.catalogue().files().load();
            return said(wanted.revert ? "reverted" : "applied", text);
        },
        done);
}

void CatalogueDesk::check()
{
    if (!m_config.url.empty())
        m_timer.start(m_config.checkEvery);
    if (m_checking || m_config.url.empty())
        return;
    m_checking = true;
    m_fetch = std::make_unique<CatalogueFetch>(
        m_pool, m_config.url, m_etag, [this](Result<CatalogueFetch::Fetched> result) { fetched(std::move(result)); });
}

void CatalogueDesk::fetched(Result<CatalogueFetch::Fetched> result)
{
    m_checking = false;
    if (!result)
        return noteCheck(result.error().message, true);
    if (result->bytes.empty())
        return noteCheck("Nothing has changed there.", false);
    m_etag = result->etag;
    run(
        [bytes = QByteArray::fromStdString(result->bytes)](DeskTools &tools, Outcome &outcome) -> Result<DeskAnswer> {
            const auto offer = tools.catalogue().offer(bytes);
            outcome.doubtful = !offer || offer->diff.needsYes();
            if (!offer) {
                outcome.checked = "What is offered there is no catalogue: " + offer.error().message;
            } else if (offer->diff.needsYes()) {
                outcome.checked = "A catalogue waits for a yes: " + offer->diff.doubts.front();
            } else {
                const auto applied = tools.catalogue().take(offer->digest, false);
                outcome.doubtful = !applied;
                outcome.checked = applied ? "Taken over: " + summary(*applied) : applied.error().message;
                if (applied)
                    outcome.loaded = tools.catalogue().files().load();
            }
            return DeskAnswer();
        },
        [this](const Result<DeskAnswer> &answer) {
            if (!answer)
                noteCheck(answer.error().message, true);
        });
}

void CatalogueDesk::noteCheck(const std::string &result, bool warn)
{
    m_checkedMs = m_clock.wallMs();
    m_checkResult = result;
    m_log.note(warn ? "warn" : "info", "catalogue_checked", result);
}

} // namespace signalbox
