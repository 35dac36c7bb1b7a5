// SPDX-License-Identifier: GPL-3.0-or-later
// The real desktop program with its real window, drawn off screen: first start, second start, kill, quit.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { eventually, program as daemon, skip, tempFolder } from '../support/harness.mjs';

const program = path.join(path.dirname(daemon), 'signalbox');
if (!fs.existsSync(program)) skip(`${program} is not built`);

const home = tempFolder();
const env = {
  ...process.env, HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/data`, XDG_RUNTIME_DIR: home, TMPDIR: home,
  QT_QPA_PLATFORM: 'offscreen', DBUS_SESSION_BUS_ADDRESS: 'disabled:',
};
const configFile = `${home}/config/signalbox/gateway.json`;
const running = new Set();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });
after(() => fs.rmSync(home, { recursive: true, force: true }));

const freePort = () => new Promise(resolve => {
  const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

function start(...args) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const state = { child, text: '', exit: null };
  child.stdout.on('data', bytes => { state.text += bytes; });
  child.stderr.on('data', bytes => { state.text += bytes; });
  child.on('close', (code, signal) => { running.delete(child); state.exit = { code, signal }; });
  return state;
}

const healthy = async port => {
  try { return (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200; } catch { return false; }
};
const listens = (state, port) => eventually(`it listens on ${port}`, () => {
  if (state.exit) throw new Error(`ended: ${JSON.stringify(state.exit)}\n${state.text}`);
  return healthy(port);
}, 20000);

test('--version needs no display', () => {
  const shown = spawnSync(program, ['--version'], { env: { ...env, QT_QPA_PLATFORM: '', DISPLAY: '', WAYLAND_DISPLAY: '' }, encoding: 'utf8' });
  assert.equal(shown.status, 0);
  assert.match(shown.stdout, /\d+\.\d+\.\d+/);
});

test('first start makes a client key, a second start raises the first, SIGTERM ends it', { timeout: 60000 }, async () => {
  const port = await freePort();
  const first = start('--listen', `127.0.0.1:${port}`);
  await listens(first, port);
  await eventually('the config is saved', () => fs.existsSync(configFile), 5000);
  assert.equal(fs.statSync(configFile).mode & 0o777, 0o600);
  const config = JSON.parse(fs.readFileSync(configFile, 'utf8'));
  assert.equal(config.clients.length, 1);
  assert.match(config.clients[0].keySha256, /^[0-9a-f]{64}$/);
  assert.ok(!fs.readFileSync(configFile, 'utf8').includes('sb-'), 'the key itself is in the file');
  assert.equal((await fetch(`http://127.0.0.1:${port}/v1/models`)).status, 401);

  const second = start('--listen', `127.0.0.1:${port}`);
  await eventually('the second start ends', () => second.exit, 10000);
  assert.deepEqual(second.exit, { code: 0, signal: null });
  assert.ok(await healthy(port), 'the first one is gone');

  first.child.kill('SIGTERM');
  await eventually('it ends', () => first.exit, 10000);
  assert.deepEqual(first.exit, { code: 0, signal: null });
});

test('starts again after it was killed', { timeout: 60000 }, async () => {
  const port = await freePort();
  const killed = start('--listen', `127.0.0.1:${port}`);
  await listens(killed, port);
  killed.child.kill('SIGKILL');
  await eventually('it is gone', () => killed.exit, 5000);
  const next = start('--listen', `127.0.0.1:${port}`);
  await listens(next, port);
  next.child.kill('SIGTERM');
  await eventually('it ends', () => next.exit, 10000);
  assert.deepEqual(next.exit, { code: 0, signal: null });
});

test('--demo serves without any key file and leaves nothing behind', { timeout: 60000 }, async () => {
  const port = await freePort();
  const demo = start('--demo', '--listen', `127.0.0.1:${port}`);
  await listens(demo, port);
  demo.child.kill('SIGTERM');
  await eventually('it ends', () => demo.exit, 40000);
  assert.deepEqual(demo.exit, { code: 0, signal: null });
  assert.deepEqual(fs.readdirSync(home).filter(name => name.startsWith('signalbox-')), []);
});

test('a bad config: exit 2, with file and pointer', { timeout: 20000 }, async () => {
  const file = `${home}/bad.json`;
  fs.writeFileSync(file, '{"version":1,"listen":{"port":-1}}');
  const bad = start('--config', file, '--data-dir', `${home}/bad-data`);
  // The message is also shown in a window, which waits for a person.
  await eventually('it says what is wrong', () => bad.text.includes('bad.json: /listen/port:') || bad.exit, 10000);
  assert.ok(bad.text.includes('bad.json: /listen/port:'), bad.text);
  bad.child.kill('SIGKILL');
});
