// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "ui/requests/cell_filter.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <functional>
#include <vector>

class QAction;
class QMenu;
class QModelIndex;
class QTableView;
class QWidget;

namespace signalbox {

class GatewayControl;
class RequestActions;
class RequestSelection;
class RequestSource;
class RequestTableModel;

// What can be done with the rows that are chosen in the request table: its context menu, its keys, and the same as
// actions of the page. Bodies are read when they are wanted. Child of the page; GUI thread.
class RowActions final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RowActions)

public:
    struct Parts { // outlive this
        QTableView *table;
        RequestTableModel *model;
        RequestSelection *selection;
        RequestSource *source;
        GatewayControl *control;
        RequestActions *request; // of the inspector: who sends, what was marked
    };
    enum class CopyAs { Curl, PythonCode, NodeCode, Json, Markdown };
    static constexpr int mostReplayed = 100;

    RowActions(const Parts &parts, QWidget *page);

    const QList<QAction *> &all() const { return m_all; }
    // For the cell that was clicked; it need not be one. The caller shows it.
    QMenu *makeMenu(const QModelIndex &cell, QWidget *parent);

    void copyIds() const;
    void copyAs(CopyAs format);
    void replay(const QString &target = {});
    void compare(); // the two that are chosen, or the one with the marked
    void cancel();  // those in flight

Q_SIGNALS:
    void openRequested();
    void exportRequested();
    void filterRequested(const signalbox::CellFilter &cell, signalbox::CellChoice choice);
    // Several; `leftOut`: more than may be replayed at once.
    void replayRequested(std::vector<signalbox::RequestRecord> records, const QString &target, int leftOut);

private:
    using Use = std::function<void(std::vector<RequestRecord>)>;

    QAction *add(const char *name, const QString &text, const QKeySequence &keys, std::function<void()> run);
    void update();
    QStringList chosen(bool inFlight) const;
    QStringList finished() const { return chosen(false); }
    QStringList running() const { return chosen(true); }
    void gather(const QStringList &ids, Use use);
    void addFilters(QMenu *menu, const QModelIndex &cell);
    void addCopies(QMenu *menu);
    void addReplays(QMenu *menu);
    void askForTarget();
    void tell(bool good, const QString &words) const;

    Parts m_parts;
    QWidget *m_page;
    QList<QAction *> m_all;
    QAction *m_open;
    QAction *m_copyIds;
    QAction *m_curl;
    QAction *m_replay;
    QAction *m_compare;
    QAction *m_mark;
    QAction *m_export;
    QAction *m_cancel;
};

} // namespace signalbox

Q_DECLARE_METATYPE(signalbox::CellFilter)
