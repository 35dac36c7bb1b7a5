// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requests/facet_model.h"
#include "ui/requests/request_source.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLabel;
class QListView;

namespace signalbox {

// Values to filter by, beside the table, each with how often it stands there. A click chooses one, Ctrl+click leaves
// it out; Space and Ctrl+Space do the same. Counts only while it can be seen, and says how far it is. GUI thread.
class FacetPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FacetPanel)

public:
    explicit FacetPanel(RequestSource &source, QWidget *parent = nullptr); // `source` outlives it

    void setFilter(const QString &text, const RequestFilter &filter);
    void setRangeStart(int64_t fromMs); // with the next count
    void noteCommitted();               // counts anew, every two seconds at most
    FacetModel *model() const { return m_model; }
    QListView *view() const { return m_view; }
    QString noteText() const;

Q_SIGNALS:
    void textChosen(const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void ask();
    void take(const FacetReport &report);
    void choose(const QModelIndex &index, bool leaveOut);

    RequestSource &m_source;
    FacetModel *m_model;
    QListView *m_view;
    QLabel *m_note;
    RequestFilter m_filter;
    QTimer m_rest;
    quint64 m_generation = 0;
    bool m_asking = false;
    bool m_due = true; // something has changed since it was counted
};

} // namespace signalbox
