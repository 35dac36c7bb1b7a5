// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requests/filter_words.h"

#include <QtWidgets/QLineEdit>

class QCompleter;
class QStandardItemModel;

namespace signalbox {

// The field of the filter language: marks fields, values and what is wrong, offers what may follow, remembers what was
// asked. Keys: Enter keeps it in the history, Ctrl+Space offers, Down in the empty field shows the history. GUI
// thread.
class FilterLineEdit final : public QLineEdit
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FilterLineEdit)

public:
    static constexpr int longestHistory = 30;

    explicit FilterLineEdit(QWidget *parent = nullptr);

    FilterText read(int64_t nowMs) const; // in the local time zone
    void setValues(RequestSource::Values values) { m_values = std::move(values); }
    void showHistory();
    void remember();              // the text as it is, unless it is wrong
    static QStringList history(); // newest first
    QStringList offered() const;  // labels, while they are shown

Q_SIGNALS:
    void left(); // Esc or Down
    void entered();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void mark();
    void offer(bool always);
    void show(const FilterCandidates &candidates);
    void insert(const QModelIndex &chosen);

    QCompleter *m_completer;
    QStandardItemModel *m_items;
    RequestSource::Values m_values;
    int m_start = 0, m_length = 0; // what a chosen candidate replaces
    bool m_marking = false;
};

} // namespace signalbox
