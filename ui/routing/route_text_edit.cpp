// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/route_text_edit.h"

#include "core/config/route_text.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtCore/QTimer>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTextEdit>
#include <QtWidgets/QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr std::chrono::milliseconds pauseBeforeCheck{250};
constexpr int tabColumns = 2;
} // namespace

RouteTextEdit::RouteTextEdit(QWidget *parent)
    : QWidget(parent),
      m_edit(new QPlainTextEdit),
      m_problem(makeButton({}, ButtonKind::Link, u"error"_s)),
      m_timer(new QTimer(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    m_edit->setAccessibleName(tr("Routes as JSON"));
    m_edit->setAccessibleDescription(tr("Tab writes spaces; Ctrl+Tab or Escape goes on."));
    m_edit->setFont(theme().font(TextStyle::Code));
    m_edit->setLayoutDirection(Qt::LeftToRight); // code
    m_edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_edit->installEventFilter(this);
    column->addWidget(m_edit, 1);
    m_problem->setAccessibleName(tr("Problem in the routes"));
    m_problem->setToolTip(tr("Go to the problem"));
    m_problem->hide();
    column->addWidget(m_problem, 0, Qt::AlignLeft);
    m_timer->setSingleShot(true);
    m_timer->setInterval(pauseBeforeCheck);
    connect(m_timer, &QTimer::timeout, this, &RouteTextEdit::check);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        m_draft.reset(); // not known to be good until checked
        m_timer->start();
        Q_EMIT draftChanged();
    });
    connect(m_problem, &QPushButton::clicked, this, &RouteTextEdit::goToProblem);
    connect(&theme(), &Theme::themeChanged, this, &RouteTextEdit::check);
}

void RouteTextEdit::setConfig(const ConfigPtr &config)
{
    const bool drafted = hasDraft();
    m_config = config;
    m_original = QString::fromStdString(routesText(*config));
    if (drafted)
        check();
    else
        discard();
}

bool RouteTextEdit::hasDraft() const
{
    return m_edit->toPlainText() != m_original;
}

std::optional<Config> RouteTextEdit::draft() const
{
    return m_draft;
}

QString RouteTextEdit::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void RouteTextEdit::discard()
{
    m_edit->setPlainText(m_original);
    check();
}

void RouteTextEdit::follow(const QString &text)
{
    m_followed = text;
    if (text == m_edit->toPlainText())
        return;
    const int position = m_edit->textCursor().position();
    m_edit->setPlainText(text);
    QTextCursor cursor = m_edit->textCursor();
    cursor.setPosition(int(qMin(qsizetype(position), text.size())));
    m_edit->setTextCursor(cursor);
    check();
}

bool RouteTextEdit::isBroken() const
{
    return !m_draft && m_edit->toPlainText() != m_followed;
}

void RouteTextEdit::select(const QString &pointer)
{
    const std::string text = m_edit->toPlainText().toStdString();
    const auto span = pointer.startsWith(u"/routes"_s)
                          ? spanOf(text, pointer.sliced(qsizetype(sizeof "/routes" - 1)).toStdString())
                          : std::nullopt;
    if (!span)
        return;
    QTextCursor cursor = m_edit->textCursor();
    cursor.setPosition(int(QString::fromUtf8(text.data(), qsizetype(span->end)).size()));
    cursor.setPosition(int(QString::fromUtf8(text.data(), qsizetype(span->begin)).size()), QTextCursor::KeepAnchor);
    m_edit->setTextCursor(cursor);
    m_edit->ensureCursorVisible();
}

std::string RouteTextEdit::pointerHere() const
{
    const QString text = m_edit->toPlainText();
    const auto at = size_t(QStringView(text).first(m_edit->textCursor().position()).toUtf8().size());
    const std::string inside = pointerAt(text.toStdString(), at);
    return inside.empty() ? inside : "/routes" + inside;
}

void RouteTextEdit::insertRoute(const QString &json)
{
    QString text = m_edit->toPlainText();
    const qsizetype open = text.indexOf(u'[');
    const bool first = text.mid(open + 1).trimmed() == u"]";
    text.insert(open + 1, u'\n' + json + (first ? u"\n"_s : u","_s));
    m_edit->setPlainText(text);
    check();
}

void RouteTextEdit::check()
{
    m_timer->stop();
    if (!m_config)
        return;
    const std::string text = m_edit->toPlainText().toStdString();
    Result<Config> read = withRoutes(*m_config, text);
    m_edit->setExtraSelections({});
    m_problemAt = -1;
    m_problem->setVisible(!read);
    m_draft.reset();
    if (read) {
        m_draft = std::move(*read);
        m_followed = m_edit->toPlainText();
    } else {
        m_problem->setText(QString::fromStdString(read.error().message));
        if (const auto span = problemSpan(text, read.error().message))
            markProblem(size_t(QString::fromUtf8(text.data(), qsizetype(span->begin)).size()),
                        size_t(QString::fromUtf8(text.data(), qsizetype(span->end)).size()));
    }
    Q_EMIT draftChanged();
}

void RouteTextEdit::markProblem(size_t begin, size_t end)
{
    QTextEdit::ExtraSelection mark;
    mark.cursor = m_edit->textCursor();
    mark.cursor.setPosition(int(begin));
    mark.cursor.setPosition(int(end), QTextCursor::KeepAnchor);
    mark.format.setBackground(theme().color(Token::StopSoft));
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(theme().color(Token::Stop));
    m_edit->setExtraSelections({mark});
    m_problemAt = int(begin);
}

void RouteTextEdit::goToProblem()
{
    if (m_problemAt >= 0) {
        QTextCursor cursor = m_edit->textCursor();
        cursor.setPosition(m_problemAt);
        m_edit->setTextCursor(cursor);
        m_edit->centerCursor();
    }
    m_edit->setFocus();
}

// Enter keeps the indentation, Tab writes spaces; Ctrl+Tab and Escape lead on to the next control by keyboard.
bool RouteTextEdit::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::FocusOut && m_timer->isActive())
        check(); // who goes on in another view finds there what was written here
    if (watched != m_edit || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<const QKeyEvent *>(event);
    if (key->key() == Qt::Key_Escape || (key->key() == Qt::Key_Tab && key->modifiers() == Qt::ControlModifier))
        return focusNextChild();
    QTextCursor cursor = m_edit->textCursor();
    if (key->key() == Qt::Key_Tab && key->modifiers() == Qt::NoModifier) {
        cursor.insertText(QString(tabColumns - cursor.positionInBlock() % tabColumns, u' '));
        return true;
    }
    if (key->key() == Qt::Key_Return && key->modifiers() == Qt::NoModifier) {
        const QString line = cursor.block().text().first(cursor.positionInBlock());
        qsizetype spaces = 0;
        while (spaces < line.size() && line.at(spaces) == u' ')
            ++spaces;
        const bool opens = line.trimmed().endsWith(u'{') || line.trimmed().endsWith(u'[');
        cursor.insertText(u'\n' + QString(spaces + (opens ? tabColumns : 0), u' '));
        m_edit->setTextCursor(cursor);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox
