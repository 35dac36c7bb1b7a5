// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QTableWidget>

namespace signalbox {

// A list of the config as a table: a row for each member, edited in place, as high as its rows, with buttons that add
// and remove one. GUI thread.
class RowTable final : public QTableWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RowTable)

public:
    RowTable(const QStringList &titles, const QString &name, int mostShown);

    void setNumbersFrom(int column); // those columns hold numbers, to the right
    void setRows(const QList<QStringList> &rows);
    void addCells(const QStringList &cells); // missing ones are empty
    QString text(int row, int column) const;
    // Both buttons in a row, then `more`.
    QWidget *makeButtons(const QString &add, const QString &remove, const QList<QWidget *> &more = {});

Q_SIGNALS:
    void edited(); // by a person

private:
    void addByHand();
    void removeCurrent();
    void fitHeight();

    int m_mostShown;
    int m_numbersFrom;
    bool m_filling = false;
};

} // namespace signalbox
