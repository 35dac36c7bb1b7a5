// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config.h"
#include "core/config/presets.h"
#include "core/routing/health/rate_limits.h"
#include "core/routing/health/reset_time.h"

#include <QtTest/QTest>

#include <limits>
#include <map>
#include <string>

using namespace signalbox;

namespace {

constexpr qint64 nothing = -1;
constexpr int64_t wall = 1795376480000; // 2026-11-22T19:41:20Z

// "name: value" lines.
HeaderLookup headersOf(const char *text)
{
    std::map<std::string, std::string, std::less<>> headers;
    for (const QByteArray &line : QByteArray(text).split('\n')) {
        const auto colon = line.indexOf(": ");
        if (colon > 0)
            headers.emplace(line.left(colon).toStdString(), line.mid(colon + 2).toStdString());
    }
    return [headers = std::make_shared<decltype(headers)>(std::move(headers))](std::string_view name) {
        const auto found = headers->find(name);
        return found == headers->end() ? std::string_view() : std::string_view(found->second);
    };
}

qint64 orNothing(std::optional<int64_t> value)
{
    return value.value_or(nothing);
}

// "limit/left/reset tokens limit/left/reset", a dash for what is not known.
QString textOf(const QuotaReading &q)
{
    const auto part = [](std::optional<int64_t> value) {
        return value ? QString::number(*value) : QStringLiteral("-");
    };
    return QStringList{part(q.requestsLimit), part(q.requestsLeft), part(q.requestsResetMs),
                       part(q.tokensLimit),   part(q.tokensLeft),   part(q.tokensResetMs)}
        .join(u' ');
}

void row(const char *name, const char *family, const char *headers, const char *expected)
{
    QTest::newRow(name) << QByteArray(family) << QByteArray(headers) << QByteArray(expected);
}
void wait(const char *name, const char *family, const char *headers, const char *body, qint64 expected)
{
    QTest::newRow(name) << QByteArray(family) << QByteArray(headers) << QByteArray(body) << expected;
}

} // namespace

class TestRateLimits final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resetTimes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("expected");
        const std::pair<const char *, qint64> rows[] = {
            {"6m0s", 360000},
            {"120ms", 120},
            {"2m59.56s", 179560},
            {"7.66s", 7660},
            {"1h2m3s", 3723000},
            {"34s", 34000},
            {"0s", 0},
            {"1 minute", 60000},
            {"1d", 86400000},
            {"150us", 1},
            {"30", 30000},
            {" 30 ", 30000},
            {"0.25", 250},
            {"12.5", 12500},
            {"0", 0},
            {"1795376510", 30000},    // UTC seconds
            {"1795376510500", 30500}, // UTC milliseconds
            {"1795376480", 0},        // now
            {"1795376000000", 0},     // over already
            {"2026-11-22T19:41:50Z", 30000},
            {"2026-11-22T19:41:50.500Z", 30500},
            {"2026-11-22T20:41:50+01:00", 30000},
            {"2026-11-22t14:41:50-05:00", 30000},
            {"2026-11-22T19:41:00Z", 0},
            {"Sun, 22 Nov 2026 19:42:20 GMT", 60000},
            {"Sunday, 22-Nov-26 19:42:20 GMT", 60000},
            {"Sun Nov 22 19:42:20 2026", 60000},
            {"Sun Nov  1 19:42:20 2026", 0},
            {"", nothing},
            {"soon", nothing},
            {"-5", nothing},
            {"5 fortnights", nothing},
            {"1e3", nothing},
            {"nan", nothing},
            {"5s later", nothing},
            {"2026-13-22T19:41:50Z", nothing},
            {"2026-02-30T19:41:50Z", nothing},
            {"2026-11-22T25:41:50Z", nothing},
            {"2026-11-22T19:41:50", nothing},
            {"2030-01-01T00:00:00Z", nothing}, // years ahead are not believed
            {"99999999999999999999", nothing},
            {"40d", nothing},
        };
        for (const auto &[text, expected] : rows)
            QTest::newRow(*text ? text : "empty") << QString::fromUtf8(text) << expected;
    }

    void resetTimes()
    {
        QFETCH(QString, text);
        QTEST(orNothing(waitFromMs(text.toStdString(), wall)), "expected");
    }

    void quotas_data()
    {
        QTest::addColumn<QByteArray>("family");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QByteArray>("expected");
        row("openai", "openai",
            "x-ratelimit-limit-requests: 10000\nx-ratelimit-remaining-requests: 9999\nx-ratelimit-reset-requests: 6ms\n"
            "x-ratelimit-limit-tokens: 2000000\nx-ratelimit-remaining-tokens: 1999000\nx-ratelimit-reset-tokens: 6m0s",
            "10000 9999 6 2000000 1999000 360000");
        row("groq", "groq",
            "x-ratelimit-limit-requests: 14400\nx-ratelimit-remaining-requests: 14370\n"
            "x-ratelimit-reset-requests: 2m59.56s\nx-ratelimit-limit-tokens: 18000\n"
            "x-ratelimit-remaining-tokens: 17997\nx-ratelimit-reset-tokens: 7.66s",
            "14400 14370 179560 18000 17997 7660");
        row("anthropic", "anthropic",
            "anthropic-ratelimit-requests-limit: 50\nanthropic-ratelimit-requests-remaining: 49\n"
            "anthropic-ratelimit-requests-reset: 2026-11-22T19:41:21Z\nanthropic-ratelimit-tokens-limit: 50000\n"
            "anthropic-ratelimit-tokens-remaining: 40000\nanthropic-ratelimit-tokens-reset: 2026-11-22T19:41:50Z",
            "50 49 1000 50000 40000 30000");
        row("anthropic, the scarcest", "anthropic",
            "anthropic-ratelimit-input-tokens-limit: 40000\nanthropic-ratelimit-input-tokens-remaining: 39000\n"
            "anthropic-ratelimit-output-tokens-limit: 8000\nanthropic-ratelimit-output-tokens-remaining: 500\n"
            "anthropic-ratelimit-output-tokens-reset: 2026-11-22T19:42:20Z",
            "- - - 8000 500 60000");
        row("cerebras", "cerebras",
            "x-ratelimit-limit-requests-day: 1000\nx-ratelimit-remaining-requests-day: 900\n"
            "x-ratelimit-reset-requests-day: 33011.38\nx-ratelimit-limit-tokens-minute: 60000\n"
            "x-ratelimit-remaining-tokens-minute: 54321\nx-ratelimit-reset-tokens-minute: 11.38",
            "1000 900 33011380 60000 54321 11380");
        row("together", "together",
            "x-ratelimit-limit: 60\nx-ratelimit-remaining: 12\nx-ratelimit-reset: 5\nx-tokenlimit-limit: 1000\n"
            "x-tokenlimit-remaining: 10",
            "60 12 5000 1000 10 -");
        row("fireworks", "fireworks",
            "x-ratelimit-limit-requests: 600\nx-ratelimit-remaining-requests: 599\n"
            "x-ratelimit-limit-tokens-prompt: 60000\nx-ratelimit-limit-tokens-generated: 6000",
            "600 599 - 60000 - -");
        row("openrouter", "openrouter",
            "x-ratelimit-limit: 20\nx-ratelimit-remaining: 0\nx-ratelimit-reset: 1795376540000", "20 0 60000 - - -");
        row("mistral", "mistral",
            "x-ratelimit-limit-req-minute: 60\nx-ratelimit-remaining-req-minute: 59\n"
            "x-ratelimit-limit-tokens-minute: 500000\nx-ratelimit-remaining-tokens-minute: 499000",
            "60 59 - 500000 499000 -");
        row("litellm", "litellm", "x-ratelimit-limit-tokens: 100\nx-ratelimit-remaining-tokens: 7", "- - - 100 7 -");
        row("unknown, common names", "unknown", "x-ratelimit-limit-requests: 10\nx-ratelimit-remaining-requests: 3",
            "10 3 - - - -");
        row("unknown, bare names", "unknown", "x-ratelimit-limit: 10\nx-ratelimit-remaining: 3\nx-ratelimit-reset: 60",
            "10 3 60000 - - -");
        row("a family nobody knows", "new one", "x-ratelimit-remaining: 3", "- 3 - - - -");
        row("none", "none", "x-ratelimit-limit: 10\nx-ratelimit-remaining: 3", "- - - - - -");
        row("retry-after", "retry-after", "x-ratelimit-limit: 10", "- - - - - -");
        row("gemini", "gemini", "x-ratelimit-limit: 10", "- - - - - -");
        row("nothing", "openai", "", "- - - - - -");
        row("absurd", "openai",
            "x-ratelimit-limit-requests: -1\nx-ratelimit-remaining-requests: many\n"
            "x-ratelimit-limit-tokens: 0\nx-ratelimit-remaining-tokens: 0\nx-ratelimit-reset-tokens: 1s",
            "- - - - - -");
        row("more left than allowed", "openai",
            "x-ratelimit-limit-tokens: 10\nx-ratelimit-remaining-tokens: 90\nx-ratelimit-reset-tokens: yesterday",
            "- - - 10 10 -");
        row("a clock an hour behind ours", "anthropic",
            "date: Sun, 22 Nov 2026 18:41:20 GMT\nanthropic-ratelimit-tokens-limit: 10\n"
            "anthropic-ratelimit-tokens-remaining: 1\nanthropic-ratelimit-tokens-reset: 2026-11-22T18:41:50Z",
            "- - - 10 1 30000");
    }

    void quotas()
    {
        QFETCH(QByteArray, family);
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, expected);
        QCOMPARE(textOf(readQuota(family.constData(), headersOf(headers.constData()), wall)),
                 QString::fromUtf8(expected));
    }

    void quotasInBodies()
    {
        const char *body =
            R"({"error":{"code":429,"message":"Rate limit exceeded","metadata":{"headers":)"
            R"({"X-RateLimit-Limit":"20","X-RateLimit-Remaining":"0","X-RateLimit-Reset":1795376510000}}}})";
        const QuotaReading reading = readQuota("openrouter", headersOf(""), wall, body);
        QCOMPARE(textOf(reading), QStringLiteral("20 0 30000 - - -"));
        QCOMPARE(orNothing(announcedWaitMs("openrouter", headersOf(""), body, wall)), qint64(30000));
        QCOMPARE(textOf(readQuota("openrouter", headersOf(""), wall, "no json")), QStringLiteral("- - - - - -"));
    }

    void waits_data()
    {
        QTest::addColumn<QByteArray>("family");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<qint64>("expected");
        wait("seconds", "retry-after", "retry-after: 20", "", 20000);
        wait("a fraction", "retry-after", "retry-after: 1.5", "", 1500);
        wait("a date", "retry-after", "retry-after: Sun, 22 Nov 2026 19:42:20 GMT", "", 60000);
        wait("a date by another clock", "retry-after",
             "date: Sun, 22 Nov 2026 10:00:00 GMT\nretry-after: Sun, 22 Nov 2026 10:00:09 GMT", "", 9000);
        wait("milliseconds are more exact", "openai", "retry-after: 1\nretry-after-ms: 420", "", 420);
        wait("Azure's milliseconds", "openai", "x-ms-retry-after-ms: 2500", "", 2500);
        wait("with a duration", "unknown", "retry-after: 34s", "", 34000);
        wait("whatever the family", "none", "retry-after: 3", "", 3000);
        wait(
            "Gemini's body", "gemini", "",
            R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},)"
            R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.074824224s"}]}})",
            34075);
        wait("Gemini's body in a list", "gemini", "", R"([{"error":{"details":[{"retryDelay":"5s"}]}}])", 5000);
        wait("Gemini's delay as an object", "gemini", "", R"({"error":{"details":[{"retryDelay":{"seconds":7}}]}})",
             7000);
        wait("the longer of two", "gemini", "retry-after: 2", R"({"error":{"details":[{"retryDelay":"30s"}]}})", 30000);
        wait("an empty quota", "openai",
             "x-ratelimit-remaining-requests: 5\nx-ratelimit-reset-requests: 9s\nx-ratelimit-remaining-tokens: 0\n"
             "x-ratelimit-reset-tokens: 4s",
             "", 4000);
        wait("two empty quotas", "openai",
             "x-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 9s\nx-ratelimit-remaining-tokens: 0\n"
             "x-ratelimit-reset-tokens: 4s",
             "", 9000);
        wait("quota left: no wait", "openai", "x-ratelimit-remaining-requests: 5\nx-ratelimit-reset-requests: 9s", "",
             nothing);
        wait("Anthropic's subscriptions", "anthropic",
             "anthropic-ratelimit-unified-status: rejected\nanthropic-ratelimit-unified-reset: 1795380080", "",
             3600000);
        wait("words", "unknown", "", R"({"error":{"message":"Rate limit reached. Please try again in 6m0s. Visit …"}})",
             360000);
        wait("words in seconds", "unknown", "", R"({"error":{"message":"Please retry after 26 seconds."}})", 26000);
        wait("words with a fraction", "unknown", "", "Please retry in 34.5s.", 34500);
        wait("words without a number", "unknown", "", "Please try again in a while.", nothing);
        wait("zero is no wait", "unknown", "retry-after: 0", "", 0);
        wait("zero, but the body knows", "gemini", "retry-after: 0", R"({"error":{"details":[{"retryDelay":"8s"}]}})",
             8000);
        wait("in the past", "unknown", "retry-after: Sun, 22 Nov 2020 19:42:20 GMT", "", 0);
        wait("absurd", "unknown", "retry-after: 999999999", "", nothing);
        wait("negative", "unknown", "retry-after: -1", "", nothing);
        wait("nothing", "openai", "", "", nothing);
        wait("not JSON", "gemini", "", "<html>429</html>", nothing);
    }

    void waits()
    {
        QFETCH(QByteArray, family);
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, body);
        QTEST(orNothing(announcedWaitMs(family.constData(), headersOf(headers.constData()), body.constData(), wall)),
              "expected");
    }

    void familiesOfPresets()
    {
        ProviderConfig provider;
        QCOMPARE(rateLimitFamilyOf(provider), std::string_view("unknown"));
        const std::pair<const char *, const char *> expected[] = {
            {"openai", "openai"}, {"anthropic", "anthropic"},  {"google", "gemini"},
            {"ollama", "none"},   {"deepseek", "retry-after"}, {"openrouter", "openrouter"},
            {"groq", "groq"},     {"tokenmix", "unknown"},     {"no such preset", "unknown"},
            {"vllm", "none"},     {"azure-openai", "openai"},  {"mistral", "mistral"},
        };
        for (const auto &[preset, family] : expected) {
            provider.preset = preset;
            QCOMPARE(rateLimitFamilyOf(provider), std::string_view(family));
        }
    }

    void anyTextIsHarmless()
    {
        // Every prefix of every form, alone and as a header.
        for (const std::string text :
             {"2m59.56s", "2026-11-22T19:41:50.5+01:00", "Sun, 22 Nov 2026 19:42:20 GMT", "1795376510500",
              "Sunday, 22-Nov-26 19:42:20 GMT", "\xc2\xb5s:::--,,..", "9.9.9m"}) {
            for (size_t size = 0; size <= text.size(); ++size) {
                const std::string_view part = std::string_view(text).substr(0, size);
                const auto told = waitFromMs(part, wall);
                QVERIFY(!told || (*told >= 0 && *told <= 31LL * 24 * 3600 * 1000));
                waitInWordsMs("try again in " + std::string(part));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestRateLimits)
#include "tst_rate_limits.moc"
