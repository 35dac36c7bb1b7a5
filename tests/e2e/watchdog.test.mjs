// SPDX-License-Identifier: GPL-3.0-or-later
// The real window while the demo's requests flow and somebody leafs through all pages: the GUI thread neither writes to
// the disk nor asks the database, nor does the gateway's, and nothing that it does itself keeps it from answering.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, program as daemon, skip, sleep, tempFolder } from '../support/harness.mjs';

const program = path.join(path.dirname(daemon), 'signalbox');
const watch = process.env.THREAD_WATCH ?? '';
if (!fs.existsSync(program)) skip(`${program} is not built`);
if (!fs.existsSync(watch)) skip('THREAD_WATCH names no library');
for (const tool of ['Xvfb', 'xdotool'])
  if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) skip(`${tool} is not installed`);

// CPU time of the thread, not of the clock: a busy neighbour does not count. An unoptimised build on a slow machine
// takes several times what the limit of 50 ms allows; a query or a file read in between would take more still.
const ownLimitMs = 300;
const home = tempFolder();
const env = {
  ...process.env, HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/data`, XDG_RUNTIME_DIR: home, TMPDIR: home,
  QT_QPA_PLATFORM: 'xcb', WAYLAND_DISPLAY: '', DBUS_SESSION_BUS_ADDRESS: 'disabled:', LC_ALL: 'C.UTF-8',
};
let screen, window;

function launch(command, args, extra = {}) {
  const child = spawn(command, args, { env: { ...env, ...extra }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const state = { child, text: '', number: '', exit: null };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', bytes => { state.text += bytes; });
  child.stdio[3].on('data', bytes => { state.number += bytes; });
  child.on('close', code => { state.exit = { code }; });
  process.on('exit', () => { if (!state.exit) child.kill('SIGKILL'); });
  return state;
}
const xdo = (...args) => spawnSync('xdotool', args, { env, encoding: 'utf8' }).stdout.trim();
const press = async (...names) => { for (const name of names) { xdo('key', name); await sleep(250); } };

before(async () => {
  screen = launch('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp']);
  env.DISPLAY = `:${(await eventually('a display', () => screen.number.endsWith('\n') && screen.number, 10000)).trim()}`;
  window = launch(program, ['--demo', '--listen', '127.0.0.1:0', '--report-stalls', '50'], { LD_PRELOAD: watch });
  const id = await eventually('the window', () => {
    if (window.exit) throw new Error(`ended: ${window.text}`);
    return xdo('search', '--onlyvisible', '--name', 'Signalbox').split('\n').at(-1);
  }, 60000);
  xdo('windowfocus', id);
  await sleep(5000); // until it has its first answers, and the watch has begun
});
after(async () => {
  for (const state of [window, screen]) if (state && !state.exit) state.child.kill('SIGKILL');
  fs.rmSync(home, { recursive: true, force: true });
});

test('leafing through all pages', { timeout: 120000 }, async () => {
  const start = window.text.length;
  for (let round = 0; round < 2; ++round) {
    for (let page = 1; page <= 9; ++page) {
      await press(`ctrl+${page}`);
      await sleep(500);
    }
  }
  await press('ctrl+2', 'slash');
  xdo('type', '--delay', '30', 'status:429 model:aurora*');
  await press('Return', 'Escape', 'ctrl+2', 'Next', 'Next', 'End', 'Home', 'Down', 'Return', 'Escape');
  await press('ctrl+k');
  xdo('type', '--delay', '30', 'theme');
  await press('Escape', 'ctrl+1');
  await sleep(1000);
  const text = window.text.slice(start);
  const calls = text.split('\n').filter(line => line.startsWith('thread watch:'));
  assert.deepEqual([...new Set(calls)], [], text);

  window.child.kill('SIGTERM');
  await eventually('it ends', () => window.exit, 40000);
  assert.equal(window.exit.code, 0, window.text);
  const [, longest] = /longest run ([0-9]+) ms/.exec(window.text) ?? [];
  assert.ok(longest !== undefined, `no report of stalls: ${window.text}`);
  assert.ok(Number(longest) < ownLimitMs, `the GUI thread ran ${longest} ms without a look at its events:\n${window.text}`);
});
