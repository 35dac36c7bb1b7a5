// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the mock upstream and the real signalboxd for whole-program tests. Node 18 or newer, no packages.
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const REPLY = 'Hello from the mock: grüße, 你好, 🚦 all clear.'; // what the mock always says
export const program = process.env.SIGNALBOXD ?? path.join(here, '../../build/dev/bin/signalboxd');

// ctest reads exit code 77 as "skipped"; the reason is what the person reads.
export function skip(reason) {
  console.log(`SKIPPED: ${reason}`);
  process.exit(77);
}

if (Number(process.versions.node.split('.')[0]) < 18) skip(`node ${process.versions.node} is too old, 18 is needed`);
if (!fs.existsSync(program)) skip(`${program} is not built`);

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
export const sha256 = text => createHash('sha256').update(text).digest('hex');
export const newKey = () => `sbx-test-${randomBytes(16).toString('hex')}`;
export const haveSqlite = spawnSync('sqlite3', ['--version']).status === 0;

// Asks again until `check` gives something truthy; the error names what was waited for.
export async function eventually(what, check, withinMs = 5000) {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}

export function tempFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'signalbox-test-'));
}

// A child that is ended when the test process ends, whatever the reason. Only ever signals its own child.
const children = new Set();
process.on('exit', () => { for (const child of children) child.kill('SIGKILL'); });

function launch(command, args, options) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  children.add(child);
  const started = { child, stdout: '', stderr: '', exit: null };
  child.stdout.on('data', bytes => { started.stdout += bytes; });
  child.stderr.on('data', bytes => { started.stderr += bytes; });
  started.exited = new Promise(resolve => {
    child.on('close', (code, signal) => {
      children.delete(child);
      started.exit = { code, signal };
      resolve(started.exit);
    });
    child.on('error', error => { started.stderr += String(error); });
  });
  return started;
}

async function listeningUrl(process_, what) {
  return eventually(`${what} listens`, () => {
    if (process_.exit) throw new Error(`${what} ended: ${JSON.stringify(process_.exit)}\n${process_.stderr}`);
    return /^listening (http:\/\/\S+)/m.exec(process_.stdout)?.[1];
  }, 15000);
}

export async function startMock() {
  const mock = launch(process.execPath, [path.join(here, '../upstream/mock.mjs')], { env: { ...process.env, PORT: '0' } });
  const url = await listeningUrl(mock, 'the mock');
  const control = async method => (await (await fetch(`${url}/__mock/requests`, { method })).json()).requests;
  return {
    url,
    requests: () => control('GET'),
    clear: () => control('DELETE'),
    last: async () => (await control('GET')).at(-1),
    stop: async () => { mock.child.kill('SIGKILL'); await mock.exited; },
  };
}

// An agent's model in five dialects: asks for the first tool that runs shell commands, then tells what it printed.
export async function startScripted() {
  const scripted = launch(process.execPath, [path.join(here, '../upstream/agent.mjs')], { env: { ...process.env, PORT: '0' } });
  const url = await listeningUrl(scripted, 'the scripted upstream');
  return { url, clear: () => {}, stop: async () => { scripted.child.kill('SIGKILL'); await scripted.exited; } };
}

// The independent upstream of the interop tests, with these fixtures.
export async function startAimock(fixtures) {
  const cli = path.join(here, '../interop/node_modules/@copilotkit/aimock/dist/cli.js');
  if (!fs.existsSync(cli)) skip('aimock is missing: run npm ci --ignore-scripts in tests/interop');
  const folder = tempFolder();
  fs.writeFileSync(path.join(folder, 'fixtures.json'), JSON.stringify(fixtures));
  const port = await freePort();
  const mock = launch(process.execPath, [cli, '-p', String(port), '-h', '127.0.0.1', '-f', folder], { env: { ...process.env, HOME: folder } });
  const url = `http://127.0.0.1:${port}`;
  await eventually('aimock answers', async () => {
    if (mock.exit) throw new Error(`aimock ended: ${mock.stderr}${mock.stdout}`);
    return fetch(`${url}/v1/models`).then(() => true, () => false);
  }, 15000);
  return { url, stop: async () => { mock.child.kill('SIGKILL'); await mock.exited; fs.rmSync(folder, { recursive: true, force: true }); } };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
  });
}

// The config of most tests: client "laptop" and admin "boss", everything routed to the mock under the asked name.
export function basicConfig(upstreamUrl, keys, changes = {}) {
  return {
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: [{
      id: 'mock', dialect: 'openai-chat', baseUrl: `${upstreamUrl}/v1`,
      credentials: [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }],
    }],
    projects: [{ id: 'default' }],
    clients: [
      { id: 'laptop', project: 'default', keySha256: sha256(keys.client) },
      { id: 'boss', project: 'default', keySha256: sha256(keys.admin), admin: true },
    ],
    prices: [{ model: 'mock/*', inputUsdPerMTok: 1, outputUsdPerMTok: 4, cacheReadUsdPerMTok: 0.1 }],
    routes: [{ id: 'default', match: { model: '*' }, to: { target: 'mock/*' } }],
    ...changes,
  };
}

export const newKeys = () => ({ client: newKey(), admin: newKey(), provider: `prov-${randomBytes(16).toString('hex')}` });

// Starts signalboxd with a config (object or text) and waits until it takes requests.
export async function startGateway(config, { keys = {}, folder = tempFolder(), args = [], env = {}, listen = '127.0.0.1:0', wait = true } = {}) {
  const configFile = path.join(folder, 'gateway.json');
  const dataDir = path.join(folder, 'data');
  fs.mkdirSync(dataDir, { recursive: true });
  if (config !== undefined) fs.writeFileSync(configFile, typeof config === 'string' ? config : JSON.stringify(config, null, 2));
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
  const gateway = launch(program, ['--config', configFile, '--data-dir', dataDir, '--listen', listen, ...args], {
    env: { ...clean, HOME: folder, MOCK_PROVIDER_KEY: keys.provider ?? 'prov-unused-key', ...env },
  });
  const handle = {
    folder, configFile, dataDir, keys,
    database: path.join(dataDir, 'signalbox.db'),
    get stdout() { return gateway.stdout; },
    get stderr() { return gateway.stderr; },
    get exit() { return gateway.exit; },
    exited: gateway.exited,
    pid: gateway.child.pid,
    signal: name => gateway.child.kill(name),
    logLines: () => gateway.stderr.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line)),
    query: sql => queryDatabase(handle.database, sql),
    row: (id, withinMs) => rowOf(handle.database, id, withinMs),
    stop: async () => {
      if (!gateway.exit) gateway.child.kill('SIGTERM');
      const late = setTimeout(() => gateway.child.kill('SIGKILL'), 8000);
      await gateway.exited;
      clearTimeout(late);
      return gateway.exit;
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
  if (wait) {
    handle.url = await listeningUrl(gateway, 'signalboxd');
    handle.port = Number(new URL(handle.url).port);
  }
  return handle;
}

export function queryDatabase(file, sql) {
  const text = execFileSync('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 4000', file, sql], { encoding: 'utf8' });
  return text.trim() ? JSON.parse(text) : [];
}

// The ledger row of a reply; rows are written in batches, so it may take a moment.
export async function rowOf(file, id, withinMs = 4000) {
  if (!/^[0-9a-f-]{36}$/.test(id ?? '')) throw new Error(`no request id in the reply: ${id}`);
  return eventually(`a ledger row for ${id}`, () => {
    if (!fs.existsSync(file)) return null;
    return queryDatabase(file, `SELECT * FROM request WHERE id = '${id}'`)[0];
  }, withinMs);
}
