// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/provider_drawer.h"

#include "core/config/presets.h"
#include "ui/data/provider_actions.h"
#include "ui/providers/api_choice.h"
#include "ui/providers/keys_panel.h"
#include "ui/providers/probe_view.h"
#include "ui/providers/provider_edit.h"
#include "ui/providers/provider_limits.h"
#include "ui/providers/quirk_fields.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QSignalBlocker>
#include <QtCore/QUrl>
#include <QtGui/QKeyEvent>
#include <QtGui/QShortcut>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int drawerWidth = 348;
const std::string credentialName = "main";

} // namespace

ProviderDrawer::ProviderDrawer(ProviderActions &actions, QWidget *parent) : ProviderDrawer(actions, nullptr, parent) {}

ProviderDrawer::ProviderDrawer(ProviderActions &actions, ProviderKeys &keys, QWidget *parent)
    : ProviderDrawer(actions, &keys, parent)
{
}

ProviderDrawer::ProviderDrawer(ProviderActions &actions, ProviderKeys *keys, QWidget *parent)
    : QFrame(parent),
      m_actions(actions),
      m_title(makeElidedLabel({}, TextStyle::DrawerTitle, Token::Text)),
      m_preset(new QComboBox),
      m_api(new ApiChoice),
      m_keyNote(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_useVariable(new QCheckBox(tr("Read the key from an environment variable"))),
      m_variableRow(new QWidget),
      m_advanced(new QWidget),
      m_fallback(new QCheckBox(tr("Use as fallback in the default route"))),
      m_keys(keys ? new KeysPanel(actions, *keys) : nullptr),
      m_limits(new ProviderLimits),
      m_quirks(new QuirkFields),
      m_models(new QListWidget),
      m_probe(new ProbeView),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_save(makeButton(tr("&Add provider"), ButtonKind::Primary))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setMinimumWidth(drawerWidth);
    setAccessibleName(tr("Provider"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 12, 0, 12);
    outer->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 0, 12, 0);
    QToolButton *close = makeIconButton(u"close"_s, tr("Close"));
    head->addWidget(m_title, 1);
    head->addWidget(close);
    outer->addLayout(head);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus); // its fields have it, and bring themselves into view
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(16, 4, 16, 4);
    column->setSpacing(12);

    makePreset(column);
    makeKey(column);
    m_name = addField(column, tr("Name"));
    m_id = addField(column, tr("Id"), tr("Routes and the log use this name. It cannot be changed later."));
    column->addWidget(m_api);
    m_url = addField(column, tr("Base URL"), tr("With the version, for example https://host/v1"));
    column->addWidget(m_fallback);
    if (m_keys)
        column->addWidget(m_keys);
    column->addWidget(m_probe);
    column->addWidget(m_models);
    makeAdvanced(column);
    column->addStretch();
    area->setWidget(page);
    outer->addWidget(area, 1);
    outer->addWidget(makeFooter());
    connect(close, &QToolButton::clicked, this, &ProviderDrawer::closeRequested);
    connectFields();
    startAdding();
}

void ProviderDrawer::connectFields()
{
    connect(m_preset, &QComboBox::currentIndexChanged, this, &ProviderDrawer::choosePreset);
    connect(m_api, &ApiChoice::addressSuggested, m_url, &QLineEdit::setText);
    connect(m_key, &QLineEdit::textChanged, this, [this](const QString &text) {
        const QString clean = cleanPastedKey(text);
        if (clean != text)
            m_key->setText(clean);
        setError(m_key, {});
    });
    connect(m_name, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (m_idTouched || m_fillingIn || isEditing())
            return;
        const QSignalBlocker quiet(m_id);
        m_id->setText(suggestProviderId(text, *m_actions.config()));
        updateKeyNote();
    });
    connect(m_id, &QLineEdit::textEdited, this, [this] { m_idTouched = true; });
    connect(m_id, &QLineEdit::textChanged, this, &ProviderDrawer::updateKeyNote);
    connect(m_useVariable, &QCheckBox::toggled, this, [this](bool on) {
        m_variableRow->setVisible(on);
        m_key->setEnabled(!on);
        updateKeyNote();
    });
    connect(m_probe, &ProbeView::testRequested, this, &ProviderDrawer::test);
    connect(&m_actions, &ProviderActions::probeProgress, this, [this](quint64 probe, const ProbeReport &report) {
        if (probe == m_probeId)
            takeProbe(report);
    });
    for (const auto keys : {Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter}) {
        auto *shortcut = new QShortcut(QKeySequence(keys), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, &ProviderDrawer::save);
    }
    auto *escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &ProviderDrawer::closeRequested);
}

void ProviderDrawer::reset(const QString &title)
{
    m_title->setText(title);
    m_probeId = 0;
    m_idTouched = false;
    m_probe->reset();
    m_models->hide();
    m_problem->hide();
    m_key->clear();
    m_variable->clear();
    m_useVariable->setChecked(false);
    m_region->clear();
    m_proxy->setText(u"system"_s);
    m_fallback->setChecked(false);
    m_quirks->setQuirks({});
    ProviderConfig fresh;
    fresh.timeouts = m_actions.config()->timeouts;
    m_limits->setProvider(fresh);
    for (const Field &field : m_fields)
        setError(field.edit, {});
    setBusy(false);
}

void ProviderDrawer::startAdding(const QString &presetId)
{
    m_editedId.clear();
    reset(tr("Add a provider"));
    m_save->setText(tr("&Add provider"));
    m_preset->setEnabled(true);
    m_id->setReadOnly(false);
    m_fallback->setVisible(!m_actions.config()->providers.empty());
    if (m_keys) {
        m_keys->setProvider({});
        m_keys->hide();
    }
    const int at = m_preset->findData(presetId);
    m_preset->setCurrentIndex(at < 0 || presetId.isEmpty() ? 0 : at);
    if (presetId == u"custom"_s)
        m_preset->setCurrentIndex(m_preset->count() - 1);
    choosePreset();
    m_key->setFocus(Qt::OtherFocusReason);
}

void ProviderDrawer::startEditing(const std::string &providerId)
{
    const ConfigPtr config = m_actions.config();
    const ProviderConfig *provider = config->provider(providerId);
    if (!provider)
        return;
    m_editedId = providerId;
    m_fillingIn = true;
    reset(tr("Edit %1").arg(QString::fromStdString(provider->title())));
    m_save->setText(tr("&Save"));
    m_preset->setEnabled(false);
    m_id->setReadOnly(true);
    m_fallback->hide();
    {
        const QSignalBlocker quiet(m_preset);
        const int at = m_preset->findData(QString::fromStdString(provider->preset));
        m_preset->setCurrentIndex(at < 0 ? m_preset->count() - 1 : at);
    }
    m_name->setText(QString::fromStdString(provider->title()));
    m_id->setText(QString::fromStdString(provider->id));
    m_api->setPreset(provider->preset);
    m_api->choose(provider->dialect);
    m_url->setText(QString::fromStdString(provider->baseUrl));
    m_region->setText(QString::fromStdString(provider->region));
    m_quirks->setQuirks(provider->quirks);
    m_limits->setProvider(*provider);
    if (m_keys) {
        m_keys->setProvider(providerId);
        m_keys->show();
    }
    m_proxy->setText(QString::fromStdString(provider->proxy));
    if (!provider->credentials.empty() && provider->credentials.front().secret.starts_with("env:")) {
        m_variable->setText(QString::fromStdString(provider->credentials.front().secret.substr(4)));
        m_useVariable->setChecked(true);
    }
    m_fillingIn = false;
    updateKeyNote();
}

void ProviderDrawer::choosePreset()
{
    const Preset *preset = findPreset(m_preset->currentData().toString().toStdString());
    m_idTouched = false;
    m_name->setText(preset ? QString::fromStdString(preset->name) : QString());
    const QSignalBlocker quiet(m_id);
    m_id->setText(suggestProviderId(preset ? QString::fromStdString(preset->id) : m_name->text(), *m_actions.config()));
    m_api->setPreset(preset ? preset->id : std::string());
    m_url->setText(preset ? QString::fromStdString(preset->baseUrl) : QString());
    m_variable->setText(
        preset && !preset->keyEnvironment.empty() ? QString::fromStdString(preset->keyEnvironment.front()) : QString());
    m_key->setPlaceholderText(preset && !preset->needsKey ? tr("No key needed") : QString());
    m_probe->reset();
    m_models->hide();
    m_probeId = 0;
    updateKeyNote();
}

void ProviderDrawer::updateKeyNote()
{
    setError(m_id, {});
    if (m_useVariable->isChecked())
        m_keyNote->setText(tr("The config file holds only the variable's name."));
    else if (isEditing())
        m_keyNote->setText(tr("Leave it empty to keep the key that is stored."));
    else
        m_keyNote->setText(tr("Goes to the system keychain as %1/%2. The config file holds only that name.")
                               .arg(m_id->text(), QString::fromStdString(credentialName)));
}

void ProviderDrawer::setError(QLineEdit *field, const QString &message)
{
    for (const Field &known : m_fields) {
        if (known.edit != field)
            continue;
        const QString hint = known.error->property("hint").toString();
        known.error->setText(message.isEmpty() ? hint : message);
        setLabelToken(known.error, message.isEmpty() ? Token::Text3 : Token::StopText);
        known.error->setVisible(!known.error->text().isEmpty());
        field->setAccessibleDescription(known.error->text());
        setInvalid(field, !message.isEmpty());
    }
}

bool ProviderDrawer::validate()
{
    static const QRegularExpression idRule(u"^[a-z0-9][a-z0-9._-]*$"_s);
    static const QRegularExpression variableRule(u"^[A-Za-z_][A-Za-z0-9_]*$"_s);
    QLineEdit *first = nullptr;
    const auto check = [&](QLineEdit *field, bool good, const QString &message) {
        setError(field, good ? QString() : message);
        if (!good && !first)
            first = field;
    };
    const Preset *preset = findPreset(m_preset->currentData().toString().toStdString());
    const bool needsKey = preset && preset->needsKey && !isEditing() && !m_useVariable->isChecked();
    check(m_key, !needsKey || !m_key->text().isEmpty(), tr("This provider needs a key"));
    check(m_name, !m_name->text().trimmed().isEmpty(), tr("A name is needed"));
    const QString id = m_id->text();
    const bool taken = !isEditing() && m_actions.config()->provider(id.toStdString());
    check(m_id, idRule.match(id).hasMatch() && !taken,
          taken ? tr("Another provider has this id") : tr("Use lower-case letters, digits, - . and _"));
    const QUrl url(m_url->text().trimmed(), QUrl::StrictMode);
    const bool open = m_url->text().contains(u'{');
    const bool web = url.isValid() && (url.scheme() == "https"_L1 || url.scheme() == "http"_L1) &&
                     !url.host().isEmpty() && !url.hasQuery() && url.userInfo().isEmpty();
    check(m_url, web && !open,
          open ? tr("Put your own value in place of the {…}") : tr("Must be an http:// or https:// address"));
    if (m_useVariable->isChecked())
        check(m_variable, variableRule.match(m_variable->text()).hasMatch(), tr("Use letters, digits and _"));
    ProviderConfig unused;
    QWidget *wrong = first;
    if (QWidget *limit = m_limits->takeInto(unused); limit && !wrong) {
        m_advancedToggle->setChecked(true); // or nobody would see it
        wrong = limit;
    }
    if (wrong)
        wrong->setFocus(Qt::OtherFocusReason);
    return !wrong;
}

ProviderConfig ProviderDrawer::provider() const
{
    ProviderConfig provider;
    if (const ConfigPtr config = m_actions.config(); isEditing() && config->provider(m_editedId))
        provider = *config->provider(m_editedId);
    else
        provider.preset = m_preset->currentData().toString().toStdString();
    provider.id = m_id->text().toStdString();
    provider.name = m_name->text().trimmed().toStdString();
    QString url = m_url->text().trimmed();
    while (url.endsWith(u'/'))
        url.chop(1);
    provider.baseUrl = url.toStdString();
    provider.dialect = m_api->dialect();
    provider.region = m_region->text().trimmed().toStdString();
    provider.proxy = m_proxy->text().trimmed().isEmpty() ? "system" : m_proxy->text().trimmed().toStdString();
    provider.quirks = m_quirks->quirks();
    m_limits->takeInto(provider);
    std::string reference;
    if (m_useVariable->isChecked())
        reference = "env:" + m_variable->text().toStdString();
    else if (!m_key->text().isEmpty())
        reference = keychainReference(provider.id,
                                      provider.credentials.empty() ? credentialName : provider.credentials.front().id);
    if (!reference.empty()) {
        if (provider.credentials.empty())
            provider.credentials.push_back({credentialName, {}, 1});
        provider.credentials.front().secret = reference;
    }
    return provider;
}

} // namespace signalbox
