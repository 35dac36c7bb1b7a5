// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "ui/models/model_details.h"

#include <QtWidgets/QFrame>

#include <optional>

class QVBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace signalbox {

class OverrideEditor;
class ProviderActions;
class QualityFigures;

// All that is known of the chosen model, and the form for what the user knows better. GUI thread.
class ModelPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelPanel)

public:
    explicit ModelPanel(ProviderActions *actions, QWidget *parent = nullptr);

    void setModel(const ModelRow &row, const QualityFigures &figures, const std::vector<PriceNote> &prices = {},
                  const std::optional<Calibration::Factor> &learnt = {});
    void startEditing();
    OverrideEditor *editor() const { return m_editor; }
    QPushButton *editButton() const { return m_edit; }

Q_SIGNALS:
    void closeRequested();

private:
    void fill(std::vector<DetailLine> details);

    std::optional<ModelRow> m_row;
    QLabel *m_name;
    QLabel *m_where;
    QPushButton *m_edit;
    QStackedWidget *m_stack;
    QWidget *m_facts = nullptr;
    QVBoxLayout *m_factsColumn;
    OverrideEditor *m_editor;
};

} // namespace signalbox
