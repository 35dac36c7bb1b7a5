// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "tests/ui/fake_pages.h"
#include "ui/data/catalogue_actions.h"
#include "ui/models/catalogue_diff_model.h"
#include "ui/models/catalogue_update_panel.h"
#include "ui/models/model_details.h"
#include "ui/models/model_filter_bar.h"
#include "ui/models/model_override.h"
#include "ui/models/model_panel.h"
#include "ui/models/model_table_model.h"
#include "ui/models/models_page.h"
#include "ui/models/override_editor.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<const Catalogue> sample()
{
    // moc stumbles over quotes in raw strings.
    std::string text =
        "{'version':1,'unit':'USD per million tokens','currency':'USD',"
        "'sources':{'lists':{'package':'lists 1','licence':'MIT','asOf':'2026-01-02'}},"
        "'providers':[{'id':'openai','name':'OpenAI','keyEnvironment':[],'sources':['lists']},"
        "{'id':'other','name':'Other','keyEnvironment':[],'sources':['lists']}],'models':["
        "{'provider':'openai','model':'big','name':'Big','inputUsdPerMTok':10,'outputUsdPerMTok':30,"
        "'contextTokens':200000,'otherContextTokens':128000,'inputModalities':['text','image'],"
        "'outputModalities':['text'],'tools':true,'reasoning':true,'source':'lists','asOf':'2026-01-02'},"
        "{'provider':'openai','model':'small','name':'Small','inputUsdPerMTok':0.25,'outputUsdPerMTok':2,"
        "'contextTokens':1000000,'inputModalities':['text'],'outputModalities':['text'],'tools':true,"
        "'source':'lists','asOf':'2026-01-02'},"
        "{'provider':'other','model':'mystery','name':'Mystery','source':'lists','asOf':'2026-01-02'}]}";
    std::replace(text.begin(), text.end(), '\'', '"');
    const auto read = Catalogue::fromJson(text);
    if (!read)
        qFatal("%s", read.error().message.c_str());
    return *read;
}

Config withOpenAi()
{
    Config config;
    ProviderConfig provider;
    provider.id = "work";
    provider.name = "Work account";
    provider.preset = "openai";
    config.providers.push_back(provider);
    return config;
}

class FakeCatalogue final : public CatalogueActions
{
public:
    std::shared_ptr<const Catalogue> now = sample();
    Result<CatalogueDiff> diff{CatalogueDiff()};
    int applied = 0;
    bool agreed = false;
    int reverted = 0;

    std::shared_ptr<const Catalogue> catalogue() const override { return now; }
    bool isShipped() const override { return true; }
    void preview(const QByteArray &, QObject *context, Compared done) override
    {
        QTimer::singleShot(0, context, [done, answer = diff] { done(answer); });
    }
    void apply(const QByteArray &, bool yes, QObject *context, Done done) override
    {
        ++applied;
        agreed = yes;
        QTimer::singleShot(0, context, [done] { done({}); });
    }
    void revert(QObject *context, Done done) override
    {
        ++reverted;
        QTimer::singleShot(0, context, [done] { done({}); });
    }
    void importQuality(const QByteArray &csv, QObject *context, Done done) override
    {
        scores = csv;
        QTimer::singleShot(0, context, [done, answer = scoresTaken] { done(answer); });
    }
    QByteArray scores;
    Result<void> scoresTaken;
};

QStringList shownModels(const ModelTableModel &model)
{
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row)
        names += QString::fromStdString(model.row(row)->key());
    return names;
}

} // namespace

class tst_ModelsPage final : public QObject
{
    Q_OBJECT

    static ModelRowsPtr rows(const Config &config = withOpenAi())
    {
        return std::make_shared<const ModelRows>(makeModelRows(sample(), config));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("signalbox-test"));
        Preferences().clear();
        theme().install();
    }

    void rowsAreNamedAsConfigured()
    {
        Config config = withOpenAi();
        PriceConfig price;
        price.model = "work/own-model";
        price.inputUsdPerMTok = 1;
        config.prices.push_back(price);
        price.model = "work/*"; // names no model
        config.prices.push_back(price);
        RouteConfig route;
        route.to.provider = "work";
        route.to.model = "routed";
        config.routes.push_back(route);
        const ModelRows made = makeModelRows(sample(), config);
        QStringList keys;
        for (const ModelRow &row : made)
            keys += QString::fromStdString(row.key());
        QCOMPARE(keys, QStringList({u"other/mystery"_s, u"work/big"_s, u"work/own-model"_s, u"work/routed"_s,
                                    u"work/small"_s}));
        QVERIFY(!made[0].configured);
        QVERIFY(made[1].configured && !made[1].overridden && made[1].listed);
        QVERIFY(made[2].overridden && !made[2].listed);
        QCOMPARE(usdPerMTok(*made[3].facts, &PriceTier::input), std::optional<double>(1)); // by the wildcard
    }

    void filters_data()
    {
        QTest::addColumn<ModelFilter>("filter");
        QTest::addColumn<QStringList>("left");
        const QStringList all{u"work/big"_s, u"work/small"_s, u"other/mystery"_s}; // the configured first
        ModelFilter filter;
        QTest::newRow("none") << filter << all;
        filter.text = QStringLiteral("WORK sm");
        QTest::newRow("words") << filter << QStringList{u"work/small"_s};
        filter = {};
        filter.provider = "other";
        QTest::newRow("provider") << filter << QStringList{u"other/mystery"_s};
        filter = {};
        filter.needs.add(Modality::Image);
        QTest::newRow("takes images") << filter << QStringList{u"work/big"_s};
        filter = {};
        filter.tools = true;
        QTest::newRow("tools") << filter << QStringList{u"work/big"_s, u"work/small"_s};
        filter = {};
        filter.configuredOnly = true;
        QTest::newRow("configured") << filter << QStringList{u"work/big"_s, u"work/small"_s};
        filter = {};
        filter.maxInput = 0.25;
        QTest::newRow("price, the unpriced left out") << filter << QStringList{u"work/small"_s};
        filter = {};
        filter.minContext = 200'000;
        QTest::newRow("context, the unknown left out") << filter << QStringList{u"work/big"_s, u"work/small"_s};
    }

    void filters()
    {
        QFETCH(ModelFilter, filter);
        QFETCH(QStringList, left);
        ModelTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRows(rows());
        model.sort(ModelTableModel::Provider, Qt::AscendingOrder);
        model.setFilter(filter);
        QCOMPARE(shownModels(model), left);
        QCOMPARE(model.total(), 3);
    }

    void whatIsNotKnownComesLast()
    {
        ModelTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRows(rows());
        model.sort(ModelTableModel::InputPrice, Qt::AscendingOrder);
        QCOMPARE(shownModels(model), QStringList({u"work/small"_s, u"work/big"_s, u"other/mystery"_s}));
        model.sort(ModelTableModel::InputPrice, Qt::DescendingOrder);
        QCOMPARE(shownModels(model), QStringList({u"work/big"_s, u"work/small"_s, u"other/mystery"_s}));
        const QPersistentModelIndex small = model.index(model.rowOf("work/small"), 0);
        for (int column = 0; column < ModelTableModel::ColumnCount; ++column) {
            model.sort(column, Qt::DescendingOrder);
            QCOMPARE(small.row(), model.rowOf("work/small")); // goes along
            QCOMPARE(model.rowCount(), 3);
            QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
        }
        QCOMPARE(model.rowOf("nobody/nothing"), -1);
    }

    void detailsNameBothSourcesAndTheChoice()
    {
        Config config = withOpenAi();
        ModelConfig own;
        own.model = "work/small";
        own.maxOutputTokens = 5;
        config.models.push_back(own);
        const ModelRows made = makeModelRows(sample(), config);
        const auto big = modelDetails(made[1], *QualityFigures::builtIn());
        QCOMPARE(big[0].value, formatTokens(200'000));
        QVERIFY(big[0].note.contains(formatTokens(128'000)));
        const auto small = modelDetails(made[2], *QualityFigures::builtIn());
        QCOMPARE(small[1].value, QStringLiteral("5"));
        QVERIFY(small[1].note.contains(QStringLiteral("catalogue")));
        const auto mystery = modelDetails(made[0], *QualityFigures::builtIn());
        QVERIFY(std::any_of(mystery.begin(), mystery.end(), [](const DetailLine &line) {
            return line.value == missingText() && line.note.contains(QStringLiteral("unpriced"));
        }));
    }

    void tellsHowWellTokensAreCounted()
    {
        const ModelRows made = makeModelRows(sample(), withOpenAi());
        const auto nothing = tokenCountDetails(made[1], {});
        QCOMPARE(nothing.front().section, QStringLiteral("Token counts"));
        QVERIFY(nothing.back().note.contains(QStringLiteral("nothing was reported")));
        QVERIFY(nothing.back().value.contains(u"25"_s));
        const auto learnt = tokenCountDetails(made[1], Calibration::Factor{1.082, 0.041, 137});
        QCOMPARE(learnt.size(), size_t(3));
        QVERIFY2(learnt[1].value.contains(formatNumber(1.082, 3)), qPrintable(learnt[1].value));
        QVERIFY(learnt[1].note.contains(QStringLiteral("137")));
        QVERIFY2(learnt[2].value.contains(formatNumber(4.1, 1)), qPrintable(learnt[2].value));

        FakeControl control;
        GatewaySnapshot snapshot;
        snapshot.calibrations = std::make_shared<const std::vector<Calibration::Row>>(
            std::vector<Calibration::Row>{{"other/big", {3, 1, 9}}, {made[1].key(), {1.082, 0.041, 137}}});
        control.now = std::make_shared<const GatewaySnapshot>(snapshot);
        FakeActions actions;
        actions.now = std::make_shared<const Config>(withOpenAi());
        FakeCatalogue catalogue;
        ModelsPage page(&actions, &catalogue);
        page.setControl(&control);
        page.activate();
        page.showModel(made[1].key());
        const auto shown = [&page] {
            const auto labels = page.panel()->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
                return label->accessibleName().startsWith(QStringLiteral("Error of a count:")) &&
                       label->text().contains(formatNumber(4.1, 1));
            });
        };
        QTRY_VERIFY(shown());
    }

    void overridesGoFirstAndComeOutAgain()
    {
        Config config = withOpenAi();
        PriceConfig any;
        any.model = "work/*";
        config.prices.push_back(any);
        ModelOverride own;
        own.price = PriceConfig{};
        own.price->inputUsdPerMTok = 2;
        const Config with = withOverride(config, "work/big", own);
        QCOMPARE(with.prices.size(), 2u);
        QCOMPARE(with.prices[0].model, std::string("work/big"));
        QCOMPARE(ownOverride(with, "work/big").price->inputUsdPerMTok, std::optional<double>(2));
        QCOMPARE(withOverride(with, "work/big", {}), config);
    }

    void comparisonMarksWhatDiffers()
    {
        ModelCompareModel model;
        const QAbstractItemModelTester tester(&model);
        const ModelRowsPtr all = rows();
        model.setModels({(*all)[1], (*all)[2]});
        QCOMPARE(model.columnCount(), 3);
        bool equal = false;
        bool different = false;
        for (int row = 0; row < model.rowCount(); ++row)
            (model.differs(row) ? different : equal) = true;
        QVERIFY(equal && different);
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("small"));
    }

    void thePageFiltersAndKeepsTheChoice()
    {
        FakeActions actions;
        actions.now = std::make_shared<const Config>(withOpenAi());
        FakeCatalogue catalogue;
        ModelsPage page(&actions, &catalogue);
        QCOMPARE(page.model()->total(), 0); // hidden pages ask for nothing
        page.activate();
        QTRY_COMPARE(page.model()->rowCount(), 3);
        QCOMPARE(page.filters()->providerBox()->itemText(1), QStringLiteral("Work account"));
        page.showModel("work/small");
        QCOMPARE(page.model()->row(page.table()->currentIndex().row())->key(), std::string("work/small"));
        QTest::keyClicks(page.filters()->textField(), QStringLiteral("small"));
        QCOMPARE(shownModels(*page.model()), QStringList{u"work/small"_s});
        QCOMPARE(page.table()->currentIndex().row(), 0);
        page.filters()->clear();
        QCOMPARE(page.model()->rowCount(), 3);
        page.table()->selectAll();
        page.compareSelected();
        QCOMPARE(page.comparison()->columnCount(), 4);
    }

    void ownFactsAreSavedCheckedAndUndone()
    {
        FakeActions actions;
        actions.now = std::make_shared<const Config>(withOpenAi());
        const Config before = *actions.now;
        FakeCatalogue catalogue;
        QWidget window;
        ToastHost toasts(&window);
        auto *page = new ModelsPage(&actions, &catalogue, nullptr, &window);
        page->activate();
        QTRY_COMPARE(page->model()->rowCount(), 3);
        page->showModel("work/big");
        page->panel()->startEditing();
        OverrideEditor *editor = page->panel()->editor();
        QVERIFY(!editor->priceField(0)->isEnabled());
        editor->contextField()->setText(QStringLiteral("many"));
        editor->save();
        QVERIFY(!editor->problem().isEmpty());
        QVERIFY(actions.log.isEmpty());
        editor->contextField()->setText(QStringLiteral("4096"));
        editor->scoresField()->setText(QStringLiteral("ours: good"));
        editor->save();
        QVERIFY(!editor->problem().isEmpty());
        editor->scoresField()->setText(QStringLiteral("ours=61.5, theirs = 4"));
        editor->priceBox()->setChecked(true);
        QCOMPARE(editor->priceField(0)->text(), QStringLiteral("10")); // what is in force
        editor->priceField(0)->setText(QStringLiteral("9.5"));
        editor->save();
        QCOMPARE(actions.now->models.at(0).contextTokens, std::optional<int64_t>(4096));
        QCOMPARE(actions.now->models.at(0).quality, (std::map<std::string, double>{{"ours", 61.5}, {"theirs", 4}}));
        QCOMPARE(actions.now->prices.at(0).inputUsdPerMTok, std::optional<double>(9.5));
        QCOMPARE(actions.now->prices.at(0).outputUsdPerMTok, std::optional<double>(30));
        QTRY_VERIFY(page->model()->row(page->model()->rowOf("work/big"))->overridden);
        QCOMPARE(toasts.count(), 1);
        for (QPushButton *button : toasts.findChildren<QPushButton *>()) {
            if (button->text().contains(QStringLiteral("Undo")))
                button->click();
        }
        QCOMPARE(*actions.now, before);
    }

    void doubtsMustBeAgreedTo()
    {
        FakeCatalogue catalogue;
        CatalogueDiff diff;
        diff.changed = 2;
        diff.changes = {{.provider = "a", .model = "calm", .fact = "contextTokens", .before = "1", .after = "2"},
                        {.provider = "a",
                         .model = "odd",
                         .fact = "inputUsdPerMTok",
                         .before = "1",
                         .after = "9",
                         .factor = 9,
                         .needsYes = true}};
        diff.doubts = {"a/odd costs nine times as much"};
        catalogue.diff = diff;
        CatalogueUpdatePanel panel(&catalogue);
        const QAbstractItemModelTester tester(panel.model());
        const QSignalSpy applied(&panel, &CatalogueUpdatePanel::applied);
        QVERIFY(!panel.applyButton()->isEnabled());
        panel.compare("{}", QStringLiteral("new.json"));
        QTRY_COMPARE(panel.model()->rowCount(), 2);
        QVERIFY(panel.model()->index(0, 1).data().toString().contains(QStringLiteral("odd")));
        QVERIFY(!panel.applyButton()->isEnabled());
        panel.agreeBox()->setChecked(true);
        panel.applyButton()->click();
        QTRY_COMPARE(applied.count(), 1);
        QVERIFY(catalogue.agreed);
        catalogue.diff = Error{"catalogue_invalid", "/models/0: no"};
        panel.compare("{", QStringLiteral("bad.json"));
        QTRY_VERIFY(panel.message().contains(QStringLiteral("/models/0: no")));
        QVERIFY(!panel.applyButton()->isEnabled());
    }

    void anOldCatalogueSaysItsAge()
    {
        FakeActions actions;
        FakeCatalogue catalogue;
        ModelsPage page(&actions, &catalogue);
        const std::unique_ptr<QWidget> header(page.headerActions());
        page.activate();
        QVERIFY(page.ageText().contains(QStringLiteral("days old"))); // January 2026 is long ago
    }

    void theWholeCatalogueIsThere()
    {
        const ModelRows made = makeModelRows(Catalogue::builtIn(), {});
        QVERIFY(made.size() > 5'000);
        QCOMPARE(made.size(), Catalogue::builtIn()->size());
    }

    void scoresAreImported()
    {
        FakeActions actions;
        FakeCatalogue catalogue;
        ModelsPage page(&actions, &catalogue);
        page.importScores("model,metric,score\ngpt-5,ours,5\n", QStringLiteral("/home/me/ours.csv"));
        QTRY_VERIFY(page.notice().contains(QStringLiteral("ours.csv")));
        QVERIFY(catalogue.scores.contains("ours"));
        catalogue.scoresTaken = Error{"quality_invalid", "line 3: score must be a number"};
        page.importScores("model\n", QStringLiteral("/home/me/ours.csv"));
        QTRY_VERIFY(page.notice().contains(QStringLiteral("line 3")));
    }

    // The window is 1440 wide, the navigation 200, the scroll bar 10.
    void theLastColumnIsNotCut()
    {
        Preferences().remove(QStringLiteral("models"));
        FakeActions actions;
        FakeCatalogue catalogue;
        ModelsPage page(&actions, &catalogue);
        int width = 0;
        for (int i = 0; i < ModelTableModel::ColumnCount; ++i)
            width += page.table()->isColumnHidden(i) ? 0 : page.table()->columnWidth(i);
        QVERIFY2(width <= 1440 - 200 - 10, qPrintable(QString::number(width)));
    }
};

Q_DECLARE_METATYPE(signalbox::ModelFilter)
QTEST_MAIN(tst_ModelsPage)
#include "tst_models_page.moc"
