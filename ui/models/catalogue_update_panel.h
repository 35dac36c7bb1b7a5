// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/catalogue_update.h"

#include <QtCore/QByteArray>
#include <QtWidgets/QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QTableView;

namespace signalbox {

class CatalogueActions;
class CatalogueDiffModel;

// What another catalogue would change, with its doubts, before it is taken over. GUI thread.
class CatalogueUpdatePanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CatalogueUpdatePanel)

public:
    explicit CatalogueUpdatePanel(CatalogueActions *actions, QWidget *parent = nullptr);

    void open(const QString &path); // reads the file off this thread
    void compare(const QByteArray &json, const QString &name);
    void apply();
    CatalogueDiffModel *model() const { return m_model; }
    QPushButton *applyButton() const { return m_apply; }
    QCheckBox *agreeBox() const { return m_agree; }
    QString message() const;

Q_SIGNALS:
    void applied();
    void closeRequested();

private:
    void show(const Result<CatalogueDiff> &diff);
    void say(const QString &text, bool problem);
    void updateApply();

    CatalogueActions *m_actions;
    CatalogueDiffModel *m_model;
    QByteArray m_json;
    QString m_name;
    bool m_ready = false; // compared and not yet applied
    QLabel *m_message;
    QLabel *m_doubts;
    QCheckBox *m_agree;
    QTableView *m_table;
    QPushButton *m_apply;
};

} // namespace signalbox
