// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/page.h"

#include "core/config/config.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace signalbox {

class AskPanel;
class EmptyState;
class GatewayControl;
class ProviderActions;
class RouteTextEdit;
class RouteTreeModel;
class SegmentedControl;

// The routes: as a tree with live shares and health, and as text to change them. GUI thread.
class RoutesPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RoutesPage)

public:
    RoutesPage(GatewayControl *control, ProviderActions *actions, QWidget *parent = nullptr); // both outlive the page

    QString title() const override { return tr("Routes"); }
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    enum View { Form, Text };
    void showView(View view);
    void apply();
    void setAsking(bool on);
    RouteTextEdit *textEdit() const { return m_text; }
    QTreeView *tree() const { return m_tree; }
    AskPanel *askPanel() const { return m_ask; }

private:
    void takeConfig(const ConfigPtr &config);
    void takeSnapshot();
    void showDraft();
    void writeFirst();
    void undo(const std::vector<RouteConfig> &before);
    QWidget *makeForm();

    GatewayControl *m_control;
    ProviderActions *m_actions;
    RouteTreeModel *m_model;
    QTreeView *m_tree;
    EmptyState *m_empty;
    QStackedWidget *m_form;
    QStackedWidget *m_views;
    RouteTextEdit *m_text;
    AskPanel *m_ask;
    SegmentedControl *m_choice = nullptr;
    QToolButton *m_discard = nullptr;
    QPushButton *m_apply = nullptr;
    QLabel *m_problem;
    bool m_shown = false;
};

} // namespace signalbox
