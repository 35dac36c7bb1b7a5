// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/popup.h"

#include <QtWidgets/QFrame>

class QListWidget;

namespace signalbox {

class RequestColumns;

// Which columns the request table has, and in which order: ticked, dragged, or moved with Alt and the arrows. Opens
// below a button and goes with a click elsewhere. GUI thread.
class ColumnsPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ColumnsPanel)

public:
    ColumnsPanel(RequestColumns *columns, QWidget *parent); // `columns` outlives it

    void openBelow(const QWidget *button);
    QListWidget *list() const { return m_list; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill();
    void takeOrder();
    void moveCurrent(int by);

    RequestColumns *m_columns;
    QListWidget *m_list;
    bool m_filling = false;
};

} // namespace signalbox
