// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/series_colors.h"

#include <QtCore/QSet>
#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestSeriesColors final : public QObject
{
    Q_OBJECT

    const QStringList m_six{u"openai"_s, u"anthropic"_s, u"gemini"_s, u"deepseek"_s, u"openrouter"_s, u"box"_s};

private Q_SLOTS:
    void knownProviders()
    {
        SeriesColors colors;
        colors.assign(m_six);
        QList<int> got;
        for (const QString &id : m_six)
            got += colors.slot(id);
        QCOMPARE(got, (QList<int>{3, 4, 6, 5, 0, 2}));
    }

    void removingRecoloursNobody()
    {
        SeriesColors colors;
        colors.assign(m_six);
        SeriesColors kept;
        kept.fromList(colors.toList());
        QStringList fewer = m_six;
        fewer.removeAll(u"openai"_s);
        fewer.prepend(u"mistral"_s);
        kept.assign(fewer);
        for (const QString &id : m_six)
            QCOMPARE(kept.slot(id), colors.slot(id));
        QVERIFY(kept.slot(u"mistral"_s) >= 0);
    }

    void ninthIsOther()
    {
        SeriesColors colors;
        QStringList nine;
        for (int i = 0; i < 9; ++i)
            nine += u"provider-%1"_s.arg(i);
        colors.assign(nine);
        QSet<int> used;
        for (int i = 0; i < 8; ++i)
            used.insert(colors.slot(nine[i]));
        QCOMPARE(used.size(), 8);
        QVERIFY(!used.contains(SeriesColors::other));
        QCOMPARE(colors.slot(nine[8]), SeriesColors::other);

        nine.removeAt(2); // its slot is the only one that can be given away
        colors.assign(nine);
        QVERIFY(colors.slot(u"provider-8"_s) >= 0);
        QCOMPARE(colors.slot(u"provider-2"_s), SeriesColors::other);
    }

    void damagedStateIsIgnored()
    {
        SeriesColors colors;
        colors.fromList({u"a=3"_s, u"b=3"_s, u"c=9"_s, u"=1"_s, u"d"_s, u"e=x"_s, u"with=equals=7"_s});
        QCOMPARE(colors.toList(), (QStringList{u"a=3"_s, u"with=equals=7"_s}));
    }
};

QTEST_GUILESS_MAIN(TestSeriesColors)
#include "tst_series_colors.moc"
