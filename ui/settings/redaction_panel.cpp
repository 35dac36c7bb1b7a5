// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/redaction_panel.h"

#include "core/base/bounded_pattern.h"
#include "core/config/store_reader.h"
#include "core/redaction/body_redactor.h"
#include "ui/inspector/background.h"
#include "ui/settings/row_table.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QVBoxLayout>

#include <set>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

enum Column { Name, Pattern };
constexpr int longestSample = 100'000; // characters that are tried

QPlainTextEdit *makeText(const QString &name)
{
    auto *edit = new QPlainTextEdit;
    edit->setAccessibleName(name);
    edit->setTabChangesFocus(true);
    edit->setFont(theme().font(TextStyle::Code));
    edit->setFixedHeight(edit->fontMetrics().lineSpacing() * 3 + 16);
    return edit;
}

} // namespace

RedactionPanel::RedactionPanel(QWidget *parent)
    : QWidget(parent),
      m_table(new RowTable({tr("Name in the mark"), tr("Regular expression")},
                           tr("Patterns that are masked before bodies are kept"), 8)),
      m_said(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_sample(makeText(tr("Try it on a text"))),
      m_shown(makeText(tr("The text as it would be kept"))),
      m_counts(makeLabel({}, TextStyle::Small, Token::Text3))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Patterns of your own"), TextStyle::BodyStrong, Token::Text));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->resizeSection(Name, 180);
    column->addWidget(m_table);
    m_said->setWordWrap(true);
    m_said->hide();
    column->addWidget(m_said);
    column->addWidget(m_table->makeButtons(tr("Add a pattern"), tr("Remove the pattern")));
    column->addWidget(makeTrial());
    connect(m_table, &RowTable::edited, this, &RedactionPanel::cellEdited);
    connect(m_sample, &QPlainTextEdit::textChanged, this, &RedactionPanel::tryText);
}

QWidget *RedactionPanel::makeTrial()
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    QLabel *label = makeLabel(tr("Try it on a te&xt"), TextStyle::Body, Token::Text2);
    label->setBuddy(m_sample);
    QLabel *kept = makeLabel(tr("What would be kept"), TextStyle::Body, Token::Text2);
    m_shown->setReadOnly(true);
    m_counts->setWordWrap(true);
    column->addWidget(label);
    column->addWidget(m_sample);
    column->addWidget(kept);
    column->addWidget(m_shown);
    column->addWidget(m_counts);
    m_counts->setText(tr("Nothing is sent or stored here."));
    return box;
}

void RedactionPanel::addRow(const RedactionPattern &pattern)
{
    m_table->addCells({QString::fromStdString(pattern.name), QString::fromStdString(pattern.pattern)});
}

void RedactionPanel::setPatterns(const std::vector<RedactionPattern> &patterns)
{
    m_table->setRows({});
    for (const RedactionPattern &pattern : patterns)
        addRow(pattern);
    showProblem({});
    tryText();
}

std::vector<RedactionPattern> RedactionPanel::patterns() const
{
    std::vector<RedactionPattern> patterns;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        // Blanks of a pattern may be meant.
        RedactionPattern pattern{m_table->text(row, Name).trimmed().toStdString(),
                                 m_table->text(row, Pattern).toStdString()};
        if (!pattern.name.empty() || !pattern.pattern.empty())
            patterns.push_back(std::move(pattern));
    }
    return patterns;
}

QString RedactionPanel::firstProblem(int *row, int *column) const
{
    std::set<QString> names;
    for (*row = 0; *row < m_table->rowCount(); ++*row) {
        const QString name = m_table->text(*row, Name).trimmed();
        const QString pattern = m_table->text(*row, Pattern);
        if (name.isEmpty() && pattern.isEmpty())
            continue;
        *column = Name;
        if (const std::string wrong = checkRedactionName(name.toStdString()); !wrong.empty())
            return tr("Row %1: the name %2").arg(*row + 1).arg(QString::fromStdString(wrong));
        if (!names.insert(name).second)
            return tr("Row %1: “%2” is there twice").arg(*row + 1).arg(name);
        *column = Pattern;
        if (const auto wrong = BoundedPattern::check(pattern))
            return tr("Row %1, character %2: %3")
                .arg(*row + 1)
                .arg(wrong->position + 1)
                .arg(QString::fromStdString(wrong->what));
    }
    return {};
}

bool RedactionPanel::validate()
{
    int row = 0;
    int column = Name;
    const QString problem = firstProblem(&row, &column);
    showProblem(problem);
    if (problem.isEmpty())
        return true;
    m_table->setCurrentCell(row, column);
    m_table->setFocus(Qt::OtherFocusReason);
    return false;
}

void RedactionPanel::showProblem(const QString &message)
{
    m_said->setText(message);
    m_said->setVisible(!message.isEmpty());
}

void RedactionPanel::cellEdited()
{
    int row = 0;
    int column = Name;
    showProblem(firstProblem(&row, &column));
    tryText();
    Q_EMIT edited();
}

void RedactionPanel::tryText()
{
    const QString text = m_sample->toPlainText().left(longestSample);
    const quint64 trial = ++m_trial;
    if (text.isEmpty()) {
        m_shown->clear();
        return m_counts->setText(tr("Nothing is sent or stored here."));
    }
    RedactionConfig config = m_kinds ? m_kinds() : RedactionConfig();
    config.patterns = patterns();
    computeFor(
        this,
        [config = std::move(config), body = text.toStdString()] { return BodyRedactor(config, {}).mask(body, false); },
        [this, trial](const BodyRedactor::Masked &masked) {
            if (trial != m_trial)
                return;
            int count = 0;
            for (const auto &[word, places] : masked.counts)
                count += places;
            m_shown->setPlainText(QString::fromStdString(masked.bytes));
            m_counts->setText(masked.gaveUp ? tr("A pattern took too long, so more was masked than it asks for.")
                                            : tr("%n place(s) masked.", nullptr, count));
        });
}

QTableWidget *RedactionPanel::table() const
{
    return m_table;
}

QString RedactionPanel::shown() const
{
    return m_shown->toPlainText();
}

QString RedactionPanel::said() const
{
    return m_said->text();
}

} // namespace signalbox
