// SPDX-License-Identifier: GPL-3.0-or-later
// Start, stop, and a change of config while running.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { basicConfig, eventually, newKeys, program, REPLY, startGateway, startMock } from '../support/harness.mjs';
import { chat, eventsOf, request, textOf } from '../support/http.mjs';

const keys = newKeys();
let mock, gateway;

before(async () => { mock = await startMock(); });
after(() => mock?.stop());
afterEach(async () => { await gateway?.stop(); gateway?.remove(); gateway = undefined; });

const start = async (changes = {}, options = {}) => (gateway = await startGateway(basicConfig(mock.url, keys, changes), { keys, ...options }));
const modelUpstream = async () => (await mock.last()).body.model;

test('--version and --help', () => {
  assert.match(execFileSync(program, ['--version'], { encoding: 'utf8' }), /^\S*signalbox\S* \d+\.\d+\.\d+/i);
  for (const option of ['--config', '--data-dir', '--listen', '--demo']) assert.ok(execFileSync(program, ['--help'], { encoding: 'utf8' }).includes(option), option);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal}: finishes what is in flight, takes nothing new, exits 0`, { timeout: 20000 }, async () => {
    await start();
    let began;
    const first = new Promise(resolve => { began = resolve; });
    const streaming = chat(gateway, 'm-fault-slow', { stream: true, onData: () => began() });
    await first;
    gateway.signal(signal);
    await eventually('new connections are refused', () => new Promise(resolve => {
      const socket = net.connect(gateway.port, '127.0.0.1', () => { socket.destroy(); resolve(false); });
      socket.on('error', () => resolve(true));
    }), 2000);
    assert.equal(gateway.exit, null, 'ended before the stream did');
    const reply = await streaming;
    assert.ok(reply.complete);
    assert.equal(textOf(eventsOf(reply.text)), REPLY);
    await eventually('it exits', () => gateway.exit, 3000);
    assert.deepEqual(gateway.exit, { code: 0, signal: null });
  });
}

test('SIGTERM with an idle keep-alive connection exits at once', { timeout: 10000 }, async () => {
  await start();
  const socket = net.connect(gateway.port, '127.0.0.1');
  await new Promise(resolve => { socket.on('data', resolve); socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n\r\n`); });
  socket.on('error', () => {});
  gateway.signal('SIGTERM');
  await eventually('it exits', () => gateway.exit, 2000);
  assert.deepEqual(gateway.exit, { code: 0, signal: null });
});

const badConfigs = [
  ['a port out of range', { version: 1, listen: { port: 700000 } }, /^(.+gateway\.json): \/listen\/port: .+/m],
  ['an unknown key, with the nearest known one', { version: 1, lisen: {} }, /^(.+gateway\.json): \/lisen: .*listen/m],
  ['a target without such a provider', { version: 1, providers: [], routes: [{ id: 'r', match: {}, to: { target: 'nobody/x' } }] }, /^(.+gateway\.json): \/routes\/0\/to\/target: .*nobody/m],
  ['a key in plain text', { version: 1, providers: [{ id: 'p', dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:1/v1', credentials: [{ id: 'c', secret: 'sk-plain-text-key-0123456789' }] }] }, /^(.+gateway\.json): \/providers\/0\/credentials\/0\/secret: .+/m],
  ['broken JSON', '{ "version": 1,\n  "listen": }', /^(.+gateway\.json): .*line 2/m],
];
for (const [what, config, message] of badConfigs) {
  test(`bad config: ${what}: exit 2 and the place`, { timeout: 10000 }, async () => {
    gateway = await startGateway(config, { wait: false });
    await gateway.exited;
    assert.equal(gateway.exit.code, 2, gateway.stderr);
    assert.match(gateway.stderr, message);
    assert.equal(message.exec(gateway.stderr)[1], gateway.configFile);
    assert.ok(!gateway.stderr.includes('sk-plain-text-key'), 'repeats the secret');
    assert.doesNotMatch(gateway.stdout, /listening/);
  });
}

test('a busy port is said, not waited for', { timeout: 10000 }, async () => {
  const squatter = net.createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => squatter.on('listening', resolve));
  const { port } = squatter.address();
  gateway = await startGateway(basicConfig(mock.url, keys), { keys, wait: false, listen: `127.0.0.1:${port}` });
  await gateway.exited;
  squatter.close();
  assert.notEqual(gateway.exit.code, 0);
  assert.match(gateway.stderr, new RegExp(String(port)));
});

// Editors write in place or rename a new file over the old one; both must be noticed.
const ways = {
  'written in place': (file, text) => fs.writeFileSync(file, text),
  'replaced by rename': (file, text) => { fs.writeFileSync(`${file}.new`, text); fs.renameSync(`${file}.new`, file); },
};
for (const [way, write] of Object.entries(ways)) {
  test(`hot reload, ${way}`, { timeout: 20000 }, async () => {
    await start();
    const routed = model => JSON.stringify(basicConfig(mock.url, keys, { routes: [{ id: 'r', match: { model: '*' }, to: { target: `mock/${model}` } }] }), null, 2);
    await chat(gateway, 'as-asked');
    assert.equal(await modelUpstream(), 'as-asked');

    let began;
    const first = new Promise(resolve => { began = resolve; });
    const inFlight = chat(gateway, 'm-fault-slow', { stream: true, onData: () => began() });
    await first;
    for (const model of ['first', 'second']) {
      write(gateway.configFile, routed(model));
      await eventually(`the route leads to ${model}`, async () => { await chat(gateway, 'as-asked'); return (await modelUpstream()) === model; });
    }

    write(gateway.configFile, JSON.stringify({ version: 1, routes: 7 }));
    await eventually('the refusal is said', () => /gateway\.json: \/routes: /.test(gateway.stderr));
    await chat(gateway, 'as-asked');
    assert.equal(await modelUpstream(), 'second', 'the running config stays');

    write(gateway.configFile, routed('third'));
    await eventually('a good file is taken again', async () => { await chat(gateway, 'as-asked'); return (await modelUpstream()) === 'third'; });
    assert.equal(textOf(eventsOf((await inFlight).text)), REPLY, 'the one in flight kept its config');
  });
}

test('a client taken out of the config is out at once', { timeout: 10000 }, async () => {
  await start();
  assert.equal((await chat(gateway, 'gpt-4o-mini')).status, 200);
  fs.writeFileSync(gateway.configFile, JSON.stringify(basicConfig(mock.url, keys, { clients: [] })));
  await eventually('the key is refused', async () => (await chat(gateway, 'gpt-4o-mini')).status === 401);
});

test('without a config file it starts, is healthy, and lets nobody in', { timeout: 10000 }, async () => {
  gateway = await startGateway(undefined, {});
  assert.equal((await request(`${gateway.url}/healthz`)).status, 200);
  assert.equal((await request(`${gateway.url}/v1/models`, { key: 'any' })).status, 401);
  assert.ok(fs.existsSync(path.join(gateway.dataDir, 'signalbox.db')));
});
