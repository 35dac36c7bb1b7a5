// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "ui/inspector/capture_file.h"

#include <QtCore/QObject>

#include <optional>

class QAction;
class QMenu;
class QPushButton;
class QToolButton;
class QWidget;

namespace signalbox {

class RequestSender;
class RequestSource;
struct ConsoleRequest;

// What can be done with the request that an inspector shows, as actions for buttons, menus and the command palette.
// Child of its inspector; GUI thread.
class RequestActions final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestActions)

public:
    explicit RequestActions(QWidget *inspector);

    void setDetail(const RequestDetail *detail); // null: nothing is shown; outlives the next call
    void setGatewayUrl(const QString &url) { m_gatewayUrl = url; }
    const QString &gatewayUrl() const { return m_gatewayUrl; }
    // Null: nothing can be replayed. Outlives this. `targets`: PROVIDER/MODEL, to choose from.
    void setSender(RequestSender *sender);
    void setTargets(const QStringList &targets);
    // For the menu that exports: what a page's filter shows.
    void exportMatching(RequestSource &source, const RequestFilter &filter, CaptureFormat format);
    void addExport(QAction *action);
    QList<QAction *> all() const { return m_all; }
    QList<QPushButton *> makeButtons(); // for the inspector's head
    QToolButton *makeExportButton();

    RequestSender *sender() const { return m_sender; }
    const QStringList &targets() const { return m_targets; }
    // The other side of the next comparison.
    void mark(const RequestRecord &record);
    const std::optional<RequestRecord> &marked() const { return m_marked; }
    void compare(const RequestRecord &first, const RequestRecord &second);

    void copyCurl() const;
    void copyJson() const;

Q_SIGNALS:
    void editRequested(const ConsoleRequest &request); // before it is sent again, in the playground

private:
    QAction *add(const QString &text, void (RequestActions::*slot)());
    void replay();
    void replayOn(const QString &target);
    void askForTarget();
    void editAndReplay();
    void showWhetherReplayable();
    void copyPython();
    void copyNode();
    void copyMarkdown();
    void exportHarFile();
    void exportLines();
    void exportTo(CaptureFormat format);
    void markForComparison();
    void compareWithMarked();
    void copy(const QString &text) const;

    QWidget *m_inspector;
    const RequestDetail *m_detail = nullptr;
    std::optional<RequestRecord> m_marked;
    QStringList m_targets;
    QString m_gatewayUrl;
    QList<QAction *> m_all;
    RequestSender *m_sender = nullptr;
    QAction *m_replay = nullptr;
    QAction *m_other = nullptr; // a target that is not in the list
    QAction *m_edit = nullptr;
    QPushButton *m_replayButton = nullptr;
    QPushButton *m_replayOnButton = nullptr;
    QMenu *m_targetMenu;
    QMenu *m_copyMenu;
    QMenu *m_compareMenu;
    QMenu *m_exportMenu;
    QAction *m_compare = nullptr;
};

// Asks where to and writes them there, off the GUI thread.
void saveRequests(QWidget *parent, CaptureFormat format, std::vector<RequestRecord> records, const QString &gatewayUrl);

} // namespace signalbox
