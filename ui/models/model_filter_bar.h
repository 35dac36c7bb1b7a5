// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/model_table_model.h"

#include <QtWidgets/QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace signalbox {

// Which models are shown. GUI thread.
class ModelFilterBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelFilterBar)

public:
    explicit ModelFilterBar(QWidget *parent = nullptr);

    void setProviders(const ModelRows &rows); // the configured first; the choice stays where it can
    void setCount(int shown, int total);
    ModelFilter filter() const;
    void clear();
    QLineEdit *textField() const { return m_text; }
    QComboBox *providerBox() const { return m_provider; }
    QComboBox *needsBox() const { return m_needs; }
    QComboBox *contextBox() const { return m_context; }
    QComboBox *priceBox() const { return m_price; }
    QCheckBox *toolsBox() const { return m_tools; }
    QCheckBox *configuredBox() const { return m_configured; }

Q_SIGNALS:
    void filterChanged();

private:
    QLineEdit *m_text;
    QComboBox *m_provider;
    QComboBox *m_needs;
    QComboBox *m_context;
    QComboBox *m_price;
    QCheckBox *m_tools;
    QCheckBox *m_configured;
    QLabel *m_count;
};

} // namespace signalbox
