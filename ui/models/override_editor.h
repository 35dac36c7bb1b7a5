// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/model_override.h"
#include "ui/models/model_rows.h"

#include <QtWidgets/QWidget>

#include <array>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class ProviderActions;

// What the user knows better than the catalogue of one model: limits, abilities, price. Written to the config with
// undo. GUI thread.
class OverrideEditor final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(OverrideEditor)

public:
    explicit OverrideEditor(ProviderActions *actions, QWidget *parent = nullptr);

    void edit(const ModelRow &row);
    void save();
    void removeOwn();
    QString problem() const;
    QLineEdit *contextField() const { return m_context; }
    QLineEdit *outputField() const { return m_output; }
    QLineEdit *scoresField() const { return m_scores; }
    QComboBox *toolsBox() const { return m_tools; }
    QCheckBox *priceBox() const { return m_ownPrice; }
    QLineEdit *priceField(int rate) const { return m_prices[size_t(rate)]; } // input, output, cache read, cache write
    QPushButton *saveButton() const { return m_save; }

Q_SIGNALS:
    void done(); // saved, removed or given up

private:
    bool read(ModelOverride &own);
    bool apply(const ModelOverride &own, const QString &why, const QString &said);
    void fillPrices(const std::optional<PriceConfig> &own);
    void say(QLineEdit *field, const QString &problem);

    ProviderActions *m_actions;
    std::string m_key;
    ModelFactsPtr m_facts;
    ModelOverride m_before;
    QLabel *m_title;
    QLineEdit *m_context;
    QLineEdit *m_output;
    QComboBox *m_tools;
    QComboBox *m_reasoning;
    QLineEdit *m_scores;
    QCheckBox *m_ownPrice;
    std::array<QLineEdit *, 4> m_prices{};
    QLabel *m_problem;
    QPushButton *m_save;
    QPushButton *m_remove;
};

} // namespace signalbox
