// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/fact_list.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int indent = 18;

QLabel *makeWords(const QString &text, TextStyle style, Token token)
{
    QLabel *words = makeLabel(text, style, token);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    makeSelectable(words);
    return words;
}

} // namespace

FactList::FactList(const QString &accessibleName, QWidget *parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(accessibleName);
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    m_rows = new QFormLayout(page);
    m_rows->setContentsMargins(16, 12, 16, 16);
    m_rows->setHorizontalSpacing(16);
    m_rows->setVerticalSpacing(5);
    m_rows->setLabelAlignment(Qt::AlignLeft);
    setWidget(page);
}

void FactList::clear()
{
    while (m_rows->rowCount() > 0)
        m_rows->removeRow(0);
    verticalScrollBar()->setValue(0);
}

void FactList::head(const QString &title)
{
    QLabel *words = makeLabel(title, TextStyle::PanelHead, Token::Text);
    if (m_rows->rowCount() > 0)
        words->setContentsMargins(0, 12, 0, 0);
    m_rows->addRow(words);
}

void FactList::note(const QString &words)
{
    m_rows->addRow(makeWords(words, TextStyle::Small, Token::Text3));
}

void FactList::row(const QString &label, const QString &value)
{
    m_rows->addRow(makeLabel(label, TextStyle::Small, Token::Text3), makeWords(value, TextStyle::Body, Token::Text));
}

void FactList::idRow(const QString &label, const QString &value)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    QLabel *words = makeElidedLabel(value, TextStyle::Code, Token::Text, nullptr, Qt::ElideMiddle);
    QToolButton *copy = makeIconButton(u"copy"_s, tr("Copy: %1").arg(label));
    connect(copy, &QToolButton::clicked, this, [value] { QGuiApplication::clipboard()->setText(value); });
    row->addWidget(words, 1);
    row->addWidget(copy);
    m_rows->addRow(makeLabel(label, TextStyle::Small, Token::Text3), line);
}

void FactList::wideRow(const QString &label, const QString &value)
{
    QLabel *place = makeElidedLabel(label, TextStyle::Code, Token::Text3, nullptr, Qt::ElideMiddle);
    m_rows->addRow(place);
    QLabel *words = makeWords(value, TextStyle::Body, Token::Text);
    words->setContentsMargins(0, 0, 0, 4);
    words->setAccessibleName(label);
    m_rows->addRow(words);
}

void FactList::codeRow(const QString &label, const QString &code)
{
    QLabel *words = makeWords(code, TextStyle::Code, Token::Text2);
    m_rows->addRow(makeLabel(label, TextStyle::Small, Token::Text3), words);
}

void FactList::stepRow(std::optional<Signal> signal, const QString &title, const QString &reason, int depth)
{
    auto *step = new QWidget;
    auto *row = new QHBoxLayout(step);
    row->setContentsMargins(depth * indent, 2, 0, 2);
    row->setSpacing(8);
    if (signal) {
        auto *mark = new SignalMark;
        mark->setSignal(*signal);
        row->addWidget(mark, 0, Qt::AlignTop);
    }
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(makeWords(title, TextStyle::BodyStrong, Token::Text));
    if (!reason.isEmpty())
        words->addWidget(makeWords(reason, TextStyle::Body, Token::Text2));
    row->addLayout(words, 1);
    m_rows->addRow(step);
}

void FactList::figures(const std::vector<QStringList> &rows, int columns)
{
    auto *table = new QWidget;
    auto *grid = new QGridLayout(table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    for (int at = 0; at < int(rows.size()); ++at) {
        const QStringList &cells = rows[size_t(at)];
        QLabel *name = makeWords(cells.value(0), TextStyle::Body, Token::Text2);
        grid->addWidget(name, at, 0);
        for (int column = 1; column < columns; ++column) {
            auto *value = new NumberLabel(TextStyle::Body, column + 1 == columns ? Token::Text : Token::Text2);
            value->setText(cells.value(column));
            value->setAccessibleName(cells.value(0) + u": "_s + cells.value(column));
            grid->addWidget(value, at, column, Qt::AlignRight);
        }
    }
    // In a low window the list scrolls; the lines would be put on top of each other first.
    const int line = QFontMetrics(theme().font(TextStyle::Body)).height();
    table->setMinimumHeight(int(rows.size()) * (line + grid->verticalSpacing()));
    m_rows->addRow(table);
}

QString FactList::shownText() const
{
    QStringList lines;
    const QList<QWidget *> words = widget()->findChildren<QWidget *>();
    for (const QWidget *word : words) {
        if (const auto *label = qobject_cast<const QLabel *>(word))
            lines += label->text();
        else if (const auto *number = qobject_cast<const NumberLabel *>(word))
            lines += number->text();
    }
    return lines.join(u'\n');
}

} // namespace signalbox
