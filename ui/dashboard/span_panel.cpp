// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/span_panel.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/popup.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QDateTimeEdit>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qint64 shortest = 10'000; // as for zooming
constexpr qint64 longest = qint64(400) * 86'400'000;

// Day and time as one writes them here, with a year of four digits and without seconds.
QString fieldFormat()
{
    const QLocale locale = numberLocale();
    QString date = locale.dateFormat(QLocale::ShortFormat);
    if (!date.contains(u"yyyy"_s))
        date.replace(u"yy"_s, u"yyyy"_s);
    return date + u' ' + locale.timeFormat(QLocale::ShortFormat).remove(u" t"_s).remove(u":ss"_s);
}

} // namespace

SpanPanel::SpanPanel(QWidget *parent)
    : QFrame(parent, Qt::Popup),
      m_from(new QDateTimeEdit),
      m_to(new QDateTimeEdit),
      m_note(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_show(makeButton(tr("&Show"), ButtonKind::Primary))
{
    setProperty("panel", true);
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("From and to"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(6);
    const auto add = [this, column](const QString &name, QDateTimeEdit *field) {
        QLabel *label = makeLabel(name, TextStyle::BodyStrong, Token::Text);
        label->setBuddy(field);
        field->setAccessibleName(QString(name).remove(u'&'));
        field->setDisplayFormat(fieldFormat());
        field->setMinimumWidth(200);
        column->addWidget(label);
        column->addWidget(field);
        connect(field, &QDateTimeEdit::dateTimeChanged, this, &SpanPanel::check);
    };
    add(tr("&From"), m_from);
    add(tr("&To"), m_to);
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(m_show);
    column->addLayout(row);
    connect(m_show, &QPushButton::clicked, this, &SpanPanel::submit);
}

QString SpanPanel::whyNot(const TimeSpan &span, qint64 nowMs)
{
    if (span.toMs <= span.fromMs)
        return tr("The end must be after the beginning.");
    if (span.toMs - span.fromMs < shortest)
        return tr("At least %1.").arg(formatTime(double(shortest)));
    if (span.toMs - span.fromMs > longest)
        return tr("At most %n days.", nullptr, int(longest / 86'400'000));
    if (span.fromMs >= nowMs)
        return tr("This time is still to come.");
    return {};
}

TimeSpan SpanPanel::span() const
{
    return {m_from->dateTime().toMSecsSinceEpoch(), m_to->dateTime().toMSecsSinceEpoch()};
}

QString SpanPanel::problem() const
{
    return m_show->isEnabled() ? QString() : m_note->text();
}

void SpanPanel::check()
{
    const QString why = whyNot(span(), QDateTime::currentMSecsSinceEpoch());
    m_show->setEnabled(why.isEmpty());
    m_note->setText(why.isEmpty() ? tr("Your local time.") : why);
    setLabelToken(m_note, why.isEmpty() ? Token::Text3 : Token::StopText);
}

void SpanPanel::openBelow(const QWidget *button, const TimeSpan &shown)
{
    m_from->setDateTime(QDateTime::fromMSecsSinceEpoch(shown.fromMs));
    m_to->setDateTime(QDateTime::fromMSecsSinceEpoch(shown.toMs));
    check();
    placeBelow(this, button);
    m_from->setFocus(Qt::PopupFocusReason);
}

void SpanPanel::submit()
{
    check();
    if (!m_show->isEnabled())
        return;
    hide();
    Q_EMIT chosen(span());
}

void SpanPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        submit();
    else
        QFrame::keyPressEvent(event);
}

} // namespace signalbox
