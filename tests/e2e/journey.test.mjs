// SPDX-License-Identifier: GPL-3.0-or-later
// As a person does it: the real window on an X display, a provider added with its key by mouse and keyboard, the key in
// the real keychain and in no file, and requests that appear in the ledger.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, newKey, program as daemon, rowOf, sha256, skip, startMock, tempFolder } from '../support/harness.mjs';
import { chat, request } from '../support/http.mjs';

const program = path.join(path.dirname(daemon), 'signalbox');
if (!fs.existsSync(program)) skip(`${program} is not built`);
for (const tool of ['Xvfb', 'xdotool', 'gnome-keyring-daemon', 'dbus-run-session', 'dbus-send', 'sqlite3'])
  if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) skip(`${tool} is not installed`);

const home = tempFolder();
const keys = { client: newKey(), provider: `vendor-${newKey()}` };
const configFile = `${home}/config/signalbox/gateway.json`;
const database = `${home}/data/signalbox/signalbox.db`;
let mock, session, display, url;

// Everything that a desktop has lives and ends with this one child.
const script = `
set -e
exec 3>"$HOME/display"
Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp >/dev/null 2>&1 &
x=$!
while [ ! -s "$HOME/display" ]; do sleep 0.1; done
export DISPLAY=":$(cat "$HOME/display")"
printf 'test-password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
printf '%s' "$DBUS_SESSION_BUS_ADDRESS" > "$HOME/bus"
set +e
"${program}" --listen 127.0.0.1:0 &
wait $!
echo "ended $?"
kill $x
`;

const env = {
  ...process.env, HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/data`, XDG_RUNTIME_DIR: `${home}/run`,
  XDG_CURRENT_DESKTOP: 'GNOME', TMPDIR: home, QT_QPA_PLATFORM: 'xcb', WAYLAND_DISPLAY: '', LC_ALL: 'C.UTF-8',
};
delete env.DBUS_SESSION_BUS_ADDRESS;
const text = () => session.text;

function run(command, ...args) {
  const done = spawnSync(command, args, { env: { ...env, DISPLAY: display, DBUS_SESSION_BUS_ADDRESS: fs.readFileSync(`${home}/bus`, 'utf8') }, encoding: 'utf8' });
  return done.status === 0 ? done.stdout.trim() : '';
}
const xdo = (...args) => run('xdotool', ...args);
const press = (...names) => { for (const name of names) xdo('key', '--delay', '30', name); };
const type = words => xdo('type', '--delay', '15', words);
const keychainItems = () => (run('dbus-send', '--session', '--dest=org.freedesktop.secrets', '--print-reply', '/org/freedesktop/secrets/collection/login',
  'org.freedesktop.DBus.Properties.Get', 'string:org.freedesktop.Secret.Collection', 'string:Items').match(/object path/g) ?? []).length;
const config = () => JSON.parse(fs.readFileSync(configFile, 'utf8'));

// The port is any free one: the window's own process says which, by what it listens on.
function portOf(pid) {
  const inodes = new Set(fs.readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    try { return /socket:\[(\d+)\]/.exec(fs.readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []; } catch { return []; }
  }));
  for (const line of fs.readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    if (fields[3] === '0A' && inodes.has(fields[9])) return parseInt(fields[1].split(':')[1], 16);
  }
  return 0;
}

before(async () => {
  for (const folder of ['run', 'config/signalbox']) fs.mkdirSync(`${home}/${folder}`, { recursive: true, mode: 0o700 });
  // The first start would show a key in a dialog; here the key is known beforehand.
  fs.writeFileSync(configFile, JSON.stringify({ version: 1, clients: [{ id: 'laptop', keySha256: sha256(keys.client) }] }));
  mock = await startMock();
  const child = spawn('dbus-run-session', ['--', 'bash', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  session = { child, text: '', exit: null };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', bytes => { session.text += bytes; });
  child.on('close', code => { session.exit = code; });
  process.on('exit', () => { if (session.exit === null) try { process.kill(-child.pid, 'SIGKILL'); } catch { /* gone */ } });
  const pid = await eventually('the window’s process', () => {
    if (session.exit !== null) throw new Error(`ended: ${text()}`);
    const shells = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).stdout.trim().split('\n');
    for (const shell of shells.filter(Boolean)) {
      const found = spawnSync('pgrep', ['-x', '-P', shell, 'signalbox'], { encoding: 'utf8' }).stdout.trim();
      if (found) return Number(found.split('\n')[0]);
    }
    return 0;
  }, 30000);
  session.app = pid;
  display = `:${fs.readFileSync(`${home}/display`, 'utf8').trim()}`;
  const port = await eventually('it listens', () => portOf(pid), 30000);
  url = `http://127.0.0.1:${port}`;
  await eventually('the window is there', () => xdo('search', '--onlyvisible', '--name', 'Signalbox'), 20000);
});
after(async () => {
  if (session && session.exit === null) try { process.kill(-session.child.pid, 'SIGKILL'); } catch { /* gone */ }
  await mock?.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const window = () => xdo('search', '--onlyvisible', '--name', 'Signalbox').split('\n').at(-1);

test('a provider is added in the window; its key goes to the keychain and into no file', { timeout: 90000 }, async () => {
  assert.equal(keychainItems(), 0);
  xdo('windowfocus', window());
  press('ctrl+4');
  await eventually('the page of the providers', () => xdo('getwindowname', window()).startsWith('Providers'), 10000);
  press('ctrl+n');
  // Preset (the last is "any URL"), key, variable, name, id, API, base URL: in the order in which Tab goes through them.
  press('shift+Tab', 'End', 'Tab');
  type(keys.provider);
  press('Tab', 'Tab');
  type('My mock');
  press('Tab', 'Tab', 'Tab', 'ctrl+a');
  type(`${mock.url}/v1`);
  press('ctrl+Return');
  await eventually('the provider is in the config', () => config().providers?.length === 1, 15000);
  const [provider] = config().providers;
  assert.equal(provider.baseUrl, `${mock.url}/v1`);
  assert.deepEqual(provider.credentials, [{ id: 'main', secret: `keychain:${provider.id}/main` }]);
  assert.equal(keychainItems(), 1);
});

for (const stream of [false, true]) {
  test(`a request ${stream ? 'with a stream ' : ''}is answered and booked within a second`, { timeout: 30000 }, async () => {
    const reply = await chat({ url, keys }, 'gpt-4o-mini', { stream });
    assert.equal(reply.status, 200, reply.text);
    assert.equal((await mock.last()).headers.authorization, `Bearer ${keys.provider}`);
    const row = await rowOf(database, reply.headers['x-signalbox-request-id'], 1000);
    assert.equal(row.status, 200);
    assert.equal(row.stream, stream ? 1 : 0);
    assert.equal(row.client, 'laptop');
    assert.ok(row.output_tokens > 0);
  });
}

test('quitting is clean, and no file holds a key', { timeout: 60000 }, async () => {
  assert.equal((await request(`${url}/v1/models`)).status, 401);
  process.kill(session.app, 'SIGTERM');
  await eventually('the program ends', () => /^ended \d+$/m.test(text()), 20000);
  assert.match(text(), /^ended 0$/m, text());
  for (const name of fs.readdirSync(home, { recursive: true })) {
    const file = path.join(home, name);
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    const bytes = fs.readFileSync(file, 'latin1');
    for (const key of [keys.provider, keys.client]) assert.ok(!bytes.includes(key), `${name} holds a key`);
  }
});
