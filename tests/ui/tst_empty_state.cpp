// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/empty_state.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestEmptyState final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        theme().install();
    }

    void wordsThatWrapAreWhole_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("scale");
        QTest::newRow("beside a form") << 330 << 100;
        QTest::newRow("page") << 1200 << 100;
        QTest::newRow("page, large text") << 1200 << 150;
    }
    void wordsThatWrapAreWhole()
    {
        QFETCH(int, width);
        QFETCH(int, scale);
        const QString words = u"A budget bounds money, tokens or requests: of a project, a client, a user, a provider "
                              "or a key. What is over it is refused, told, or goes to a cheaper route."_s;
        EmptyState state(u"budget"_s, u"No budget yet"_s, words);
        QPushButton *button = state.addButton(u"Set a budget"_s);
        theme().setTextScale(scale);
        state.resize(width, 600);
        state.show();
        QVERIFY(QTest::qWaitForWindowExposed(&state));
        const QLabel *label = nullptr;
        for (const QLabel *one : state.findChildren<QLabel *>()) {
            if (one->text() == words)
                label = one;
        }
        QVERIFY(label);
        QVERIFY(label->height() >= label->heightForWidth(label->width()));
        QVERIFY(label->width() <= width);
        QVERIFY(button->geometry().top() >= label->geometry().bottom());
        theme().setTextScale(100);
    }
};

QTEST_MAIN(TestEmptyState)
#include "tst_empty_state.moc"
