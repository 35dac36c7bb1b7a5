// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "core/config/config_reader.h"
#include "core/gateway/catalogue_view.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
namespace json = boost::json;

class TstCatalogueView final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void summary();
    void oneModel();
    void errors();
};

namespace {

constexpr int64_t november22 = 1795305600000; // 2026, midnight UTC

ModelBook book()
{
    const auto config = readConfig(R"({"providers":[{"id":"my-claude","preset":"anthropic"}]})");
    return ModelBook(Catalogue::builtIn(), *config);
}

} // namespace

void TstCatalogueView::summary()
{
    const auto body = catalogueBody(book(), "", november22);
    QVERIFY(body);
    const json::value tree = json::parse(*body);
    QCOMPARE(std::string(tree.at("asOf").as_string()), std::string("2026-11-10"));
    QCOMPARE(tree.at("ageDays").as_int64(), 12);
    QVERIFY(!tree.at("stale").as_bool());
    QCOMPARE(tree.at("models").as_int64(), 6064);
    QCOMPARE(tree.at("sources").as_array().size(), size_t(2));
    QVERIFY(tree.at("metrics").at(0).at("label").as_string().find("self-reported") != json::string::npos);
    const auto later = catalogueBody(book(), "", november22 + 30 * 86400000LL);
    QVERIFY(json::parse(*later).at("stale").as_bool());
}

void TstCatalogueView::oneModel()
{
    const auto body = catalogueBody(book(), "x=1&model=my-claude%2Fclaude-sonnet-4-5", november22);
    QVERIFY(body);
    const json::value tree = json::parse(*body);
    QCOMPARE(std::string(tree.at("target").as_string()), std::string("my-claude/claude-sonnet-4-5"));
    QCOMPARE(std::string(tree.at("provider").as_string()), std::string("anthropic"));
    QCOMPARE(tree.at("contextTokens").as_int64(), 200000);
    QCOMPARE(tree.at("otherContextTokens").as_int64(), 1000000);
    QCOMPARE(json::serialize(tree.at("input")), std::string(R"(["text","image","document"])"));
    QCOMPARE(std::string(tree.at("source").as_string()), std::string("pi-ai+models.dev"));
    QCOMPARE(std::string(tree.at("price").at("id").as_string()),
             std::string("catalogue:anthropic/claude-sonnet-4-5@2026-11-10"));
    QCOMPARE(tree.at("price").at("cacheReadUsdPerMTok").as_double(), 0.3);
}

void TstCatalogueView::errors()
{
    QCOMPARE(catalogueBody(book(), "model=claude-sonnet-4-5", november22).error().httpStatus, 400);
    QCOMPARE(catalogueBody(book(), "model=my-claude/no-such", november22).error().httpStatus, 404);
    QCOMPARE(catalogueBody(book(), "model=anthropic/claude-sonnet-4-5", november22).error().httpStatus, 404);
}

QTEST_APPLESS_MAIN(TstCatalogueView)
#include "tst_catalogue_view.moc"
