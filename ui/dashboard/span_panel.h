// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/dashboard_source.h"

#include <QtWidgets/QFrame>

class QDateTimeEdit;
class QLabel;
class QPushButton;

namespace signalbox {

// From and to, for a time that is not among the usual ranges. A popup below its button; errors are told in place. GUI
// thread.
class SpanPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SpanPanel)

public:
    explicit SpanPanel(QWidget *parent = nullptr);

    void openBelow(const QWidget *button, const TimeSpan &shown);
    QDateTimeEdit *from() const { return m_from; }
    QDateTimeEdit *to() const { return m_to; }
    QString problem() const;
    void submit();

    // Why such a time cannot be shown; empty: it can.
    static QString whyNot(const TimeSpan &span, qint64 nowMs);

Q_SIGNALS:
    void chosen(const signalbox::TimeSpan &span);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    TimeSpan span() const;
    void check();

    QDateTimeEdit *m_from;
    QDateTimeEdit *m_to;
    QLabel *m_note;
    QPushButton *m_show;
};

} // namespace signalbox
