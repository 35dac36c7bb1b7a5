// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/page.h"

#include "core/config/route_draft.h"

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace signalbox {

class AskPanel;
class CatalogueActions;
class CommandPalette;
class EmptyState;
class GatewayControl;
class HistoryPanel;
class LedgerFeed;
class NodeForm;
class ProblemStrip;
class ProviderActions;
class ReviewPanel;
class RouteActions;
class RouteDocument;
class RouteTextEdit;
class RouteTreeModel;
class SegmentedControl;

// The routes: a draft as an outline with live shares and health, as a form of what is chosen and as text; its problems,
// where a request would go, what it changes, and the history of what was applied. GUI thread.
class RoutesPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RoutesPage)

public:
    // All outlive the page; without a catalogue no models are offered, without a ledger there is no history.
    RoutesPage(GatewayControl *control, ProviderActions *actions, CatalogueActions *catalogue = nullptr,
               LedgerFeed *feed = nullptr, QWidget *parent = nullptr);

    QString title() const override { return tr("Routes"); }
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    enum View { Form, Both, Text };
    enum Side { None, Ask, Review, History };
    void showView(View view);
    void showSide(Side side);
    void apply();
    void setAsking(bool on) { showSide(on ? Ask : None); }
    void choose(DraftId id);
    RouteDocument *document() const { return m_document; }
    RouteActions *editing() const { return m_editing; }
    NodeForm *nodeForm() const { return m_nodeForm; }
    ProblemStrip *problemStrip() const { return m_strip; }
    RouteTextEdit *textEdit() const { return m_text; }
    QTreeView *tree() const { return m_tree; }
    AskPanel *askPanel() const { return m_ask; }
    ReviewPanel *reviewPanel() const { return m_review; }
    HistoryPanel *historyPanel() const { return m_history; }
    CommandPalette *quickAdd() const { return m_quickAdd; }
    void openQuickAdd();
    QWidget *conflictBar() const { return m_conflict; }
    QString problem() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void arrange();
    void makeBody();
    void makeTree();
    QWidget *makeOutline();
    QWidget *makeConflictBar();
    void makeActions();
    void connectDocument();
    void takeConfig(const ConfigPtr &config);
    void takeSnapshot();
    void takeOffers();
    void takeText();
    void showDraft();
    void showTree();
    void textFollows();
    void selectByText();
    QString whyNotApplicable() const;
    void writeFirst();
    void undoApplied(const std::vector<RouteConfig> &before);
    void showProblem(const QString &message);
    void saveState() const;
    void restoreState();

    GatewayControl *m_control;
    ProviderActions *m_actions;
    CatalogueActions *m_catalogue;
    RouteDocument *m_document;
    RouteTreeModel *m_model;
    QTreeView *m_tree;
    RouteActions *m_editing;
    EmptyState *m_empty;
    QStackedWidget *m_form;
    QSplitter *m_splitter;
    NodeForm *m_nodeForm;
    RouteTextEdit *m_text;
    ProblemStrip *m_strip;
    QWidget *m_conflict = nullptr;
    QLabel *m_conflictWords;
    CommandPalette *m_quickAdd = nullptr;
    QPushButton *m_add = nullptr;
    AskPanel *m_ask;
    ReviewPanel *m_review;
    HistoryPanel *m_history;
    SegmentedControl *m_choice = nullptr;
    QToolButton *m_discard = nullptr;
    QPushButton *m_apply = nullptr;
    QLabel *m_problem;
    View m_view = Form;
    Side m_side = None;
    bool m_shown = false;
    bool m_taking = false;
    bool m_fromText = false;  // the change of the draft came from the text
    bool m_selecting = false; // outline and text follow each other
};

} // namespace signalbox
