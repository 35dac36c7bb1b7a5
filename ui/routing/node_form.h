// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/routing/node_fields.h"

#include <QtWidgets/QFrame>

#include <map>

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace signalbox {

class RouteDocument;

// The fields of the chosen route or node. What is written goes into the draft when the field is left or Enter is
// pressed; what cannot is kept in the field, with the reason below it. GUI thread.
class NodeForm final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NodeForm)

public:
    explicit NodeForm(RouteDocument &document, QWidget *parent = nullptr); // the document outlives it

    void setOffers(FieldOffers offers);
    void showNode(DraftId id); // 0: nothing is chosen
    DraftId node() const { return m_id; }
    void focusFirst();
    QWidget *editor(const QString &key) const;
    QString noteAt(const QString &key) const; // the hint, or what is wrong
    bool isWrong(const QString &key) const;
    void commit(const QString &key); // as when the field is left

private:
    struct Row {
        NodeField field;
        QWidget *editor = nullptr;
        QLabel *note = nullptr;
        QString wrong; // what cannot be taken over
    };

    void rebuild();
    void refresh();
    void showProblems();
    void addHead();
    void addField(const NodeField &field);
    QWidget *makeEditor(const NodeField &field);
    QWidget *makeText(const NodeField &field);
    QWidget *makeChoice(const NodeField &field);
    QWidget *makeWords(const NodeField &field);
    QString written(const Row &row) const;
    void write(Row &row, const QString &value);
    void showNote(Row &row, const QString &problem, bool isError);

    RouteDocument &m_document;
    FieldOffers m_offers;
    DraftId m_id = 0;
    std::map<QString, Row> m_rows;
    QString m_first;
    QString m_shape; // keys of the fields as they stand: another one means to build anew
    QWidget *m_page = nullptr;
    QVBoxLayout *m_column;
    QComboBox *m_kind = nullptr;
    bool m_filling = false;
};

} // namespace signalbox
