// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/flow_layout.h"

#include <QtTest/QTest>
#include <QtWidgets/QWidget>

using namespace signalbox;

class TestFlowLayout final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_box = std::make_unique<QWidget>();
        m_layout = new FlowLayout(m_box.get());
        m_layout->setContentsMargins(10, 5, 10, 5);
        m_layout->setSpacing(8);
        for (int i = 0; i < 3; ++i) {
            auto *item = new QWidget;
            item->setFixedSize(100, 30);
            m_layout->addWidget(item);
        }
        m_box->show(); // hidden items take no room
    }

    void oneLineWhereItFits()
    {
        QCOMPARE(m_layout->sizeHint(), QSize(336, 40));
        m_layout->setGeometry({0, 0, 336, 40});
        QCOMPARE(rect(2), QRect(226, 5, 100, 30));
    }

    void aNewLineWhereItDoesNot()
    {
        QCOMPARE(m_layout->heightForWidth(335), 78);
        QCOMPARE(m_layout->heightForWidth(120), 116);
        m_layout->setGeometry({0, 0, 335, 78});
        QCOMPARE(rect(1), QRect(118, 5, 100, 30));
        QCOMPARE(rect(2), QRect(10, 43, 100, 30));
    }

    void fromTheRight()
    {
        m_box->setLayoutDirection(Qt::RightToLeft);
        m_layout->setGeometry({0, 0, 336, 40});
        QCOMPARE(rect(0), QRect(226, 5, 100, 30));
        QCOMPARE(rect(2), QRect(10, 5, 100, 30));
    }

    void hiddenItemsTakeNoRoom()
    {
        m_layout->itemAt(0)->widget()->hide();
        m_layout->setGeometry({0, 0, 336, 40});
        QCOMPARE(rect(1), QRect(10, 5, 100, 30));
    }

private:
    QRect rect(int item) const { return m_layout->itemAt(item)->geometry(); }

    std::unique_ptr<QWidget> m_box;
    FlowLayout *m_layout = nullptr;
};

QTEST_MAIN(TestFlowLayout)
#include "tst_flow_layout.moc"
