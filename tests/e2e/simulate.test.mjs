// SPDX-License-Identifier: GPL-3.0-or-later
// signalboxd --simulate: made-up and recorded traffic against made-up providers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { basicConfig, haveSqlite, newKeys, program, skip, startGateway, startMock, tempFolder } from '../support/harness.mjs';
import { chat } from '../support/http.mjs';

if (!haveSqlite) skip('sqlite3 is missing');

const folder = tempFolder();
const keys = newKeys();
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

const provider = id => ({ id, dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:1/v1' });
const price = { inputUsdPerMTok: 2, outputUsdPerMTok: 10 };
const outage = {
  seed: 3,
  config: {
    providers: [provider('a'), provider('b')],
    routes: [{ id: 'r', to: { fallback: [{ target: 'a/m' }, { target: 'b/m' }] } }],
  },
  upstreams: [
    { provider: 'a', price, faults: [{ from: '1m', to: '3m', failure: '5xx', afterMs: 20 }] },
    { provider: 'b', price },
  ],
  traffic: { perSecond: 20, length: '10m', classes: [{ inputTokens: 1000, outputTokens: { median: 200, sigma: 0.5 } }] },
};

function simulate(setup, ...args) {
  const file = path.join(folder, 'simulation.json');
  fs.writeFileSync(file, JSON.stringify(setup));
  const ended = spawnSync(program, ['--simulate', file, ...args], { encoding: 'utf8', env: { ...process.env, HOME: folder } });
  return { ...ended, report: ended.status === 0 ? JSON.parse(ended.stdout) : null };
}

test('an outage behind a fallback, in figures', () => {
  const { report, status, stdout, stderr } = simulate(outage);
  assert.equal(status, 0, stderr);
  assert.equal(report.failed, 0);
  assert.equal(report.served, report.requests);
  assert.ok(report.requests > 11000 && report.requests < 13000, `${report.requests} requests`);
  assert.deepEqual(report.targets.map(target => target.provider), ['a', 'b']);
  const [a, b] = report.targets;
  assert.ok(Math.abs(a.share + b.share - 1) < 1e-9);
  assert.ok(b.share > 0.2 && b.share < 0.45, `b served ${b.share}`);
  assert.ok(report.cost_usd > 0 && Math.abs(report.cost_usd - a.cost_usd - b.cost_usd) < 1e-6);
  assert.ok(report.ttft_ms.p50 > 200 && report.ttft_ms.p50 <= report.ttft_ms.p95 && report.ttft_ms.p95 <= report.ttft_ms.p99);
  assert.equal(simulate(outage).stdout, stdout, 'the same file, the same figures');
  assert.notEqual(simulate({ ...outage, seed: 4 }).stdout, stdout);
});

test('recorded traffic is asked again', { timeout: 60000 }, async () => {
  let last;
  for (let n = 0; n < 12; n++) last = await chat(gateway, n % 3 ? 'mock/m1' : 'mock/m2', { key: keys.client, headers: { 'x-session-id': `s${n % 2}` } });
  await gateway.row(last.headers['x-signalbox-request-id']);
  const rows = gateway.query('SELECT * FROM request');
  assert.equal(rows.length, 12);
  const setup = { upstreams: [{ provider: 'mock', price }] }; // the config in use
  const { report, status, stderr } = simulate(setup, '--config', gateway.configFile, '--trace', gateway.database);
  assert.equal(status, 0, stderr);
  assert.deepEqual([report.requests, report.served, report.follow_ups], [12, 12, 10]);
  assert.deepEqual(Object.fromEntries(report.targets.map(target => [target.model, target.served])), { m1: 8, m2: 4 });
  const dollars = rows.reduce((sum, row) => sum + ((row.input_tokens ?? 0) + (row.cached_input_tokens ?? 0) + (row.cache_write_tokens ?? 0)) * 2e-6 + (row.output_tokens ?? 0) * 10e-6, 0);
  assert.ok(report.cost_usd > 0 && report.cost_usd <= dollars + 1e-9, `${report.cost_usd} of ${dollars}`);
});

test('mistakes are told with their place', () => {
  const wrong = (change, ...args) => {
    const { status, stderr } = simulate({ ...outage, ...change }, ...args);
    assert.notEqual(status, 0);
    return stderr;
  };
  assert.match(wrong({ upstrems: [] }), /\/upstrems: unknown key; did you mean `upstreams`/);
  assert.match(wrong({ upstreams: [{ provider: 'a', ttftMs: { p50: 3 } }] }), /\/upstreams\/0\/ttftMs/);
  assert.match(wrong({ upstreams: [{ provider: 'a', faults: [{ failure: 'fire' }] }] }), /\/upstreams\/0\/faults\/0\/failure/);
  assert.match(wrong({ config: { ...outage.config, routes: [{ id: 'r', to: { target: 'nobody/m' } }] } }), /\/config\/routes\/0\/to/);
  assert.match(wrong({ traffic: undefined }), /\/traffic: missing/);
  assert.match(wrong({}, '--trace', path.join(folder, 'none.db')), /none\.db does not exist/);
  assert.match(spawnSync(program, ['--help'], { encoding: 'utf8' }).stdout, /--simulate <FILE>/);
});
