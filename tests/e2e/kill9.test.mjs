// SPDX-License-Identifier: GPL-3.0-or-later
// A request that a client has fully received is in the ledger, once, even when the program is killed a moment later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import http from 'node:http';
import { basicConfig, haveSqlite, newKeys, skip, sleep, startGateway, startMock, tempFolder } from '../support/harness.mjs';
import { chat } from '../support/http.mjs';

if (!haveSqlite) skip('sqlite3 is missing');

const keys = newKeys();
const folder = tempFolder();
const received = []; // ids of replies that came whole
let mock, gateway;

before(async () => { mock = await startMock(); });
after(async () => { await gateway?.stop(); await mock?.stop(); gateway?.remove(); });

const start = async () => { gateway = await startGateway(basicConfig(mock.url, keys), { keys, folder }); };

// Sends one request after the other until the gateway is gone.
async function connection(number, running) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; running.on; ++i) {
    const stream = (number + i) % 2 === 0;
    try {
      const reply = await chat(gateway, 'gpt-4o-mini', { stream, agent });
      const whole = reply.status === 200 && reply.complete && (!stream || reply.text.includes('[DONE]'));
      if (whole) received.push(reply.headers['x-signalbox-request-id']);
    } catch {
      break; // refused or reset: killed
    }
  }
  agent.destroy();
}

for (const [round, loadMs] of [[1, 900], [2, 350], [3, 1777]]) {
  test(`round ${round}: killed after ${loadMs} ms of load`, { timeout: 60000 }, async t => {
    await start();
    const before = received.length;
    const running = { on: true };
    const connections = Array.from({ length: 8 }, (_, i) => connection(i, running));
    await sleep(loadMs);
    gateway.signal('SIGKILL');
    await gateway.exited;
    running.on = false;
    await Promise.all(connections);
    const mine = received.length - before;
    t.diagnostic(`${mine} replies received whole`);
    assert.ok(mine > 20, `only ${mine} replies: no load`);

    await start(); // replays the journal before it listens
    const rows = new Map(gateway.query('SELECT id, count(*) AS n, min(status) AS status FROM request GROUP BY id').map(row => [row.id, row]));
    const missing = received.filter(id => !rows.has(id));
    assert.deepEqual(missing, [], `${missing.length} of ${received.length} replies have no row`);
    for (const id of received) assert.deepEqual([rows.get(id).n, rows.get(id).status], [1, 200]);
    assert.deepEqual(gateway.query('SELECT request_id, n, count(*) AS times FROM attempt GROUP BY request_id, n HAVING times > 1'), []);
    const [{ check }] = gateway.query('SELECT integrity_check AS "check" FROM pragma_integrity_check');
    assert.equal(check, 'ok');
    assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  });
}

test('nothing is written twice by starting again', { timeout: 20000 }, async () => {
  await start();
  const count = () => gateway.query('SELECT (SELECT count(*) FROM request) AS requests, (SELECT count(*) FROM attempt) AS attempts')[0];
  const first = count();
  await gateway.stop();
  await start();
  assert.deepEqual(count(), first);
});
