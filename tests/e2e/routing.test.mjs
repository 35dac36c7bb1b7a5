// SPDX-License-Identifier: GPL-3.0-or-later
// Routing over real sockets: the scenarios of tests/sim that matter most, with the real daemon.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { basicConfig, eventually, haveSqlite, newKeys, skip, sleep, startGateway } from '../support/harness.mjs';
import { chat, eventsOf, textOf } from '../support/http.mjs';
import { startProvider } from '../support/provider.mjs';

if (!haveSqlite) skip('sqlite3 is missing');

const keys = newKeys();
const providers = {};
let gateway;

const to = id => ({ target: `${id}/m` });
// Each scenario has providers of its own, so that the health of one says nothing about another.
const trees = {
  shares: { weighted: [{ weight: 60, to: to('shares-a') }, { weight: 30, to: to('shares-b') }, { weight: 10, to: to('shares-c') }] },
  outage: { fallback: [to('outage-a'), to('outage-b')] },
  throttle: to('throttle-a'),
  breaker: { fallback: [to('breaker-a'), to('breaker-b')] },
  hedge: { hedge: [to('hedge-a'), to('hedge-b')], after: '150ms', max: 1 },
  affinity: { weighted: [{ weight: 50, to: to('affinity-a') }, { weight: 50, to: to('affinity-b') }] },
  keys: to('keys-a'),
  fit: { fit: [to('fit-a'), to('fit-b')], truncate: 'oldest' },
};
const ids = ['shares-a', 'shares-b', 'shares-c', 'outage-a', 'outage-b', 'throttle-a', 'breaker-a', 'breaker-b', 'hedge-a', 'hedge-b', 'affinity-a', 'affinity-b', 'keys-a', 'fit-a', 'fit-b'];
const twoKeys = new Set(['throttle-a', 'keys-a']);

before(async () => {
  for (const id of ids) providers[id] = await startProvider(id);
  const config = basicConfig('http://127.0.0.1:1', keys, {
    providers: ids.map(id => ({
      id, dialect: 'openai-chat', baseUrl: providers[id].url,
      credentials: twoKeys.has(id) ? [{ id: 'one', secret: 'env:KEY_ONE' }, { id: 'two', secret: 'env:KEY_TWO' }] : [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }],
    })),
    routes: Object.entries(trees).map(([id, tree]) => ({ id, match: { model: id }, to: tree })),
    prices: [{ model: '*', inputUsdPerMTok: 1, outputUsdPerMTok: 4, cacheReadUsdPerMTok: 0.1 }],
    models: [{ model: 'fit-a/*', contextTokens: 100 }, { model: 'fit-b/*', contextTokens: 400 }],
    breaker: { minRequests: 3, open: '1s' },
  });
  gateway = await startGateway(config, { keys, env: { KEY_ONE: 'key-one', KEY_TWO: 'key-two' } });
});
after(async () => {
  await gateway?.stop();
  for (const provider of Object.values(providers)) await provider.stop();
  gateway?.remove();
});

const servedBy = reply => reply.headers['x-signalbox-target']?.split('/')[0];

// Each a conversation of its own unless told: one that goes on would stay where it is warm.
let conversations = 0;
async function served(model, { extra = {}, ...options } = {}) {
  const messages = [{ role: 'user', content: `question ${++conversations}` }];
  const reply = await chat(gateway, model, { ...options, extra: { messages, ...extra } });
  assert.equal(reply.status, 200, reply.text);
  assert.ok(reply.complete);
  return reply;
}

test('60/30/10 is exact after any number of requests', { timeout: 60000 }, async () => {
  const due = { 'shares-a': 0.6, 'shares-b': 0.3, 'shares-c': 0.1 };
  const counts = { 'shares-a': 0, 'shares-b': 0, 'shares-c': 0 };
  for (let n = 1; n <= 100; n++) {
    counts[servedBy(await served('shares'))]++;
    for (const [id, share] of Object.entries(due)) assert.ok(Math.abs(counts[id] - share * n) <= 1 + 1e-9, `${id}: ${counts[id]} of ${n}`);
  }
  assert.deepEqual(counts, { 'shares-a': 60, 'shares-b': 30, 'shares-c': 10 });
});

test('an outage is not seen by clients, and the dead provider is spared', { timeout: 60000 }, async () => {
  assert.equal(servedBy(await served('outage')), 'outage-a');
  providers['outage-a'].behave = () => ({ drop: true });
  const before_ = providers['outage-a'].seen.length;
  const replies = [];
  for (let n = 0; n < 60; n++) replies.push(await served('outage', { stream: n % 2 === 0 }));
  assert.deepEqual([...new Set(replies.map(servedBy))], ['outage-b']);
  const wasted = providers['outage-a'].seen.length - before_;
  assert.ok(wasted <= 10, `the dead provider was asked ${wasted} times for 60 requests`);
});

test('a key that is throttled rests for its time while the other one works', { timeout: 60000 }, async () => {
  const a = providers['throttle-a'];
  let throttledAt;
  a.behave = ({ key }) => {
    if (key !== 'key-one' || throttledAt !== undefined) return {};
    throttledAt = performance.now();
    return { status: 429, headers: { 'retry-after': '2' } };
  };
  while (throttledAt === undefined) await served('throttle'); // the client never sees the 429
  const during = [];
  while (performance.now() < throttledAt + 1800) during.push(await served('throttle'));
  assert.ok(during.length > 5);
  const resting = a.seen.filter(seen => seen.key === 'key-one' && seen.at > throttledAt + 1 && seen.at < throttledAt + 1990);
  assert.equal(resting.length, 0, 'a request went to a key that cools down');
  await sleep(Math.max(0, throttledAt + 2300 - performance.now()));
  await eventually('the key is used again', async () => {
    await served('throttle');
    return a.seen.some(seen => seen.key === 'key-one' && seen.at > throttledAt + 2000);
  });
  assert.ok(a.seen.every(seen => ['key-one', 'key-two'].includes(seen.key)), 'a key of somebody else');
});

test('a breaker opens, and one probe after the provider is well closes it', { timeout: 60000 }, async () => {
  const a = providers['breaker-a'];
  a.behave = () => ({ status: 500 });
  for (let n = 0; n < 20; n++) assert.equal(servedBy(await served('breaker')), 'breaker-b');
  const asked = a.seen.length;
  assert.ok(asked >= 3 && asked < 20, `asked ${asked} times`);
  a.behave = () => ({});
  const first = await eventually('it is tried again', async () => {
    const reply = await served('breaker');
    return servedBy(reply) === 'breaker-a' ? reply : null;
  }, 15000);
  assert.equal(first.headers['x-signalbox-attempts'], '1');
  for (let n = 0; n < 10; n++) assert.equal(servedBy(await served('breaker')), 'breaker-a', 'the probe closed it');
});

for (const stream of [false, true]) {
  test(`a hedge wins over a slow first, ${stream ? 'streamed' : 'whole'}, and the loser is called off and booked`, { timeout: 60000 }, async () => {
    const a = providers['hedge-a'];
    a.behave = () => ({ delayMs: 8000 });
    const reply = await served('hedge', { stream });
    assert.equal(servedBy(reply), 'hedge-b');
    assert.ok(reply.ms >= 140 && reply.ms < 5000, `took ${reply.ms} ms`);
    if (stream) assert.equal(textOf(eventsOf(reply.text)), 'hedge-b');
    await eventually('the loser is called off', () => a.seen.at(-1).gone);
    const row = await gateway.row(reply.headers['x-signalbox-request-id']);
    assert.deepEqual([row.provider, row.status], ['hedge-b', 200]);
    const attempts = gateway.query(`SELECT * FROM attempt WHERE request_id = '${row.id}' ORDER BY n`);
    assert.deepEqual(attempts.map(attempt => attempt.provider).sort(), ['hedge-a', 'hedge-b']);
  });
}

test('conversations stay where their prompt cache is warm', { timeout: 60000 }, async () => {
  const used = new Set();
  for (let chatNumber = 0; chatNumber < 10; chatNumber++) {
    const places = new Set();
    // Half of them name themselves, the others are known by how they begin.
    const messages = [{ role: 'user', content: `conversation ${chatNumber}` }];
    for (let turn = 0; turn < 5; turn++) {
      places.add(servedBy(await served('affinity', { extra: chatNumber % 2 === 0 ? { prompt_cache_key: `chat-${chatNumber}` } : { messages } })));
      messages.push({ role: 'assistant', content: 'an answer' }, { role: 'user', content: `turn ${turn}` });
    }
    assert.equal(places.size, 1, `conversation ${chatNumber} went to ${[...places]}`);
    used.add([...places][0]);
  }
  assert.equal(used.size, 2, 'new conversations are spread');
});

test('conversations stay with the key that knows their prompt', { timeout: 60000 }, async () => {
  const all = new Set();
  for (let chatNumber = 0; chatNumber < 6; chatNumber++) {
    const begin = providers['keys-a'].seen.length;
    for (let turn = 0; turn < 4; turn++) await served('keys', { headers: { 'x-session-id': `chat-${chatNumber}` } });
    const used = new Set(providers['keys-a'].seen.slice(begin).map(seen => seen.key));
    assert.equal(used.size, 1, `conversation ${chatNumber} used ${[...used]}`);
    all.add([...used][0]);
  }
  assert.deepEqual([...all].sort(), ['key-one', 'key-two'], 'new conversations are spread');
});

test('what is too long for every target loses its oldest turns, and says so', { timeout: 60000 }, async () => {
  const words = 'word '.repeat(60);
  const messages = [{ role: 'system', content: 'be brief' }];
  for (let n = 0; n < 8; n++) messages.push({ role: 'user', content: `turn ${n}: ${words}` }, { role: 'assistant', content: `answer ${n}` });
  messages.push({ role: 'user', content: 'the last question' });
  const reply = await served('fit', { extra: { messages, max_tokens: 50 } });
  assert.equal(servedBy(reply), 'fit-a', 'none holds it, so the first is asked');
  const row = await gateway.row(reply.headers['x-signalbox-request-id']);
  const losses = gateway.query(`SELECT pointer, kind FROM loss WHERE request_id = '${row.id}' ORDER BY n`);
  const sent = providers['fit-a'].seen.at(-1).body.messages;
  assert.deepEqual([sent[0].content, sent.at(-1).content], ['be brief', 'the last question']);
  assert.equal(sent.length, messages.length - 2 * losses.length, 'a loss for each turn of two messages');
  assert.deepEqual(losses, Array.from(losses, (_, n) => ({ pointer: `/messages/${1 + 2 * n}`, kind: 'dropped' })));
  assert.ok(losses.length > 0);
  assert.equal(reply.headers['x-signalbox-loss'], String(losses.length));
  assert.equal(row.loss_count, losses.length);

  const short = await served('fit', { extra: { messages: messages.slice(-5), max_tokens: 50 } });
  assert.equal(servedBy(short), 'fit-b', 'the first that holds it whole');
  assert.equal(short.headers['x-signalbox-loss'], '0');
});
