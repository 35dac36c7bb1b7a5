// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

#include <string>

class QComboBox;

namespace signalbox {

// Which of a provider's APIs the gateway speaks to it. A preset with several offers them all by default, so that each
// client meets its own. GUI thread.
class ApiChoice final : public QWidget
{
    Q_OBJECT

public:
    explicit ApiChoice(QWidget *parent = nullptr);

    // Fills the list for a preset (empty id: any address) and chooses what serves all of them.
    void setPreset(const std::string &presetId);
    void choose(const std::string &dialect);
    std::string dialect() const;
    QComboBox *box() const { return m_box; }

Q_SIGNALS:
    void addressSuggested(const QString &baseUrl); // the user chose an API of the preset: this is its address

private:
    std::string m_preset;
    QComboBox *m_box;
};

} // namespace signalbox
