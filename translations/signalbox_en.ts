<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
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
    <name>signalbox::DashboardPage</name>
    <message numerus="yes">
        <source>%1 requests</source>
        <translation>
            <numerusform>%1 request</numerusform>
            <numerusform>%1 requests</numerusform>
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
    <name>signalbox::CaseTableModel</name>
    <message numerus="yes">
        <source>%n checks, not run yet</source>
        <translation>
            <numerusform>%n check, not run yet</numerusform>
            <numerusform>%n checks, not run yet</numerusform>
        </translation>
    </message>
</context>
</TS>
