// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/playground/target_choices.h"

#include <QtWidgets/QComboBox>

namespace signalbox {

// A field for who is asked: letters narrow the list, anywhere in the name; anything may be written. GUI thread.
class TargetPicker final : public QComboBox
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TargetPicker)

public:
    explicit TargetPicker(QWidget *parent = nullptr);

    void setChoices(const std::vector<TargetChoice> &choices, ConfigPtr config);
    void setTarget(const ChatTarget &target);
    ChatTarget target() const;
    void focusText(); // all of it selected

Q_SIGNALS:
    void targetChanged();

private:
    std::vector<TargetChoice> m_choices;
    ConfigPtr m_config;
};

} // namespace signalbox
