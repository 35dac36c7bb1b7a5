// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/empty_state.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int narrowest = 300;

class StateIcon final : public QWidget
{
public:
    explicit StateIcon(QString name) : m_name(std::move(name)) { setFixedSize(24, 24); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        drawIcon(painter, rect(), m_name, theme().color(Token::Text3), 20);
    }

private:
    QString m_name;
};

} // namespace

EmptyState::EmptyState(const QString &icon, const QString &sentence, const QString &explanation, QWidget *parent)
    : QWidget(parent),
      m_sentence(makeLabel(sentence, TextStyle::PanelHead, Token::Text)),
      m_explanation(makeLabel(explanation, TextStyle::Body, Token::Text2)),
      m_codeBox(new QFrame),
      m_code(makeLabel({}, TextStyle::Code, Token::Text)),
      m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(24, 24, 24, 24);
    m_column->setSpacing(8);
    m_column->addStretch(1);
    m_column->addWidget(new StateIcon(icon), 0, Qt::AlignHCenter);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_explanation->setAlignment(Qt::AlignCenter);
    m_explanation->setWordWrap(true);
    m_column->addWidget(m_sentence, 0, Qt::AlignHCenter);
    m_column->addWidget(m_explanation, 0, Qt::AlignHCenter);

    m_codeBox->setProperty("card", true);
    auto *row = new QHBoxLayout(m_codeBox);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(8);
    m_code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_code->setAccessibleName(tr("Command to copy"));
    row->addWidget(m_code, 1);
    QToolButton *copy = makeIconButton(u"copy"_s, tr("Copy the command"));
    row->addWidget(copy, 0, Qt::AlignTop);
    connect(copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_code->text());
        if (ToastHost *toasts = ToastHost::of(this))
            toasts->show(Signal::Clear, tr("Command copied"));
    });
    m_column->addSpacing(4);
    m_column->addWidget(m_codeBox, 0, Qt::AlignHCenter);
    m_codeBox->hide();
    m_column->addStretch(2);
    setMinimumWidth(narrowest); // else the width that the words have now would be the least
    connect(&theme(), &Theme::themeChanged, this, &EmptyState::fit); // after the labels took their fonts
    fit();
}

// A centred label that wraps is given the height of another width: its lines would be cut.
void EmptyState::fit()
{
    constexpr int widest = 480;
    constexpr int margins = 48;
    m_explanation->setVisible(!m_explanation->text().isEmpty());
    if (m_explanation->text().isEmpty())
        return;
    const int whole = QFontMetrics(m_explanation->font()).horizontalAdvance(m_explanation->text()) + 4;
    const int room = width() > margins * 2 ? width() - margins : widest;
    const int taken = qMin(whole, qMin(widest, room));
    m_explanation->setFixedSize(taken, m_explanation->heightForWidth(taken));
}

void EmptyState::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    fit(); // the labels have their fonts only now
}

void EmptyState::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

void EmptyState::setTexts(const QString &sentence, const QString &explanation)
{
    m_sentence->setText(sentence);
    m_explanation->setText(explanation);
    fit();
}

QPushButton *EmptyState::addButton(const QString &text, const QString &icon)
{
    QPushButton *button = makeButton(text, icon);
    m_column->insertWidget(m_column->count() - 1, button, 0, Qt::AlignHCenter);
    return button;
}

void EmptyState::setCode(const QString &code)
{
    m_code->setText(code);
    m_codeBox->setVisible(!code.isEmpty());
}

QString EmptyState::code() const
{
    return m_code->text();
}

} // namespace signalbox
