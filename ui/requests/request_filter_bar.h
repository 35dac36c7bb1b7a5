// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requests/filter_line_edit.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace signalbox {

class NumberLabel;
class SegmentedControl;
class Spinner;

// What of the ledger is shown: a filter in words and a range of time. GUI thread. Typing is settled for 150 ms before
// changed(); a text with something wrong in it says so below and leaves the filter that was in force.
class RequestFilterBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestFilterBar)

public:
    enum class Range { Live, Hour, Day, Week };

    explicit RequestFilterBar(QWidget *parent = nullptr);
    ~RequestFilterBar() override;

    RequestFilter filter(int64_t nowMs) const; // of the last text without a problem
    Range range() const;
    bool isPlain() const; // no words
    QString text() const { return m_text->text(); }
    void setText(const QString &text); // changed() comes at once
    void setRange(Range range);
    void clear();
    void focusText();
    void setValues(RequestSource::Values values) { m_text->setValues(std::move(values)); }
    void setOrder(const QString &name) { m_order = name; } // of the figure; empty: by time. For what comes next
    void setCounted(qint64 matching, qint64 total, double ms);
    void setSearching(qint64 found, qint64 reachedMs); // shown when the search takes longer than 300 ms
    void setLoading(bool loading);
    FilterLineEdit *field() const { return m_text; }
    SegmentedControl *rangeControl() const { return m_range; } // stands in the page's header
    void addTool(QWidget *tool);                               // at the right
    QString countText() const;
    QString problemText() const; // empty: none is shown

Q_SIGNALS:
    void changed();
    void left();            // Esc or Down in the field
    void cancelRequested(); // of the search

private:
    void settle();
    void showProblem();

    FilterLineEdit *m_text;
    SegmentedControl *m_range;
    NumberLabel *m_count;
    QLabel *m_problem;
    Spinner *m_spinner;
    QToolButton *m_stop; // of a search that takes long
    QHBoxLayout *m_tools;
    QTimer m_typing;
    QTimer m_slow;
    QString m_order;
    QString m_sound; // the last text without a problem
    qint64 m_found = 0;
    qint64 m_reachedMs = 0;
};

} // namespace signalbox
