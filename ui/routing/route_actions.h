// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/route_draft.h"
#include "ui/palette/command_model.h"

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>

class QAction;
class QMenu;
class QWidget;

namespace signalbox {

class RouteDocument;

// Where a new node goes when `chosen` is chosen: into it where it has room, else behind it.
struct NewPlace {
    DraftId parent = 0;
    size_t place = 0;
    QString why; // nowhere, because
};
NewPlace placeForNew(const RouteDraft &draft, DraftId chosen);

// What one can do with the chosen route or node, as actions for menu, keyboard and tool row. GUI thread; child of the
// page. The canvas will offer the same ones.
class RouteActions final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RouteActions)

public:
    // Keys of the editing actions work in `view` alone, so that fields keep theirs.
    RouteActions(RouteDocument &document, QWidget *page, QWidget *view);

    void setChosen(DraftId id);
    DraftId chosen() const { return m_chosen; }
    // What may be added where one stands, for the list that is typed into; `where` says into what it goes, or why
    // nothing but a route can be added.
    std::vector<Command> additions(QString *where);
    void setModels(std::function<QStringList(const std::string &provider)> models) { m_models = std::move(models); }
    void fillMoreMenu(QMenu &menu);
    QList<QAction *> all() const { return m_all; }

    void addNode(const PolicyNode &node);
    void addRoute();
    void wrap(PolicyNode::Kind kind);
    void copy() const;
    void cut();
    void paste();
    void remove();
    void moveBy(int step);

Q_SIGNALS:
    void chooseRequested(signalbox::DraftId id); // something new is to be chosen
    void refused(const QString &why);

private:
    QAction *add(const QString &text, const QList<QKeySequence> &keys, QWidget *view, void (RouteActions::*slot)());
    void said(bool done, DraftId made = 0);
    void unwrap();
    void duplicate();
    void toggle();
    void up() { moveBy(-1); }
    void down() { moveBy(1); }
    void copyChosen() { copy(); }
    void enable();

    RouteDocument &m_document;
    DraftId m_chosen = 0;
    QList<QAction *> m_all;
    std::function<QStringList(const std::string &)> m_models;
    QAction *m_up;
    QAction *m_down;
    QAction *m_duplicate;
    QAction *m_toggle;
    QAction *m_unwrap;
    QAction *m_cut;
    QAction *m_copy;
    QAction *m_remove;
    QAction *m_paste;
};

} // namespace signalbox
