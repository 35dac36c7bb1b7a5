// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLineEdit;

namespace signalbox {

class NumberLabel;
class SegmentedControl;

// What of the ledger is shown: words, outcome, range. GUI thread. Typing is settled for 150 ms before changed().
class RequestFilterBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestFilterBar)

public:
    enum class Range { Live, Hour, Day, Week };

    explicit RequestFilterBar(QWidget *parent = nullptr);

    RequestFilter filter(int64_t nowMs) const;
    Range range() const;
    bool isPlain() const; // neither words nor outcome
    void setText(const QString &text);
    void setRange(Range range);
    void clear();
    void focusText();
    void setCounted(qint64 matching, qint64 total, double ms);
    void setLoading(bool loading); // the count is dimmed after 300 ms
    QLineEdit *field() const { return m_text; }
    QString countText() const;

Q_SIGNALS:
    void changed();
    void left(); // Esc or Down in the field

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QLineEdit *m_text;
    SegmentedControl *m_outcome;
    SegmentedControl *m_range;
    NumberLabel *m_count;
    QTimer m_typing;
    QTimer m_slow;
};

} // namespace signalbox
