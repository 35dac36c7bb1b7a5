// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/price_json.h"
#include "core/catalogue/pricing.h"

#include <QtTest/QTest>

#include <boost/multiprecision/cpp_dec_float.hpp>

#include <map>
#include <random>

using namespace signalbox;

namespace {

using Decimal = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<120>>;
using Rates = std::map<std::string, std::string>; // as decimal text, as a person would write them

const std::vector<std::string> rateKeys = {"inputUsdPerMTok",       "outputUsdPerMTok",       "cacheReadUsdPerMTok",
                                           "cacheWriteUsdPerMTok",  "cacheWrite1hUsdPerMTok", "inputAudioUsdPerMTok",
                                           "outputAudioUsdPerMTok", "inputImageUsdPerMTok",   "outputImageUsdPerMTok"};

struct Tier {
    int64_t above = 0;
    Rates rates;
};

struct Case {
    std::vector<Tier> tiers;
    std::string perRequest;
    std::string perSearch;
    std::string flex;
    TokenUsage usage;
};

// The same sum in decimals, from the text of the prices, without anything of the code under test.
class Independent
{
public:
    explicit Independent(const Case &given) : m_case(given) {}

    std::optional<int64_t> nanoUsd()
    {
        const TokenUsage &u = m_case.usage;
        const int64_t prompt = *u.input + *u.cachedInput + *u.cacheWrite;
        for (const Tier &tier : m_case.tiers) {
            if (tier.above == 0 || prompt > tier.above) {
                for (const auto &[key, value] : tier.rates)
                    m_rates[key] = value;
            }
        }
        Decimal sum = 0;
        sum += part(*u.input - *u.inputAudio - *u.inputImage, {"inputUsdPerMTok"});
        sum += part(*u.inputAudio, {"inputAudioUsdPerMTok", "inputUsdPerMTok"});
        sum += part(*u.inputImage, {"inputImageUsdPerMTok", "inputUsdPerMTok"});
        sum += part(*u.cachedInput, {"cacheReadUsdPerMTok", "inputUsdPerMTok"});
        sum += part(*u.cacheWrite - *u.cacheWrite1h, {"cacheWriteUsdPerMTok", "inputUsdPerMTok"});
        sum += part(*u.cacheWrite1h, {"cacheWrite1hUsdPerMTok", "cacheWriteUsdPerMTok", "inputUsdPerMTok"});
        sum += part(*u.output - *u.outputAudio - *u.outputImage, {"outputUsdPerMTok"});
        sum += part(*u.outputAudio, {"outputAudioUsdPerMTok", "outputUsdPerMTok"});
        sum += part(*u.outputImage, {"outputImageUsdPerMTok", "outputUsdPerMTok"});
        if (m_missing)
            return std::nullopt;
        Decimal usd = sum / 1000000;
        if (u.serviceTier == "flex")
            usd *= Decimal(m_case.flex);
        usd += Decimal(m_case.perRequest) + Decimal(*u.webSearches) * Decimal(m_case.perSearch) / 1000;
        const Decimal nano = floor(usd * 1000000000 + Decimal("0.5"));
        return nano.convert_to<int64_t>();
    }

private:
    Decimal part(int64_t tokens, std::initializer_list<const char *> keys)
    {
        for (const char *key : keys) {
            const auto rate = m_rates.find(key);
            if (rate != m_rates.end())
                return Decimal(tokens) * Decimal(rate->second);
        }
        m_missing = m_missing || tokens > 0;
        return 0;
    }

    const Case &m_case;
    Rates m_rates;
    bool m_missing = false;
};

class Maker
{
public:
    int64_t number(int64_t least, int64_t most)
    {
        return std::uniform_int_distribution<int64_t>(least, most)(m_random);
    }
    bool chance(int percent) { return number(1, 100) <= percent; }

    // Up to `places` digits behind the point.
    std::string decimal(int64_t whole, int places)
    {
        std::string text = std::to_string(number(0, whole)) + '.';
        for (int i = 0; i < places; ++i)
            text += static_cast<char>('0' + number(0, 9));
        return text;
    }

    int64_t tokens()
    {
        static const std::vector<int64_t> most = {0, 3, 300, 20000, 400000, 2000000000};
        return number(0, most[static_cast<size_t>(number(0, 5))]);
    }

    Case make()
    {
        Case made;
        int64_t above = 0;
        for (int64_t i = number(1, 4); i > 0; --i) {
            Tier tier{above, {}};
            for (const std::string &key : rateKeys) {
                if (chance(above == 0 ? 80 : 60))
                    tier.rates[key] = decimal(chance(50) ? 0 : 900, static_cast<int>(number(0, 5)) + 1);
            }
            made.tiers.push_back(std::move(tier));
            above += number(1, 300000);
        }
        made.perRequest = decimal(1, 9);
        made.perSearch = decimal(40, 6);
        made.flex = decimal(2, 6);
        TokenUsage &usage = made.usage;
        usage.input = tokens();
        usage.cachedInput = tokens();
        usage.cacheWrite = tokens();
        usage.output = tokens();
        usage.cacheWrite1h = number(0, *usage.cacheWrite);
        usage.inputAudio = chance(70) ? 0 : number(0, *usage.input);
        usage.outputAudio = chance(70) ? 0 : number(0, *usage.output);
        usage.inputImage = chance(70) ? 0 : number(0, *usage.input - *usage.inputAudio);
        usage.outputImage = chance(70) ? 0 : number(0, *usage.output - *usage.outputAudio);
        usage.webSearches = chance(80) ? 0 : number(0, 50);
        usage.serviceTier = chance(50) ? "flex" : "";
        return made;
    }

private:
    std::mt19937_64 m_random{20261122};
};

std::string jsonOf(const Case &made)
{
    std::string text = R"({"perRequestUsd":)" + made.perRequest + R"(,"webSearchUsdPer1000":)" + made.perSearch +
                       R"(,"serviceTiers":{"flex":)" + made.flex + '}';
    const auto add = [&text](const Rates &rates) {
        for (const auto &[key, value] : rates)
            text += ",\"" + key + "\":" + value;
    };
    add(made.tiers.front().rates);
    for (size_t i = 1; i < made.tiers.size(); ++i) {
        text += i == 1 ? ",\"tiers\":[" : ",";
        text += "{\"inputTokensAbove\":" + std::to_string(made.tiers[i].above);
        add(made.tiers[i].rates);
        text += '}';
    }
    return text + (made.tiers.size() > 1 ? "]}" : "}");
}

} // namespace

class TstPricingRandom final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsDecimalArithmetic()
    {
        Maker maker;
        int priced = 0;
        for (int i = 0; i < 10000; ++i) {
            const Case made = maker.make();
            const auto price = priceFromJson(jsonOf(made));
            QVERIFY2(price, jsonOf(made).c_str());
            const Cost cost = costOf(&*price, made.usage, true);
            const auto expected = Independent(made).nanoUsd();
            QVERIFY2(cost.nanoUsd == expected, qPrintable(QString::fromStdString(jsonOf(made))));
            QCOMPARE(cost.state == CostState::Unpriced, !expected.has_value());
            priced += expected ? 1 : 0;
        }
        QVERIFY2(priced > 4000, qPrintable(QString::number(priced)));
    }
};

QTEST_APPLESS_MAIN(TstPricingRandom)
#include "tst_pricing_random.moc"
