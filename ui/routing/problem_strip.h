// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/route_draft.h"

#include <QtWidgets/QFrame>

class QLabel;
class QListWidget;
class QPushButton;

namespace signalbox {

class RouteDocument;
class SignalMark;

// The problems of the draft below the outline: how many, the first one, and all of them on demand. Choosing one leads
// to its node. GUI thread.
class ProblemStrip final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProblemStrip)

public:
    explicit ProblemStrip(RouteDocument &document, QWidget *parent = nullptr); // the document outlives it

    QString summary() const;
    QListWidget *list() const { return m_list; }

Q_SIGNALS:
    void nodeRequested(signalbox::DraftId id);

private:
    void refresh();

    RouteDocument &m_document;
    SignalMark *m_mark;
    QLabel *m_count;
    QLabel *m_first;
    QPushButton *m_all;
    QListWidget *m_list;
};

} // namespace signalbox
