// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/redaction_config.h"

#include <QtWidgets/QWidget>

#include <functional>
#include <vector>

class QLabel;
class QPlainTextEdit;
class QTableWidget;

namespace signalbox {

class RowTable;

// Patterns of the user's own that are masked before bodies are kept, and a text to try all of them on. GUI thread;
// texts are tried on a pool thread, since a pattern may be slow.
class RedactionPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RedactionPanel)

public:
    explicit RedactionPanel(QWidget *parent = nullptr);

    // What is masked beside the patterns, as the page's draft says.
    void setKinds(std::function<RedactionConfig()> kinds) { m_kinds = std::move(kinds); }
    void setPatterns(const std::vector<RedactionPattern> &patterns);
    std::vector<RedactionPattern> patterns() const; // rows that are empty are left out
    bool validate();                                // shows what is wrong, and goes there
    void showProblem(const QString &message);
    void addRow(const RedactionPattern &pattern = {});
    void tryText(); // again, with what is set by now

    QTableWidget *table() const;
    QPlainTextEdit *sample() const { return m_sample; }
    QString shown() const; // the sample as it would be kept
    QString said() const;  // below the table

Q_SIGNALS:
    void edited();

private:
    QWidget *makeTrial();
    void cellEdited();
    QString firstProblem(int *row, int *column) const;

    std::function<RedactionConfig()> m_kinds;
    RowTable *m_table;
    QLabel *m_said;
    QPlainTextEdit *m_sample;
    QPlainTextEdit *m_shown;
    QLabel *m_counts;
    quint64 m_trial = 0; // answers of older ones are dropped
};

} // namespace signalbox
