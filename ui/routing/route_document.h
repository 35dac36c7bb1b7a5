// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/route_draft.h"
#include "core/config/route_merge.h"
#include "core/routing/draft_problems.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>
#include <QtGui/QUndoStack>

#include <memory>
#include <unordered_map>

namespace signalbox {

class Catalogue;

// The draft that all views of the routes share (outline, form, text; later the canvas): its undo stack, its problems,
// and how it stands to the config that runs. GUI thread; owned by the page.
class RouteDocument final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RouteDocument)

public:
    explicit RouteDocument(QObject *parent = nullptr);
    ~RouteDocument() override;

    // The config that runs. A draft stays; when its routes were changed by somebody else meanwhile there is a conflict.
    void setConfig(const ConfigPtr &config);
    void setCatalogue(std::shared_ptr<const Catalogue> catalogue);

    const RouteDraft &draft() const { return m_draft; }
    const Config &running() const { return *m_running; }
    Config config() const;  // what runs, with the draft's routes
    bool isChanged() const; // its routes are others than those that run
    std::vector<RouteChange> changes() const;
    QUndoStack *undoStack() { return &m_stack; }

    // Each is one step of undo, named in it. False: refused, why() says it, and nothing is changed.
    bool insert(DraftId parent, size_t place, const PolicyNode &node, DraftId *made = nullptr);
    bool insertRoute(size_t place, const RouteConfig &route, DraftId *made = nullptr);
    bool remove(DraftId id);
    bool move(DraftId id, DraftId parent, size_t place);
    bool wrap(DraftId id, PolicyNode::Kind kind);
    bool unwrap(DraftId id);
    bool duplicate(DraftId id, DraftId *made = nullptr);
    bool setKind(DraftId id, PolicyNode::Kind kind);
    bool setDisabled(DraftId id, bool disabled);
    // Edits of the same `key` of the same node that follow each other are one step.
    bool setFields(DraftId id, const DraftFields &fields, const QString &key);
    void become(const std::vector<RouteConfig> &routes, const QString &text);
    void takeText(const std::vector<RouteConfig> &routes); // what somebody types; one step while nothing else happens
    void discard();                                        // back to what runs; can be taken back
    QString why() const { return m_why; }

    const std::vector<DraftProblem> &problems() const { return m_problems; }
    struct OwnProblem {
        bool isError = false;
        QString key; // where below the node: "shift/minShare"; empty: the node itself
        QString text;
    };
    const std::vector<OwnProblem> &problemsOf(DraftId id) const; // not of what is below it; as of the last check
    int errorCount() const;
    bool isChecked() const { return !m_timer.isActive(); } // problems() is of the draft as it is now
    void checkNow();

    bool hasConflict() const { return m_hasConflict; }
    std::vector<std::string> conflictingRoutes() const; // changed here and there
    void mergeTheirs();                                 // all three can be taken back, but for the conflict itself
    void takeTheirs();
    void keepMine();

    QString runningPointer(DraftId id) const; // where it stands in the config that runs; empty: it is new

Q_SIGNALS:
    void structureChanged();
    void fieldsChanged(signalbox::DraftId id);
    void draftChanged(); // after either, once
    void problemsChanged();
    void conflictChanged();

private:
    class Command;
    bool push(Result<DraftEdit> edit, const QString &text, const QString &mergeKey = {}, DraftId *made = nullptr);
    void told(const DraftEdit &edit);
    void findRunningPlaces();

    RouteDraft m_draft;
    ConfigPtr m_running;
    std::vector<RouteConfig> m_base; // what runs, before the others changed it
    std::shared_ptr<const Catalogue> m_catalogue;
    QUndoStack m_stack;
    QTimer m_timer;
    std::vector<DraftProblem> m_problems;
    std::unordered_map<DraftId, std::vector<OwnProblem>> m_problemsOf;
    std::unordered_map<DraftId, QString> m_places;
    QString m_why;
    bool m_hasConflict = false;
};

} // namespace signalbox
