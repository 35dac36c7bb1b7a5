// SPDX-License-Identifier: GPL-3.0-or-later
// Every fault of the mock, streamed and not, alone and with a fallback behind it: a correct error or a correct answer,
// in time, and never a failure that looks like success.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { basicConfig, eventually, haveSqlite, newKeys, REPLY, skip, startGateway, startMock } from '../support/harness.mjs';
import { chat, eventsOf, textOf } from '../support/http.mjs';

if (!haveSqlite) skip('sqlite3 is missing');

// `streamed` and `whole`: what must come without a fallback: ok; error (a reply with an error status); dies (a stream
// that began and must end in an error event, or an error status when nothing was sent yet); either: ok when the gateway
// chose to try the same target again, else error.
// `status`: the client must see exactly this one. `final`: the request itself is at fault, so no other target is tried.
const statuses = [400, 401, 402, 403, 404, 413, 429, 500, 502, 503, 529].map(status => ({
  name: String(status), streamed: 'error', whole: 'error', status: [400, 404, 413, 429].includes(status) ? status : undefined, final: [400, 404, 413].includes(status),
}));
const faults = [
  ...statuses,
  { name: '429-date', streamed: 'error', whole: 'error', status: 429, retryAfter: [1, 3] },
  { name: '429-ms', streamed: 'error', whole: 'error', status: 429 },
  { name: '429-none', streamed: 'error', whole: 'error', status: 429 },
  { name: '429-quota', streamed: 'error', whole: 'error', status: 429, message: /quota/ },
  { name: '403-quota', streamed: 'error', whole: 'error', message: /quota/ },
  { name: '500-then-ok', streamed: 'either', whole: 'either' },
  { name: '503-then-ok-3', streamed: 'either', whole: 'either' },
  { name: 'hang', streamed: 'error', whole: 'error' },
  { name: 'headers-then-hang', streamed: 'dies', whole: 'error' },
  { name: 'hang-midstream', streamed: 'dies', whole: 'ok' },
  { name: 'slow-50', streamed: 'ok', whole: 'ok' },
  { name: 'die-midstream', streamed: 'dies', whole: 'error' },
  { name: 'reset-midstream', streamed: 'dies', whole: 'error' },
  { name: 'end-midstream', streamed: 'dies', whole: 'ok' },
  { name: 'error-midstream', streamed: 'dies', whole: 'ok' },
  { name: 'malformed', streamed: 'dies', whole: 'error' },
  { name: 'empty', streamed: 'dies', whole: 'error' },
  { name: 'close', streamed: 'error', whole: 'error' },
  { name: 'reset', streamed: 'error', whole: 'error' },
  { name: 'split', streamed: 'ok', whole: 'ok' },
  { name: 'no-usage', streamed: 'ok', whole: 'ok', unpriced: true },
];
// The stream had sent frames before it broke: no other target may take over then.
const brokenAfterFrames = ['hang-midstream', 'die-midstream', 'reset-midstream', 'end-midstream', 'error-midstream', 'malformed'];
const deadlineMs = 5000; // connect, first byte and idle are one second each

const keys = newKeys();
let mock, gateway;

// A provider for each fault, so that the health of one says nothing about another.
before(async () => {
  mock = await startMock();
  const providerOf = id => ({ id, dialect: 'openai-chat', baseUrl: `${mock.url}/v1`, credentials: [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }] });
  const providers = [providerOf('good')];
  const routes = [];
  for (const { name } of faults) {
    for (const way of ['alone', 'backed']) {
      for (const mode of ['streamed', 'whole']) {
        const id = `${way}-${mode}-${name}`;
        providers.push(providerOf(id));
        const bad = { target: `${id}/*` };
        routes.push({ id, match: { model: `${way}-${mode}-fault-${name}` }, to: way === 'alone' ? bad : { fallback: [bad, { target: 'good/gpt-4o-mini' }] } });
      }
    }
  }
  const config = basicConfig(mock.url, keys, {
    providers, routes, prices: [{ model: '*', inputUsdPerMTok: 1, outputUsdPerMTok: 4, cacheReadUsdPerMTok: 0.1 }],
    timeouts: { connect: '1s', firstByte: '1s', firstToken: '1s', idle: '1s', total: '10s' },
  });
  gateway = await startGateway(config, { keys });
});
after(async () => { await gateway?.stop(); await mock?.stop(); gateway?.remove(); });

function checkError(reply, fault) {
  assert.ok(reply.status >= 400, `${reply.status}: ${reply.text.slice(0, 300)}`);
  assert.ok(reply.complete, 'the error came cut off');
  if (fault.status) assert.equal(reply.status, fault.status, reply.text);
  const { error } = JSON.parse(reply.text);
  assert.equal(typeof error.message, 'string');
  assert.ok(error.message.length > 0);
  assert.equal(typeof error.type, 'string');
  if (fault.message) assert.match(error.message, fault.message);
  const wait = reply.headers['retry-after'];
  if (fault.name === '429') assert.equal(wait, '1');
  if (wait !== undefined) assert.match(wait, /^\d+$/, 'retry-after is in seconds');
  if (fault.retryAfter) assert.ok(Number(wait) >= fault.retryAfter[0] && Number(wait) <= fault.retryAfter[1], wait);
}

function checkDeadStream(reply) {
  const events = eventsOf(reply.text);
  const last = events.at(-1);
  assert.equal(typeof last?.error?.message, 'string', `no error event at the end: ${reply.text.slice(-300)}`);
  assert.ok(!reply.text.includes('[DONE]'), 'a made-up end');
  assert.deepEqual(events.filter(event => event.choices?.[0]?.finish_reason), [], 'a made-up stop');
  for (const event of events) assert.equal(typeof event, 'object', `not JSON: ${event}`);
}

function checkSuccess(reply, mode) {
  assert.equal(reply.status, 200, reply.text.slice(0, 300));
  assert.ok(reply.complete);
  if (mode === 'whole') {
    assert.equal(JSON.parse(reply.text).choices[0].message.content, REPLY);
    return;
  }
  const events = eventsOf(reply.text);
  assert.equal(textOf(events), REPLY);
  assert.equal(events.at(-1), '[DONE]');
  assert.equal(events.filter(event => event.choices?.[0]?.finish_reason === 'stop').length, 1);
}

async function checkLedger(reply, succeeded, fault) {
  const row = await gateway.row(reply.headers['x-signalbox-request-id']);
  if (succeeded) {
    assert.deepEqual([row.status, row.error ?? ''], [200, '']);
    if (!fault.unpriced) assert.deepEqual([row.input_tokens, row.cached_input_tokens, row.output_tokens, row.cost_nanousd], [8, 4, 5, 28400]);
    else assert.notEqual(row.cost_state, 'exact');
    if (fault.unpriced) assert.ok(row.cost_nanousd === null || row.cost_nanousd === undefined || row.cost_state === 'estimated', 'no usage is not 0 USD');
    return row;
  }
  assert.ok(row.status >= 400 || row.error, `the ledger calls it a success: ${JSON.stringify(row)}`);
  assert.ok(row.error, 'no error class');
  const attempts = gateway.query(`SELECT * FROM attempt WHERE request_id = '${row.id}' ORDER BY n`);
  assert.ok(attempts.length >= 1);
  assert.ok(attempts.at(-1).error_class, JSON.stringify(attempts));
  return row;
}

for (const fault of faults) {
  for (const mode of ['streamed', 'whole']) {
    test(`${fault.name}, ${mode}, alone`, { timeout: 20000 }, async () => {
      const reply = await chat(gateway, `alone-${mode}-fault-${fault.name}`, { stream: mode === 'streamed', extra: mode === 'streamed' ? { stream_options: { include_usage: true } } : {} });
      assert.ok(reply.ms < deadlineMs, `took ${reply.ms} ms`);
      const expected = fault[mode] === 'either' ? (reply.status === 200 ? 'ok' : 'error') : fault[mode];
      if (expected === 'ok') checkSuccess(reply, mode);
      else if (expected === 'error' || reply.status !== 200) checkError(reply, fault);
      else checkDeadStream(reply);
      await checkLedger(reply, expected === 'ok', fault);
    });

    test(`${fault.name}, ${mode}, with a fallback`, { timeout: 20000 }, async () => {
      const reply = await chat(gateway, `backed-${mode}-fault-${fault.name}`, { stream: mode === 'streamed', extra: mode === 'streamed' ? { stream_options: { include_usage: true } } : {} });
      assert.ok(reply.ms < deadlineMs, `took ${reply.ms} ms`);
      const began = mode === 'streamed' && brokenAfterFrames.includes(fault.name);
      if (began && reply.status === 200 && !reply.text.includes('[DONE]')) {
        checkDeadStream(reply);
        assert.equal(reply.headers['x-signalbox-target'].split('/')[0], `backed-${mode}-${fault.name}`);
        await checkLedger(reply, false, fault);
      } else if (fault.final) {
        checkError(reply, fault);
        assert.equal(reply.headers['x-signalbox-attempts'], '1', 'a client’s mistake is wrong everywhere');
        await checkLedger(reply, false, fault);
      } else {
        checkSuccess(reply, mode);
        const row = await checkLedger(reply, true, fault);
        const fellBack = fault[mode] === 'either' ? row.provider === 'good' : fault[mode] !== 'ok';
        assert.equal(row.provider, fellBack ? 'good' : `backed-${mode}-${fault.name}`);
        assert.equal(reply.headers['x-signalbox-target'], fellBack ? 'good/gpt-4o-mini' : `backed-${mode}-${fault.name}/backed-${mode}-fault-${fault.name}`);
        if (fellBack) assert.ok(row.attempts >= 2, `attempts ${row.attempts}`);
      }
    });
  }
}

test('after all of that the gateway still answers, and nothing is left open', { timeout: 10000 }, async () => {
  const { requestsInFlight } = await (async () => {
    const reply = await chat(gateway, 'alone-whole-fault-slow-50');
    checkSuccess(reply, 'whole');
    const open = (await mock.requests()).filter(entry => entry.ms === undefined && entry.url.includes('chat'));
    return { requestsInFlight: open.length };
  })();
  assert.equal(requestsInFlight, 0, 'upstream requests still open');
});

test('every reply had its own row', { timeout: 10000 }, async () => {
  const count = () => gateway.query('SELECT count(*) AS rows FROM request')[0].rows;
  await eventually('all rows are written', () => count() >= faults.length * 4 + 1);
  assert.equal(count(), faults.length * 4 + 1);
});
