// SPDX-License-Identifier: GPL-3.0-or-later
// What signalboxd does on the command line and ends: catalogues, scores, reports.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { basicConfig, here, newKeys, program, startGateway, startMock, tempFolder } from '../support/harness.mjs';
import { chat } from '../support/http.mjs';

const folder = tempFolder();
const keys = newKeys();
const corpus = path.join(here, '../fuzz/corpus');
let mock, gateway;
before(async () => {
  mock = await startMock();
  gateway = await startGateway(basicConfig(mock.url, keys), { keys });
});
after(async () => {
  await gateway?.stop();
  await mock?.stop();
  gateway?.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

const data = path.join(folder, 'data');
fs.mkdirSync(data);
const run = (...args) => spawnSync(program, ['--data-dir', data, ...args], { encoding: 'utf8', timeout: 60_000 });
const write = (name, text) => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
};

test('a catalogue is shown, doubted, taken over and taken back', () => {
  const file = path.join(corpus, 'catalogue/real.json');
  const doubtful = run('--update-catalogue', file);
  assert.equal(doubtful.status, 3, doubtful.stderr);
  assert.match(doubtful.stderr, /doubtful: \d+ of \d+ models are missing/);
  assert.equal(fs.existsSync(path.join(data, 'catalogue.json')), false);
  const taken = run('--update-catalogue', file, '--yes');
  assert.equal(taken.status, 0, taken.stderr);
  assert.match(taken.stdout, /The catalogue of 2026-11-10 is in force/);
  assert.deepEqual(fs.readFileSync(path.join(data, 'catalogue.json')), fs.readFileSync(file));
  const back = run('--revert-catalogue');
  assert.equal(back.status, 0, back.stderr);
  assert.match(back.stdout, /ships with Signalbox/);
});

test('a broken catalogue changes nothing and says where it is broken', () => {
  const broken = run('--update-catalogue', write('broken.json', '{"version":1,"sources":{},"providers":[],"models":[{}]}'));
  assert.equal(broken.status, 1);
  assert.match(broken.stderr, /broken\.json: .*\/models\/0/);
  assert.equal(run('--update-catalogue', 'http://example.com/c.json').status, 1);
});

test('scores come from a CSV file', () => {
  const taken = run('--import-quality', write('own.csv', 'model,metric,score\ngpt-5,our-tasks,71.5\n'));
  assert.equal(taken.status, 0, taken.stderr);
  assert.match(taken.stdout, /1 scores are in force/);
  const wrong = run('--import-quality', write('wrong.csv', 'model,metric,score\ngpt-5,our-tasks,much\n'));
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /wrong\.csv: line 2: score must be a number/);
});

test('a report is compared with the ledger', async () => {
  assert.equal((await chat(gateway, 'mock/m1', { key: keys.client })).status, 200);
  await gateway.stop();
  const of = gateway.dataDir;
  const file = path.join(corpus, 'usage_report/openrouter_activity.json');
  const told = spawnSync(program, ['--data-dir', of, '--reconcile', file, '--json'], { encoding: 'utf8' });
  assert.equal(told.status, 4, told.stderr);
  assert.equal(JSON.parse(told.stdout).days[0].state, 'only_in_report');
  const table = spawnSync(program, ['--data-dir', of, '--reconcile', file, '--provider', 'other'], { encoding: 'utf8' });
  assert.match(table.stdout, /2026-11-21 {2}openai\/gpt-4\.1 +only_in_report/);
  const wrong = spawnSync(program, ['--data-dir', of, '--reconcile', write('x.csv', 'a,b\n')], { encoding: 'utf8' });
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /x\.csv: line 1/);
});

test('commands exclude each other', () => {
  assert.equal(run('--revert-catalogue', '--reconcile', 'x').status, 64);
  assert.equal(run('--yes').status, 64);
});

test('a report holds versions, config and the end of the log, and no secrets', () => {
  const config = write('bundle.json', JSON.stringify({
    version: 1, proxy: 'http://clerk@127.0.0.1:3128',
    providers: [{ id: 'box', baseUrl: 'http://127.0.0.1:9/v1', headers: { 'x-team': 'hush-hush' } }],
    store: { redact: { patterns: [{ name: 'account', pattern: 'ACC-\\d{4}' }] } },
  }));
  fs.mkdirSync(path.join(data, 'logs'), { recursive: true });
  fs.writeFileSync(path.join(data, 'logs/signalbox.log'),
    '{"note":"bob@example.com with sk-abcdefghijklmnop and ACC-1234"}\n{"note":"all well"}\n');
  const file = path.join(folder, 'report.txt');
  const written = run('--config', config, '--report-bundle', file);
  assert.equal(written.status, 0, written.stderr);
  const text = fs.readFileSync(file, 'utf8');
  for (const there of ['Signalbox ', '"box"', 'all well', '«redacted:email»', '«redacted:account»']) assert.ok(text.includes(there), there);
  for (const secret of ['bob@', 'sk-abc', 'ACC-1234', 'hush-hush', 'clerk']) assert.ok(!text.includes(secret), secret);
  assert.equal(fs.statSync(file).mode & 0o077, 0);
  const without = run('--config', write('cut.json', '{"version":'), '--report-bundle', path.join(folder, 'second.txt'));
  assert.equal(without.status, 0, without.stderr);
  assert.match(without.stderr, /cut\.json/);
});
