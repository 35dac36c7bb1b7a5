// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtGui/QHelpEvent>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtTest/QTest>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolTip>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

const QRect cell(100, 10, 120, 28);

class OpenDelegate final : public RowDelegate
{
public:
    using RowDelegate::paintWords;
    using RowDelegate::RowDelegate;
};

// Columns of the image in which words were painted; {1, 0} for none.
std::pair<int, int> inkOf(const QImage &image)
{
    std::pair<int, int> ink{image.width(), -1};
    for (int x = 0; x < image.width(); ++x) {
        for (int y = 0; y < image.height(); ++y) {
            if (image.pixelColor(x, y) != Qt::white) {
                ink = {qMin(ink.first, x), qMax(ink.second, x)};
                break;
            }
        }
    }
    return ink;
}

} // namespace

class TestRowDelegate final : public QObject
{
    Q_OBJECT

    QTableView m_view;
    QStandardItemModel m_model{1, 1};

    std::pair<int, int> painted(const QString &text, Qt::Alignment alignment, Qt::LayoutDirection direction)
    {
        m_model.item(0, 0)->setText(text);
        m_model.item(0, 0)->setTextAlignment(alignment);
        const auto *delegate = static_cast<OpenDelegate *>(m_view.itemDelegate());
        QImage image(320, 48, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        QStyleOptionViewItem option;
        option.rect = cell;
        option.direction = direction;
        delegate->paintWords(&painter, cell, option, m_model.index(0, 0));
        painter.end();
        return inkOf(image);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        theme().install();
        m_model.setItem(0, 0, new QStandardItem);
        m_view.setModel(&m_model);
        setUpTable(&m_view);
        m_view.setItemDelegate(new OpenDelegate(&m_view));
    }

    void longWordsStayInTheirCell_data()
    {
        QTest::addColumn<int>("direction");
        QTest::newRow("from the left") << int(Qt::LeftToRight);
        QTest::newRow("from the right") << int(Qt::RightToLeft);
    }
    void longWordsStayInTheirCell()
    {
        QFETCH(int, direction);
        const auto [left, right] = painted(u"meta-llama/llama-4-maverick-17b-128e-instruct"_s,
                                           Qt::AlignLeading | Qt::AlignVCenter, Qt::LayoutDirection(direction));
        QVERIFY2(left >= cell.left() - 1, qPrintable(QString::number(left)));
        QVERIFY2(right <= cell.right() + 1, qPrintable(QString::number(right)));
        QVERIFY(right - left > cell.width() / 2);
    }

    void wordsAndNumbersChangeSides()
    {
        const int middle = cell.center().x();
        const auto near = [middle](std::pair<int, int> ink) { return ink.second < middle; };
        QVERIFY(near(painted(u"fast"_s, Qt::AlignLeading, Qt::LeftToRight)));
        QVERIFY(!near(painted(u"fast"_s, Qt::AlignLeading, Qt::RightToLeft)));
        QVERIFY(!near(painted(u"12"_s, Qt::AlignTrailing, Qt::LeftToRight)));
        QVERIFY(near(painted(u"12"_s, Qt::AlignTrailing, Qt::RightToLeft)));
    }

    void whatIsCutIsTold()
    {
        m_view.resize(400, 200);
        m_view.setColumnWidth(0, 90);
        m_view.show();
        const QString text = u"project with a name that is much longer than its column"_s;
        m_model.item(0, 0)->setText(text);
        QStyleOptionViewItem option;
        option.rect = QRect(0, 0, 90, 28);
        QHelpEvent event(QEvent::ToolTip, QPoint(20, 10), m_view.viewport()->mapToGlobal(QPoint(20, 10)));
        auto *delegate = static_cast<RowDelegate *>(m_view.itemDelegate());
        QVERIFY(delegate->helpEvent(&event, &m_view, option, m_model.index(0, 0)));
        QCOMPARE(QToolTip::text(), text);
        QToolTip::hideText();
        m_model.item(0, 0)->setText(u"short"_s);
        QVERIFY(!delegate->helpEvent(&event, &m_view, option, m_model.index(0, 0)));
    }
};

QTEST_MAIN(TestRowDelegate)
#include "tst_row_delegate.moc"
