<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Playground</name>
    <message numerus="yes">
        <source>%n losses</source>
        <comment>fields lost in translation</comment>
        <translation>
            <numerusform>%n loss</numerusform>
            <numerusform>%n losses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n attempts</source>
        <translation>
            <numerusform>%n attempt</numerusform>
            <numerusform>%n attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PriceHistory</name>
    <message numerus="yes">
        <source>, %n tiers</source>
        <translation>
            <numerusform>, %n tier</numerusform>
            <numerusform>, %n tiers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::AlertNotifier</name>
    <message numerus="yes">
        <source>%n alerts</source>
        <translation>
            <numerusform>%n alert</numerusform>
            <numerusform>%n alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::CaseTableModel</name>
    <message numerus="yes">
        <source>%n checks, not run yet</source>
        <translation>
            <numerusform>%n check, not run yet</numerusform>
            <numerusform>%n checks, not run yet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::ChatView</name>
    <message numerus="yes">
        <source>%n tools were offered</source>
        <translation>
            <numerusform>%n tool was offered</numerusform>
            <numerusform>%n tools were offered</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %n earlier parts</source>
        <translation>
            <numerusform>Show %n earlier part</numerusform>
            <numerusform>Show %n earlier parts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::CodeView</name>
    <message numerus="yes">
        <source>… %n lines</source>
        <translation>
            <numerusform>… %n line</numerusform>
            <numerusform>… %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::DashboardPage</name>
    <message numerus="yes">
        <source>%1 requests</source>
        <translation>
            <numerusform>%1 request</numerusform>
            <numerusform>%1 requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 streams open</source>
        <translation>
            <numerusform>%1 stream open</numerusform>
            <numerusform>%1 streams open</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::DataPanel</name>
    <message numerus="yes">
        <source>Delete %n requests for good?</source>
        <translation>
            <numerusform>Delete %n request for good?</numerusform>
            <numerusform>Delete %n requests for good?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::DiffView</name>
    <message numerus="yes">
        <source>… %n equal lines</source>
        <translation>
            <numerusform>… %n equal line</numerusform>
            <numerusform>… %n equal lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::FindBar</name>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n place</numerusform>
            <numerusform>%n places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::ProbeView</name>
    <message numerus="yes">
        <source>%n models</source>
        <translation>
            <numerusform>%n model</numerusform>
            <numerusform>%n models</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::ProblemStrip</name>
    <message numerus="yes">
        <source>%n errors</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warnings</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::ProviderCard</name>
    <message numerus="yes">
        <source>%n requests have no price</source>
        <translation>
            <numerusform>%n request has no price</numerusform>
            <numerusform>%n requests have no price</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::ProvidersPage</name>
    <message numerus="yes">
        <source>Test passed, %n models</source>
        <translation>
            <numerusform>Test passed, %n model</numerusform>
            <numerusform>Test passed, %n models</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n providers</source>
        <translation>
            <numerusform>%n provider</numerusform>
            <numerusform>%n providers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::RequestActions</name>
    <message numerus="yes">
        <source>Only the newest %n are exported</source>
        <translation>
            <numerusform>Only the newest one is exported</numerusform>
            <numerusform>Only the newest %n are exported</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::RequestInspector</name>
    <message numerus="yes">
        <source>%1 · %n attempts</source>
        <translation>
            <numerusform>%1 · %n attempt</numerusform>
            <numerusform>%1 · %n attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::RoutesPage</name>
    <message numerus="yes">
        <source>Draft · %n changes</source>
        <translation>
            <numerusform>Draft · %n change</numerusform>
            <numerusform>Draft · %n changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::StatusBar</name>
    <message numerus="yes">
        <source>Ledger %1 requests · %2</source>
        <translation>
            <numerusform>Ledger %1 request · %2</numerusform>
            <numerusform>Ledger %1 requests · %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>signalbox::TopBar</name>
    <message numerus="yes">
        <source>Today&apos;s spend; %1 unpriced requests are not in it</source>
        <translation>
            <numerusform>Today&apos;s spend; %1 unpriced request is not in it</numerusform>
            <numerusform>Today&apos;s spend; %1 unpriced requests are not in it</numerusform>
        </translation>
    </message>
</context>
</TS>
