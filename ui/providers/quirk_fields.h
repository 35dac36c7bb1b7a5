// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <map>
#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QLineEdit;

namespace signalbox {

// How a provider's API departs from its dialect, in words. See core/dialect/quirks.h.
struct QuirkWord {
    QString key;
    QString words;       // what it says when it is on, or what is to be written
    bool isText = false; // else: on, off or as the preset says
};
std::vector<QuirkWord> quirkWords();

// The quirks of a config (a JSON object, or empty) with one of them set: true, false, a text; absent: as the preset
// says. What is not in the list above stays as it is. Pure.
std::string withQuirk(const std::string &quirks, const std::string &key, const std::optional<bool> &value);
std::string withQuirkText(const std::string &quirks, const std::string &key, const std::string &value);
std::optional<bool> quirkFlag(const std::string &quirks, const std::string &key);
std::string quirkText(const std::string &quirks, const std::string &key);

// The list to edit. GUI thread.
class QuirkFields final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(QuirkFields)

public:
    explicit QuirkFields(QWidget *parent = nullptr);

    void setQuirks(const std::string &quirks);
    std::string quirks() const;
    QWidget *field(const QString &key) const;

private:
    std::string m_quirks;
    std::map<QString, QComboBox *> m_flags;
    std::map<QString, QLineEdit *> m_texts;
};

} // namespace signalbox
